"""Uploads that nobody finished end, and what lies in the storage without a use is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.evidence_file import VERIFIED_WITHIN
from domain.disputes.file_clearing import clear_file
from domain.disputes.verify_upload import VerifyUpload, verify_upload
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepUploads:
    """At most so many at a time."""

    limit: int = 100


async def sweep_uploads(ports: DisputePorts, actor: Actor, command: SweepUploads) -> int:
    """How many files were looked at. Wherever a process was killed, afterwards no object is left without its row.

    Files do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    tried.
    """

    async def due(unit: DisputesUnit) -> list[UUID]:
        return await unit.evidence_files.due(ports.clock.now(), command.limit)

    found = await in_unit(ports.units, actor, "file.find", due)
    errors: list[Exception] = []
    for file_id in found:
        try:
            await _sweep(ports, actor, file_id)
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            errors.append(error)
    if errors:
        message = "some uploads could not be swept"
        raise ExceptionGroup(message, errors)
    return len(found)


async def _sweep(ports: DisputePorts, actor: Actor, file_id: UUID) -> None:
    async def load(unit: DisputesUnit) -> EvidenceFile:
        return await unit.evidence_files.get(file_id)

    file = await in_unit(ports.units, actor, "file.load", load)
    if file.awaits_upload:
        at = ports.clock.now()
        if at < file.expires_at + VERIFIED_WITHIN:
            file = await verify_upload(ports, actor, VerifyUpload(file_id=file_id))
        if file.awaits_upload and file.expires_at <= at:
            await ports.storage.delete(file.upload_key)
            await _expire(ports, actor, file_id)
    elif file.settles(ports.clock.now()):
        await clear_file(ports.storage, file)
        await _settle(ports, actor, file)


async def _expire(ports: DisputePorts, actor: Actor, file_id: UUID) -> None:
    """What a verification has kept meanwhile stays: only its row decides, and the settling deletes what has none."""

    async def work(unit: DisputesUnit) -> None:
        file = await unit.evidence_files.for_update(file_id)
        if not file.awaits_upload:
            return
        await unit.evidence_files.save(file.expire())
        said = {"dispute_id": str(file.dispute_id)}
        await unit.audit.record(actor, "disputes.expire_upload", "evidence_file", file.id, file.merchant_id, said)
        await unit.commit()

    await in_unit(ports.units, actor, "file.expire", work)


async def _settle(ports: DisputePorts, actor: Actor, cleared: EvidenceFile) -> None:
    async def work(unit: DisputesUnit) -> None:
        file = await unit.evidence_files.for_update(cleared.id)
        # Removed since it was looked at: its content is still there.
        if file.version == cleared.version:
            await unit.evidence_files.save(file.settle(ports.clock.now()))
            await unit.commit()

    await in_unit(ports.units, actor, "file.settle", work)
