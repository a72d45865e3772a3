"""The stores of payments, operations, captures, refunds, customers and keys, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention
from domain.payments.authorization import overdue
from tests.fakes.records import tell

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.idempotency import KeyClaim
    from domain.payments.capture import Capture
    from domain.payments.customer import Customer
    from domain.payments.operation import Operation
    from domain.payments.origin import Origin
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund
    from tests.fakes.transaction import Transaction


class MemoryPayments:
    """Satisfies `Payments`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.payments

    async def get(self, payment_id: UUID) -> Payment:
        return self._transaction.get(self._table, payment_id, "The payment")

    async def for_update(self, payment_id: UUID) -> Payment:
        await self.get(payment_id)
        await self._transaction.lock(payment_id)
        return await self.get(payment_id)

    async def add(self, payment: Payment) -> Payment:
        return self._write(payment)

    async def save(self, payment: Payment) -> Payment:
        if not payment.events:
            return payment
        if (await self.get(payment.id)).version != payment.version - len(payment.events):
            raise Contention("The payment was changed at the same time; try again.")
        return self._write(payment)

    async def of_reference(self, gateway: str, gateway_reference: str) -> UUID | None:
        name = (gateway, gateway_reference)
        rows = self._transaction.rows(self._table)
        return min((row.id for row in rows if (row.gateway, row.gateway_reference) == name), default=None)

    async def overdue(self, at: datetime, limit: int) -> list[UUID]:
        due = [
            (payment.authorization_expires_at or payment.next_action_expires_at or at, payment.id)
            for payment in self._transaction.rows(self._table)
            if overdue(payment, at)
        ]
        return [payment_id for _, payment_id in sorted(due, key=lambda pair: pair[0])][:limit]

    def _write(self, payment: Payment) -> Payment:
        saved = replace(payment, events=())
        self._transaction.put(self._table, saved)
        tell(self._transaction, "payment", payment)
        return saved


class MemoryOperations:
    """Satisfies `Operations`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.operations

    async def get(self, operation_id: UUID) -> Operation:
        return self._transaction.get(self._table, operation_id, "The operation")

    async def add(self, operation: Operation) -> None:
        self._transaction.put(self._table, operation)

    async def save(self, operation: Operation) -> None:
        self._transaction.put(self._table, operation)

    async def lease_due(self, at: datetime, limit: int) -> list[Operation]:
        due = [
            (operation.next_check_at, operation)
            for operation in self._transaction.rows(self._table)
            if operation.next_check_at is not None and operation.next_check_at <= at
        ]
        leased: list[Operation] = []
        for _, operation in sorted(due, key=lambda pair: pair[0]):
            if len(leased) < limit and self._transaction.try_lock(f"operation {operation.id}"):
                leased.append(operation.checked(at))
                await self.save(leased[-1])
        return leased

    async def first_of(self, payment: Payment) -> Operation:
        own = [row for row in self._transaction.rows(self._table) if row.payment_id == payment.id]
        if not own:
            raise NotFound("The operation")
        return min(own, key=lambda row: row.id)


class MemoryCaptures:
    """Satisfies `Captures`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.captures

    async def of_operation(self, operation: Operation) -> Capture:
        for capture in self._transaction.rows(self._table):
            if capture.operation_id == operation.id:
                return capture
        raise NotFound("The capture")

    async def add(self, capture: Capture) -> None:
        self._transaction.put(self._table, capture)

    async def save(self, capture: Capture) -> None:
        self._transaction.put(self._table, capture)


class MemoryRefunds:
    """Satisfies `Refunds`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.refunds

    async def of_operation(self, operation: Operation) -> Refund:
        for refund in self._transaction.rows(self._table):
            if refund.operation_id == operation.id:
                return refund
        raise NotFound("The refund")

    async def add(self, refund: Refund) -> None:
        self._transaction.put(self._table, refund)

    async def save(self, refund: Refund) -> None:
        self._transaction.put(self._table, refund)


class MemoryCustomers:
    """Satisfies `Customers`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.customers

    async def get(self, merchant_id: UUID, customer_id: UUID) -> Customer:
        customer = self._transaction.get(self._table, customer_id, "The customer")
        if customer.merchant_id != merchant_id:
            raise NotFound("The customer", ("customer", "id"))
        return customer

    async def find_or_add(self, customer: Customer) -> Customer:
        if customer.email is not None:
            key = customer.email.lower()
            await self._transaction.lock((customer.merchant_id, key))
            for known in self._transaction.rows(self._table):
                if known.merchant_id == customer.merchant_id and known.email and known.email.lower() == key:
                    return known
        self._transaction.put(self._table, customer)
        return customer


class MemoryOrigins:
    """Satisfies `Origins`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, payment: Payment, origin: Origin) -> None:
        origins = self._transaction.tables.origins
        self._transaction.later(lambda: origins.__setitem__(payment.id, origin))


class MemoryKeys:
    """Satisfies `IdempotencyKeys`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def claim(self, claim: KeyClaim) -> KeyClaim | None:
        self._transaction.ensure_within(claim.merchant_id)
        key = (claim.merchant_id, claim.mutation, claim.key)
        await self._transaction.lock(key)
        claims = self._transaction.tables.claims
        if key in claims:
            return claims[key]
        self._transaction.later(lambda: claims.__setitem__(key, claim))
        return None
