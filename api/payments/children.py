"""What hangs on a payment: operations, captures and refunds."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.fields import batched
from api.found import in_order
from api.money import Money
from api.node import Node, identifier
from api.payments.enums import OperationStatus, OperationType, RefundReason, RefundStatus
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.payments import capture as captures
from domain.payments import operation as operations
from domain.payments import refund as refunds


def _amount(description: str) -> Any:  # noqa: ANN401 - a dataclass field
    return derived(description, Money, minor="entity.amount.minor", of="entity.amount.currency")


@strawberry.type(description="One call to one gateway; its id is what the gateway deduplicates on.")
class Operation(Node):
    """An attempt."""

    entity: strawberry.Private[operations.Operation]
    id: strawberry.ID = identifier(Prefix.OPERATION)
    type: OperationType = derived("What the gateway was asked to do.", "entity.type")
    status: OperationStatus = derived("What is known of the call.", "entity.status")
    gateway: str = derived("The gateway.", "entity.gateway")
    gateway_reference: str | None = derived("The gateway's own reference.", "entity.gateway_reference")
    amount: Money = _amount("The amount that it is about.")
    response_code: str | None = derived("The gateway's own word for the outcome.", "entity.response_code")
    requested_at: datetime = derived("When it was handed over.", "entity.requested_at")
    completed_at: datetime | None = derived("When its outcome became known.", "entity.completed_at")


def operation(entity: operations.Operation) -> Operation:
    """An operation as the graph shows it."""
    return Operation(entity=entity)


@strawberry.type(description="Authorized money that was taken, all of it or a part.")
class Capture(Node):
    """One capture of a payment."""

    entity: strawberry.Private[captures.Capture]
    id: strawberry.ID = identifier(Prefix.CAPTURE)
    status: OperationStatus = derived("What is known of it.", "entity.status")
    amount: Money = _amount("The amount.")
    final: bool = derived("Whether it released what it left over.", "entity.final")
    fee: Money = derived(
        "What the merchant paid for it, once it succeeded.",
        Money,
        minor="entity.fee_minor",
        of="entity.amount.currency",
    )
    created_at: datetime = derived("When it was asked for.", "entity.created_at")


def capture(entity: captures.Capture) -> Capture:
    """A capture as the graph shows it."""
    return Capture(entity=entity)


if TYPE_CHECKING:
    from api.payments.types import Payment

PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]


async def _payments(children: list["Refund"], reading: Reading) -> list[PaymentOf]:
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its refunds, and a refund its payment

    found = await reading.reads.payments.payments(reading.scope, {child.entity.payment_id for child in children})
    return in_order(found, (child.entity.payment_id for child in children), payment, "The payment")


@strawberry.type(description="Captured money that is given back, all of it or a part.")
class Refund(Node):
    """One refund of a payment."""

    entity: strawberry.Private[refunds.Refund]
    id: strawberry.ID = identifier(Prefix.REFUND)
    status: RefundStatus = derived("Whether it reached the customer.", "entity.status")
    amount: Money = _amount("The amount.")
    reason: RefundReason = derived("Why the merchant gave it back.", "entity.reason")
    failure_code: str | None = derived("Why it failed, in the gateway's word.", "entity.failure_code")
    fee: Money = derived(
        "What the merchant paid for it, once it succeeded.",
        Money,
        minor="entity.fee_minor",
        of="entity.amount.currency",
    )
    returned_fee: Money = derived(
        "What of the captures' fees the merchant got back with it, once it succeeded.",
        Money,
        minor="entity.returned_fee_minor",
        of="entity.amount.currency",
    )
    created_at: datetime = derived("When it was asked for.", "entity.created_at")
    payment: PaymentOf = batched(Permission.PAYMENTS_READ, "The payment that it is of.")(_payments)


def refund(entity: refunds.Refund) -> Refund:
    """A refund as the graph shows it."""
    return Refund(entity=entity)
