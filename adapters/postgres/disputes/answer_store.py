"""The write side of what merchants answer: evidence, answers on their way, and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from adapters.postgres.disputes import rows, tables
from adapters.postgres.statement import Statement, insert_row, update_row
from domain.kernel.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence import Evidence
    from domain.disputes.note import Note
    from domain.disputes.response import DisputeResponse
    from domain.disputes.stage import DisputeStage

_E = tables.dispute_evidence
_OF_STAGE = Statement(
    select(_E).where(
        _E.c.merchant_id == bindparam("merchant_id"),
        _E.c.dispute_id == bindparam("dispute_id"),
        _E.c.stage == bindparam("stage"),
    )
)
_INSERT = insert_row(_E)
_CHANGED = ", ".join(
    f"{name} = excluded.{name}"
    for name in ("status", "texts", "files", "sha256", "submitted_at", "submitted_by", "updated_at")
)
_PUT = f"{_INSERT.sql} ON CONFLICT (merchant_id, dispute_id, stage) DO UPDATE SET {_CHANGED}"


class EvidenceStore:
    """Satisfies `domain.disputes.ports.StagedEvidence` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def of_stage(self, dispute: Dispute, stage: DisputeStage) -> Evidence | None:
        """The stage's evidence, if anything was ever staged."""
        arguments = _OF_STAGE.args(merchant_id=dispute.merchant_id, dispute_id=dispute.id, stage=stage.value)
        row = await self._connection.fetchrow(_OF_STAGE.sql, *arguments)
        return row and rows.evidence_of(row)

    async def save(self, evidence: Evidence) -> None:
        """A new or changed one; PostgreSQL refuses to change what was submitted."""
        await self._connection.execute(_PUT, *_INSERT.args(**rows.evidence_values(evidence)))


_R = tables.dispute_responses
_ADD = insert_row(_R)
_BY_ID = Statement(select(_R).where(_R.c.id == bindparam("id")))
_SAVE = update_row(_R, "status", "response_code", "completed_at", "checks", "next_check_at")
_DUE = Statement(
    select(_R)
    .where(_R.c.next_check_at <= bindparam("at"))
    .order_by(_R.c.next_check_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


class ResponseStore:
    """Satisfies `domain.disputes.ports.Responses` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def get(self, response_id: UUID) -> DisputeResponse:
        """The answer; raise `NotFound`."""
        row = await self._connection.fetchrow(_BY_ID.sql, *_BY_ID.args(id=response_id))
        if row is None:
            what = "The answer"
            raise NotFound(what)
        return rows.response_of(row)

    async def add(self, response: DisputeResponse) -> None:
        """A new one, before the gateway is called."""
        await self._connection.execute(_ADD.sql, *_ADD.args(**rows.response_values(response)))

    async def save(self, response: DisputeResponse) -> None:
        """A changed one."""
        keys = {"key_merchant_id": response.merchant_id, "key_id": response.id}
        await self._connection.execute(_SAVE.sql, *_SAVE.args(**rows.response_values(response), **keys))

    async def lease_due(self, at: datetime, limit: int) -> list[DisputeResponse]:
        """Open answers whose next check is due, moved on so that nobody else asks at the same time."""
        found = await self._connection.fetch(_DUE.sql, *_DUE.args(at=at, most=limit))
        leased = [rows.response_of(row).checked(at) for row in found]
        for response in leased:
            await self.save(response)
        return leased


_ADD_NOTE = insert_row(tables.dispute_notes)


class NoteStore:
    """Satisfies `domain.disputes.ports.Notes` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def add(self, note: Note) -> None:
        """A new note."""
        await self._connection.execute(_ADD_NOTE.sql, *_ADD_NOTE.args(**rows.note_values(note)))
