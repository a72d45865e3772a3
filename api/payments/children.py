"""What hangs on a payment: operations, captures and refunds."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import UUID

import strawberry

from api.context import Reading
from api.describing import attribute
from api.fields import batched
from api.found import in_order
from api.money import Money, shown
from api.node import Node
from api.payments.enums import OperationStatus, OperationType, RefundReason, RefundStatus
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id
from domain.payments import capture as captures
from domain.payments import operation as operations
from domain.payments import refund as refunds


@strawberry.type(description="One call to one gateway; its id is what the gateway deduplicates on.")
class Operation(Node):
    """An attempt."""

    type: OperationType = attribute("What the gateway was asked to do.")
    status: OperationStatus = attribute("What is known of the call.")
    gateway: str = attribute("The gateway.")
    gateway_reference: str | None = attribute("The gateway's own reference.")
    amount: Money = attribute("The amount that it is about.")
    response_code: str | None = attribute("The gateway's own word for the outcome.")
    requested_at: datetime = attribute("When it was handed over.")
    completed_at: datetime | None = attribute("When its outcome became known.")


def operation(entity: operations.Operation) -> Operation:
    """An operation as the graph shows it."""
    return Operation(
        id=strawberry.ID(format_id(Prefix.OPERATION, entity.id)),
        type=entity.type,
        status=entity.status,
        gateway=entity.gateway,
        gateway_reference=entity.gateway_reference,
        amount=shown(entity.amount),
        response_code=entity.response_code,
        requested_at=entity.requested_at,
        completed_at=entity.completed_at,
    )


@strawberry.type(description="Authorized money that was taken, all of it or a part.")
class Capture(Node):
    """One capture of a payment."""

    status: OperationStatus = attribute("What is known of it.")
    amount: Money = attribute("The amount.")
    final: bool = attribute("Whether it released what it left over.")
    fee: Money = attribute("What the merchant paid for it, once it succeeded.")
    created_at: datetime = attribute("When it was asked for.")


def capture(entity: captures.Capture) -> Capture:
    """A capture as the graph shows it."""
    return Capture(
        id=strawberry.ID(format_id(Prefix.CAPTURE, entity.id)),
        status=entity.status,
        amount=shown(entity.amount),
        final=entity.final,
        fee=shown(type(entity.amount)(entity.fee_minor, entity.amount.currency)),
        created_at=entity.created_at,
    )


if TYPE_CHECKING:
    from api.payments.types import Payment

PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]


async def _payments(children: list["Refund"], reading: Reading) -> list[PaymentOf]:
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its refunds, and a refund its payment

    found = await reading.reads.payments.payments(reading.scope, {child.payment_id for child in children})
    return in_order(found, (child.payment_id for child in children), payment, "The payment")


@strawberry.type(description="Captured money that is given back, all of it or a part.")
class Refund(Node):
    """One refund of a payment."""

    payment_id: strawberry.Private[UUID]
    status: RefundStatus = attribute("Whether it reached the customer.")
    amount: Money = attribute("The amount.")
    reason: RefundReason = attribute("Why the merchant gave it back.")
    failure_code: str | None = attribute("Why it failed, in the gateway's word.")
    created_at: datetime = attribute("When it was asked for.")
    payment: PaymentOf = batched(Permission.PAYMENTS_READ, "The payment that it is of.")(_payments)


def refund(entity: refunds.Refund) -> Refund:
    """A refund as the graph shows it."""
    return Refund(
        id=strawberry.ID(format_id(Prefix.REFUND, entity.id)),
        payment_id=entity.payment_id,
        status=entity.status,
        amount=shown(entity.amount),
        reason=entity.reason,
        failure_code=entity.failure_code,
        created_at=entity.created_at,
    )
