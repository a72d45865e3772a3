"""Stage texts of evidence for the present stage, as often as wanted, until it is submitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.answering import mark_staged
from domain.disputes.evidence import Evidence
from domain.disputes.evidence_file import FileStatus
from domain.identity.permission import Permission
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence_kind import EvidenceKind
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEvidence:
    """These texts are set, those that are None taken away, and the others stay."""

    dispute_id: UUID
    texts: Mapping[EvidenceKind, str | None]


async def stage_evidence(ports: DisputePorts, actor: Actor, command: StageEvidence) -> Dispute:
    """The dispute with its evidence staged; two who stage at once both have their texts in it.

    Raises `NotFound`, `Forbidden`, `Invalid` and `DisputeStateForbids`.
    """

    async def work(unit: DisputesUnit) -> Dispute:
        at = ports.clock.now()
        dispute = await unit.disputes.for_update(command.dispute_id)
        actor.require(Permission.DISPUTES_WRITE, dispute.merchant_id)
        dispute.ensure_answerable()
        before = await unit.evidence.of_stage(dispute, dispute.stage)
        fresh = Evidence(merchant_id=dispute.merchant_id, dispute_id=dispute.id, stage=dispute.stage, updated_at=at)
        evidence = (before or fresh).stage_texts(command.texts, at)
        await unit.evidence.save(evidence)
        files = await unit.evidence_files.of_stage(dispute, dispute.stage)
        stored = any(file.status is FileStatus.STORED for file in files)
        dispute = await unit.disputes.save(mark_staged(dispute, at, empty=not evidence.texts and not stored))
        data: dict[str, JsonValue] = {"kinds": [kind.value for kind in command.texts]}
        await unit.audit.record(actor, "disputes.stage_evidence", "dispute", dispute.id, dispute.merchant_id, data)
        await unit.commit()
        return dispute

    return await in_unit(ports.units, actor, "dispute.evidence", work)
