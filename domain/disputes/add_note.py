"""Write into the thread of a dispute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.note import Audience, Note
from domain.identity.permission import Permission
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    """For the merchant and staff, or for staff alone."""

    dispute_id: UUID
    text: str
    audience: Audience = Audience.MERCHANT


async def add_note(ports: DisputePorts, actor: Actor, command: AddNote) -> Note:
    """The note; it never changes. Raises `NotFound`, `Forbidden` and `Invalid`."""

    async def work(unit: DisputesUnit) -> Note:
        at = ports.clock.now()
        dispute = await unit.disputes.get(command.dispute_id)
        actor.require(Permission.DISPUTES_WRITE, dispute.merchant_id)
        note = Note(
            id=new_uuid(at),
            merchant_id=dispute.merchant_id,
            dispute_id=dispute.id,
            audience=command.audience,
            author_kind=actor.kind,
            author_id=actor.id,
            author_name=actor.name,
            author_realm=actor.realm,
            text=command.text,
            created_at=at,
        )
        await unit.notes.add(note)
        data = {"note_id": str(note.id), "audience": note.audience.value}
        # That staff talk among themselves is not the merchant's to see either.
        seen_by = dispute.merchant_id if note.audience is Audience.MERCHANT else None
        await unit.audit.record(actor, "disputes.add_note", "dispute", dispute.id, seen_by, data)
        await unit.commit()
        return note

    return await in_unit(ports.units, actor, "dispute.note", work)
