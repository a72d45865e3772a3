"""The reads that the resolvers ask, answered from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from api.context import Context
from api.reads import Reads
from bench.execute import entities
from domain.kernel.paging import Slice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.payments.capture import Capture
    from domain.payments.customer import Customer
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund


class StoredPayments:
    """Satisfies those of `api.payments.reads.PaymentReads` that the benchmark's shapes ask for."""

    def __init__(self, count: int) -> None:
        self._payments = {payment.id: payment for payment in entities.payments(count)}
        self._customers = {c.id: c for c in map(entities.customer_of, self._payments.values())}
        self._refunds = {key: entities.refunds_of(payment) for key, payment in self._payments.items()}
        self._captures = {key: entities.captures_of(payment) for key, payment in self._payments.items()}
        self._operations = {key: entities.operations_of(payment) for key, payment in self._payments.items()}

    async def search(self, *_: object) -> Slice[Payment]:
        """All of them."""
        return Slice(rows=list(self._payments.values()), has_next=True, has_previous=False)

    @staticmethod
    def cursor(payment: Payment, *_: object) -> str:
        """Any text will do."""
        return str(payment.id)

    async def payments(self, _: object, ids: Collection[UUID]) -> dict[UUID, Payment]:
        """By id."""
        return {key: self._payments[key] for key in ids if key in self._payments}

    async def customers(self, _: object, ids: Collection[UUID]) -> dict[UUID, Customer]:
        """By id."""
        return {key: self._customers[key] for key in ids if key in self._customers}

    async def refunds(self, _: object, ids: Collection[UUID]) -> dict[UUID, Refund]:
        """By id."""
        return {refund.id: refund for refunds in self._refunds.values() for refund in refunds if refund.id in ids}

    async def payments_of_customers(self, _: object, customers: Sequence[Customer], __: object) -> list[Slice[Payment]]:
        """Each customer's one payment."""
        by_customer = {payment.customer_id: payment for payment in self._payments.values()}
        return [Slice(rows=[by_customer[c.id]], has_next=False, has_previous=False) for c in customers]

    async def refunds_of(self, _: object, payments: Sequence[Payment]) -> list[list[Refund]]:
        """One each."""
        return [self._refunds[payment.id] for payment in payments]

    async def captures_of(self, _: object, payments: Sequence[Payment]) -> list[list[Capture]]:
        """One each."""
        return [self._captures[payment.id] for payment in payments]

    async def operations_of(self, _: object, payments: Sequence[Payment]) -> list[list[Operation]]:
        """One each."""
        return [self._operations[payment.id] for payment in payments]


class NoPolicies:
    """Satisfies those of `api.approvals.reads.ApprovalReads` that the benchmark's shapes ask for."""

    async def policies(self, *_: object) -> dict[UUID, list[ApprovalPolicy]]:
        """Nobody wants anything approved."""
        return {}


def context(stored: StoredPayments) -> Context:
    """What one operation is given; nothing of it but payments may be asked for."""
    missing: Any = None
    reads = Reads(
        payments=cast("Any", stored),
        merchants=missing,
        ledger=missing,
        audit=missing,
        identity=missing,
        approvals=cast("Any", NoPolicies()),
        disputes=missing,
        fraud=missing,
        bank_accounts=missing,
        reconciliation=missing,
        settlements=missing,
        payouts=missing,
        payment_files=missing,
    )
    return Context(
        actor=entities.an_actor(),
        request_id="bench",
        reads=reads,
        payments=missing,
        merchants=missing,
        identity=missing,
        approvals=missing,
        disputes=missing,
        fraud=missing,
        bank_accounts=missing,
        settlements=missing,
        statements=missing,
        payouts=missing,
        reconciliation=missing,
        files=missing,
        currency_of=missing,
    )
