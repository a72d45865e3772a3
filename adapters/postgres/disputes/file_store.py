"""The write side of evidence files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from adapters.postgres.disputes.file_rows import file_of, file_values
from adapters.postgres.disputes.file_tables import evidence_files
from adapters.postgres.statement import Statement, insert_row
from domain.disputes.evidence_file import LIVE, SETTLES_AFTER
from domain.disputes.storage import FileUsage
from domain.kernel.errors import NotFound
from domain.kernel.ids import first_uuid
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.stage import DisputeStage

_T = evidence_files
_LIVE = sorted(status.value for status in LIVE)
_CHANGING = ("status", "refusal", "refusal_message", "stored_at", "settled_at", "version")
_INSERT = insert_row(_T)
_BY_ID = Statement(select(_T).where(_T.c.id == bindparam("id")))
_LOCK = Statement(select(_T).where(_T.c.id == bindparam("id")).with_for_update())
_UPDATE = Statement(
    update(_T)
    .where(
        _T.c.merchant_id == bindparam("key_merchant_id"),
        _T.c.id == bindparam("key_id"),
        _T.c.version == bindparam("key_version"),
    )
    .values({name: bindparam(name, type_=_T.c[name].type) for name in _CHANGING})
)
_OF_STAGE = Statement(
    select(_T)
    .where(
        _T.c.merchant_id == bindparam("merchant_id"),
        _T.c.dispute_id == bindparam("dispute_id"),
        _T.c.stage == bindparam("stage"),
        _T.c.status == any_(bindparam("live", type_=ARRAY(Text))),
    )
    .order_by(_T.c.id)
)
# By id from the first one of the window: the time is inside it. What is older is not even looked at.
_USAGE = """
SELECT
  (SELECT count(*) FROM evidence_files WHERE merchant_id = $1 AND dispute_id = $2 AND stage = $3
     AND status IN ('AWAITING_UPLOAD', 'STORED')) AS stage_files,
  (SELECT coalesce(sum(size_bytes), 0)::bigint FROM evidence_files WHERE merchant_id = $1 AND dispute_id = $2
     AND stage = $3 AND status IN ('AWAITING_UPLOAD', 'STORED')) AS stage_bytes,
  (SELECT coalesce(sum(size_bytes), 0)::bigint FROM evidence_files WHERE merchant_id = $1 AND id >= $4
     AND status IN ('AWAITING_UPLOAD', 'STORED')) AS merchant_bytes
"""
# The merchant's other disputes have locks of their own, and all of them share the merchant's quota. Uploads are rare:
# they may wait for each other.
_LOCK_QUOTA = "SELECT pg_advisory_xact_lock(hashtextextended('evidence_files:' || $1::uuid::text, 0))"
_DUE = """
SELECT id FROM evidence_files
WHERE settled_at IS NULL AND expires_at <= $1 AND (status = 'AWAITING_UPLOAD' OR expires_at <= $2)
ORDER BY expires_at
LIMIT $3
"""


class EvidenceFileStore:
    """Satisfies `domain.disputes.storage.EvidenceFiles` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def get(self, file_id: UUID) -> EvidenceFile:
        """The file as it is; raise `NotFound`."""
        return await self._one(_BY_ID, file_id)

    async def for_update(self, file_id: UUID) -> EvidenceFile:
        """The file, locked until the unit ends; raise `NotFound`."""
        return await self._one(_LOCK, file_id)

    async def of_stage(self, dispute: Dispute, stage: DisputeStage) -> list[EvidenceFile]:
        """What is awaited or stored for a stage, the oldest first."""
        arguments = _OF_STAGE.args(
            merchant_id=dispute.merchant_id, dispute_id=dispute.id, stage=stage.value, live=_LIVE
        )
        return [file_of(row) for row in await self._connection.fetch(_OF_STAGE.sql, *arguments)]

    async def usage(self, dispute: Dispute, since: datetime) -> FileUsage:
        """What is awaited or stored; nobody else of the merchant can add to it until the unit ends."""
        await self._connection.execute(_LOCK_QUOTA, dispute.merchant_id)
        row = await self._connection.fetchrow(
            _USAGE, dispute.merchant_id, dispute.id, dispute.stage.value, first_uuid(since)
        )
        assert row is not None
        return FileUsage(**dict(row))

    async def add(self, file: EvidenceFile) -> None:
        """A new one, before anything can be uploaded."""
        await self._connection.execute(_INSERT.sql, *_INSERT.args(**file_values(file)))

    async def save(self, file: EvidenceFile) -> None:
        """A changed one; the version must follow on the one that was loaded."""
        values = file_values(file)
        keys = {"key_merchant_id": file.merchant_id, "key_id": file.id, "key_version": file.version - 1}
        status = await self._connection.execute(
            _UPDATE.sql, *_UPDATE.args(**{name: values[name] for name in _CHANGING}, **keys)
        )
        if status != "UPDATE 1":
            message = "The file was changed at the same time; try again."
            raise Contention(message)

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Files whose link has expired without an upload, and those that settle; the longest overdue first."""
        found = await self._connection.fetch(_DUE, at, at - SETTLES_AFTER, limit)
        return [row["id"] for row in found]

    async def _one(self, statement: Statement, file_id: UUID) -> EvidenceFile:
        row = await self._connection.fetchrow(statement.sql, *statement.args(id=file_id))
        if row is None:
            what = "The file"
            raise NotFound(what)
        return file_of(row)
