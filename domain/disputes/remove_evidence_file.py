"""Take a file out of the evidence before it is submitted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.answering import mark_staged
from domain.disputes.errors import DisputeStateForbids
from domain.disputes.evidence_file import FileStatus
from domain.disputes.file_clearing import clear_file
from domain.identity.permission import Permission
from domain.kernel.errors import Unavailable
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveEvidenceFile:
    """The file."""

    file_id: UUID


async def remove_evidence_file(ports: DisputePorts, actor: Actor, command: RemoveEvidenceFile) -> EvidenceFile:
    """The removed file; one that was removed before stays as it is.

    Raises `NotFound`, `Forbidden`, `DisputeStateForbids`, and `TransitionNotAllowed` for a file that was refused or has
    expired: there is nothing to remove.
    """

    async def work(unit: DisputesUnit) -> EvidenceFile:
        at = ports.clock.now()
        found = await unit.evidence_files.get(command.file_id)
        actor.require(Permission.DISPUTES_WRITE, found.merchant_id)
        dispute = await unit.disputes.for_update(found.dispute_id)
        file = await unit.evidence_files.for_update(command.file_id)
        if file.status is FileStatus.REMOVED:
            return file
        dispute.ensure_answerable()
        if file.stage is not dispute.stage:
            raise DisputeStateForbids("The file belongs to an earlier stage, whose evidence never changes.")
        # The row first: a stored file must have its content at every moment. The sweep makes up for what is left.
        removed = file.remove()
        await unit.evidence_files.save(removed)
        await unit.disputes.save(mark_staged(dispute, at, empty=await _nothing_is_left(unit, dispute)))
        said = {"dispute_id": str(dispute.id), "sha256": file.sha256}
        await unit.audit.record(
            actor, "disputes.remove_evidence_file", "evidence_file", file.id, file.merchant_id, said
        )
        await unit.commit()
        return removed

    removed = await in_unit(ports.units, actor, "file.remove", work)
    with suppress(Unavailable):
        await clear_file(ports.storage, removed)
    return removed


async def _nothing_is_left(unit: DisputesUnit, dispute: Dispute) -> bool:
    files = await unit.evidence_files.of_stage(dispute, dispute.stage)
    evidence = await unit.evidence.of_stage(dispute, dispute.stage)
    return not any(file.stored for file in files) and (evidence is None or not evidence.texts)
