"""The lines of a payment's story."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.context import Reading
from api.describing import attribute
from api.fields import batched
from api.found import in_order
from api.money import Money, money
from api.node import Node
from api.payments.enums import PaymentEventType
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id
from domain.kernel.money import Currency
from domain.payments import story

if TYPE_CHECKING:
    from api.payments.types import Payment

PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]


async def _payments(rows: list["PaymentEvent"], reading: Reading) -> list[PaymentOf]:
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its events, and an event its payment

    found = await reading.reads.payments.payments(reading.scope, {row.entity.payment_id for row in rows})
    return in_order(found, (row.entity.payment_id for row in rows), payment, "The payment")


@strawberry.type(description="Something that happened to a payment.")
class PaymentEvent(Node):
    """One event of the payment's timeline."""

    entity: strawberry.Private[story.StoryLine]
    sequence: int = attribute("Its place among the payment's events, from 1 without gaps.")
    type: PaymentEventType = attribute("What happened.")
    name: str = attribute("The event's name, as it travels to every sink: payment.captured.")
    occurred_at: datetime = attribute("When it happened.")
    amount: Money | None = attribute("The amount that it is about, if any.")
    actor: str = attribute("Who or what caused it.")
    payment: PaymentOf = batched(Permission.PAYMENTS_READ, "The payment.")(_payments)


def payment_event(entity: story.StoryLine, currency: Currency) -> PaymentEvent:
    """A line as the graph shows it."""
    minor = entity.data.get("amount_minor")
    return PaymentEvent(
        id=strawberry.ID(format_id(Prefix.EVENT, entity.id)),
        entity=entity,
        sequence=entity.sequence,
        type=entity.type,
        name=entity.type.value,
        occurred_at=entity.occurred_at,
        amount=money(minor, currency) if isinstance(minor, int) else None,
        actor=entity.actor_name,
    )
