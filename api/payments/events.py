"""The lines of a payment's story."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.fields import batched
from api.found import in_order
from api.money import Money, money
from api.node import Node, identifier
from api.payments.enums import PaymentEventType
from domain.identity.permission import Permission
from domain.kernel.events import JsonValue
from domain.kernel.ids import Prefix
from domain.kernel.money import Currency
from domain.payments import story

if TYPE_CHECKING:
    from api.payments.types import Payment

PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]


async def _payments(rows: list["PaymentEvent"], reading: Reading) -> list[PaymentOf]:
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its events, and an event its payment

    found = await reading.reads.payments.payments(reading.scope, {row.entity.payment_id for row in rows})
    return in_order(found, (row.entity.payment_id for row in rows), payment, "The payment")


def _amount(data: Mapping[str, JsonValue], currency: Currency) -> Money | None:
    minor = data.get("amount_minor")
    return money(minor, currency) if isinstance(minor, int) else None


@strawberry.type(description="Something that happened to a payment.")
class PaymentEvent(Node):
    """One event of the payment's timeline."""

    entity: strawberry.Private[story.StoryLine]
    currency: strawberry.Private[Currency]
    id: strawberry.ID = identifier(Prefix.EVENT)
    sequence: int = derived("Its place among the payment's events, from 1 without gaps.", "entity.sequence")
    type: PaymentEventType = derived("What happened.", "entity.type")
    name: str = derived("The event's name, as it travels to every sink: payment.captured.", "entity.type.value")
    occurred_at: datetime = derived("When it happened.", "entity.occurred_at")
    amount: Money | None = derived("The amount that it is about, if any.", _amount, "entity.data", "currency")
    actor: str = derived("Who or what caused it.", "entity.actor_name")
    payment: PaymentOf = batched(Permission.PAYMENTS_READ, "The payment.")(_payments)


def payment_event(entity: story.StoryLine, currency: Currency) -> PaymentEvent:
    """A line as the graph shows it."""
    return PaymentEvent(entity=entity, currency=currency)
