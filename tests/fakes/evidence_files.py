"""The store of evidence files in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.disputes.evidence_file import LIVE, SETTLES_AFTER, EvidenceFile
from domain.disputes.storage import FileUsage
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.stage import DisputeStage
    from tests.fakes.transaction import Transaction


class MemoryEvidenceFiles:
    """Satisfies `domain.disputes.storage.EvidenceFiles` on a table."""

    def __init__(self, transaction: Transaction, table: dict[UUID, EvidenceFile]) -> None:
        self._transaction = transaction
        self._table = table

    async def get(self, file_id: UUID) -> EvidenceFile:
        return self._transaction.get(self._table, file_id, "The file")

    async def for_update(self, file_id: UUID) -> EvidenceFile:
        await self._transaction.lock(("file", file_id))
        return await self.get(file_id)

    async def of_stage(self, dispute: Dispute, stage: DisputeStage) -> list[EvidenceFile]:
        return [file for file in self._live() if file.dispute_id == dispute.id and file.stage is stage]

    async def usage(self, dispute: Dispute, since: datetime) -> FileUsage:
        await self._transaction.lock(("files of", dispute.merchant_id))
        own = await self.of_stage(dispute, dispute.stage)
        recent = [f for f in self._live() if f.merchant_id == dispute.merchant_id and f.created_at >= since]
        return FileUsage(
            stage_files=len(own),
            stage_bytes=sum(file.size_bytes for file in own),
            merchant_bytes=sum(file.size_bytes for file in recent),
        )

    async def add(self, file: EvidenceFile) -> None:
        # Nobody who is in the same table sees it before the commit, but this transaction does.
        self._transaction.put(self._table, file)

    async def save(self, file: EvidenceFile) -> None:
        if (await self.get(file.id)).version != file.version - 1:
            raise Contention("The file was changed at the same time; try again.")
        self._transaction.put(self._table, file)

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        found = [
            file
            for file in self._transaction.rows(self._table)
            if file.settled_at is None and file.expires_at + (SETTLES_AFTER * (not file.awaits_upload)) <= at
        ]
        return [file.id for file in sorted(found, key=lambda file: file.expires_at)[:limit]]

    def _live(self) -> list[EvidenceFile]:
        live = [file for file in self._transaction.rows(self._table) if file.status in LIVE]
        return sorted(live, key=lambda file: file.id)
