"""The notes in a dispute's thread."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.disputes.enums import Audience
from api.fields import batched
from api.found import in_order
from api.identity.enums import Realm
from api.node import Node, identifier
from domain.disputes import note as notes
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix

if TYPE_CHECKING:
    from api.disputes.types import Dispute

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]


async def _disputes(rows: list["DisputeNote"], reading: Reading) -> list[DisputeOf]:
    from api.disputes.types import dispute  # noqa: PLC0415 - a dispute shows its notes, and a note its dispute

    found = await reading.reads.disputes.disputes(reading.scope, {row.entity.dispute_id for row in rows})
    return in_order(found, (row.entity.dispute_id for row in rows), dispute, "The dispute")


@strawberry.type(description="A note in a dispute's thread; it never changes.")
class DisputeNote(Node):
    """Of the merchant or of staff."""

    entity: strawberry.Private[notes.Note]
    id: strawberry.ID = identifier(Prefix.NOTE)
    text: str = derived("The text.", "entity.text")
    audience: Audience = derived("Who reads it.", "entity.audience")
    author: str = derived("The name of whoever wrote it.", "entity.author_name")
    author_realm: Realm = derived("Whether that was staff or the merchant.", "entity.author_realm")
    created_at: datetime = derived("When it was written.", "entity.created_at")
    dispute: DisputeOf = batched(Permission.DISPUTES_READ, "The dispute.")(_disputes)


def dispute_note(entity: notes.Note) -> DisputeNote:
    """A note as the graph shows it."""
    return DisputeNote(entity=entity)
