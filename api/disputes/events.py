"""The lines of a dispute's story."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.disputes.enums import DisputeEventType
from api.fields import batched
from api.found import in_order
from api.money import Money, money
from api.node import Node, identifier
from domain.disputes import story
from domain.identity.permission import Permission
from domain.kernel.events import JsonValue
from domain.kernel.ids import Prefix
from domain.kernel.money import Currency

if TYPE_CHECKING:
    from api.disputes.types import Dispute

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]


async def _disputes(rows: list["DisputeEvent"], reading: Reading) -> list[DisputeOf]:
    from api.disputes.types import dispute  # noqa: PLC0415 - a dispute shows its events, and an event its dispute

    found = await reading.reads.disputes.disputes(reading.scope, {row.entity.dispute_id for row in rows})
    return in_order(found, (row.entity.dispute_id for row in rows), dispute, "The dispute")


def _amount(data: Mapping[str, JsonValue], currency: Currency) -> Money | None:
    minor = data.get("amount_minor")
    return money(minor, currency) if isinstance(minor, int) else None


def _change(data: Mapping[str, JsonValue]) -> str | None:
    change = data.get("change")
    return change if isinstance(change, str) else None


@strawberry.type(description="Something that happened to a dispute.")
class DisputeEvent(Node):
    """One event of the dispute's timeline."""

    entity: strawberry.Private[story.StoryLine]
    currency: strawberry.Private[Currency]
    id: strawberry.ID = identifier(Prefix.EVENT)
    sequence: int = derived("Its place among the dispute's events, from 1 without gaps.", "entity.sequence")
    type: DisputeEventType = derived("What happened.", "entity.type")
    name: str = derived("The event's name, as it travels to every sink: dispute.closed.", "entity.type.value")
    change: str | None = derived(
        "What an update changed: network, evidence, response, response_failed, accepted, assignee, due_soon, expired,"
        " double_loss.",
        _change,
        "entity.data",
    )
    occurred_at: datetime = derived("When it happened.", "entity.occurred_at")
    amount: Money | None = derived("The amount that it is about, if any.", _amount, "entity.data", "currency")
    actor: str = derived("Who or what caused it.", "entity.actor_name")
    dispute: DisputeOf = batched(Permission.DISPUTES_READ, "The dispute.")(_disputes)


def dispute_event(entity: story.StoryLine, currency: Currency) -> DisputeEvent:
    """A line as the graph shows it."""
    return DisputeEvent(entity=entity, currency=currency)
