"""What payments need of storage and of the world, at most seven methods each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.kernel.unit import Unit, Units
from domain.payments.screening import NoScreening, PaymentScreening
from domain.payments.token_memory import TokenMemory

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.ports import ApprovalPolicies, ApprovalRequests
    from domain.identity.actor import Actor
    from domain.identity.ports import Audit
    from domain.kernel.clock import Clock
    from domain.kernel.idempotency import IdempotencyKeys
    from domain.ledger.ports import Ledger
    from domain.merchants.ports import FeePlans, Merchants
    from domain.payments.capture import Capture
    from domain.payments.customer import Customer
    from domain.payments.gateway import Gateways
    from domain.payments.operation import Operation
    from domain.payments.origin import Origin
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund


class Payments(Protocol):
    """The payments that the unit's actor can see."""

    async def get(self, payment_id: UUID) -> Payment:
        """The payment as it is; raise `NotFound`."""
        ...

    async def for_update(self, payment_id: UUID) -> Payment:
        """The payment, locked until the unit ends; raise `NotFound`."""
        ...

    async def add(self, payment: Payment) -> Payment:
        """A new one with its events; returned without them."""
        ...

    async def save(self, payment: Payment) -> Payment:
        """A changed one with its events; returned without them. The version must be the one that was loaded."""
        ...

    async def of_reference(self, gateway: str, gateway_reference: str) -> UUID | None:
        """The payment that a gateway knows by this reference, if there is one."""
        ...

    async def overdue(self, at: datetime, limit: int) -> list[UUID]:
        """Payments whose authorization or next action has run out, the oldest first."""
        ...


class Operations(Protocol):
    """The operations of those payments."""

    async def get(self, operation_id: UUID) -> Operation:
        """The operation; raise `NotFound`."""
        ...

    async def add(self, operation: Operation) -> None:
        """A new one, before its call is made."""
        ...

    async def save(self, operation: Operation) -> None:
        """A changed one."""
        ...

    async def lease_due(self, at: datetime, limit: int) -> list[Operation]:
        """Open operations whose next check is due, moved on so that nobody else asks at the same time."""
        ...

    async def first_of(self, payment: Payment) -> Operation:
        """The payment's first operation, which asked to authorize it; raise `NotFound` when there is none."""
        ...


class Captures(Protocol):
    """The captures of those payments."""

    async def of_operation(self, operation: Operation) -> Capture:
        """The capture that the operation carries out; raise `NotFound`."""
        ...

    async def add(self, capture: Capture) -> None:
        """A new one."""
        ...

    async def save(self, capture: Capture) -> None:
        """A changed one."""
        ...


class Refunds(Protocol):
    """The refunds of those payments."""

    async def of_operation(self, operation: Operation) -> Refund:
        """The refund that the operation carries out; raise `NotFound`."""
        ...

    async def add(self, refund: Refund) -> None:
        """A new one."""
        ...

    async def save(self, refund: Refund) -> None:
        """A changed one."""
        ...


class Customers(Protocol):
    """The customers of those merchants."""

    async def get(self, merchant_id: UUID, customer_id: UUID) -> Customer:
        """The customer; raise `NotFound`."""
        ...

    async def find_or_add(self, customer: Customer) -> Customer:
        """The merchant's customer of that e-mail address, or this new one."""
        ...


class Origins(Protocol):
    """Where those payments came from."""

    async def add(self, payment: Payment, origin: Origin) -> None:
        """Of a new payment."""
        ...


class PaymentsUnit(Unit, Protocol):
    """One transaction over all that a payment touches."""

    @property
    def payments(self) -> Payments:
        """Payments."""
        ...

    @property
    def operations(self) -> Operations:
        """Operations."""
        ...

    @property
    def captures(self) -> Captures:
        """Captures."""
        ...

    @property
    def refunds(self) -> Refunds:
        """Refunds."""
        ...

    @property
    def customers(self) -> Customers:
        """Customers."""
        ...

    @property
    def origins(self) -> Origins:
        """Where payments came from."""
        ...

    @property
    def merchants(self) -> Merchants:
        """Merchants."""
        ...

    @property
    def fee_plans(self) -> FeePlans:
        """What merchants pay, and paid."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The ledger."""
        ...

    @property
    def approvals(self) -> ApprovalRequests:
        """Requests for approval."""
        ...

    @property
    def approval_policies(self) -> ApprovalPolicies:
        """What merchants want approved."""
        ...

    @property
    def keys(self) -> IdempotencyKeys:
        """Idempotency keys."""
        ...

    @property
    def audit(self) -> Audit:
        """The audit log."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPorts:
    """What the verbs of this context are given."""

    clock: Clock
    units: Units[Actor, PaymentsUnit]
    gateways: Gateways
    screening: PaymentScreening = field(default_factory=NoScreening)
    tokens: TokenMemory = field(default_factory=TokenMemory)
