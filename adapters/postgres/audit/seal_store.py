"""The sealing side of the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.audit.audit_record import AuditRecord
from domain.audit.seal import Seal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from adapters.postgres.database import FencedConnection

_LOCK_KEY = 0x5EA1
_COLUMNS = """id, merchant_id, actor_kind, actor_id, actor_name, action, subject_type, subject_id, occurred_at,
       address, data"""
_LAST = "SELECT * FROM audit_seals ORDER BY number DESC LIMIT 1"
# Transactions below the snapshot's xmin have all ended, so nothing can slip in before what is sealed now.
_UNSEALED = f"""
SELECT {_COLUMNS} FROM audit_records
WHERE (xid, id) > (
        coalesce((SELECT last_xid FROM audit_seals ORDER BY number DESC LIMIT 1), '0'::xid8),
        coalesce((SELECT last_id FROM audit_seals ORDER BY number DESC LIMIT 1), uuid_nil()))
  AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, id LIMIT $1
""".replace("uuid_nil()", "'00000000-0000-0000-0000-000000000000'::uuid")  # noqa: S608 - a constant
_ADD = """
INSERT INTO audit_seals (number, previous_hash, record_ids, digests, hash, last_xid, last_id, sealed_at)
SELECT $1, $2, $3, $4, $5, xid, id, $6 FROM audit_records WHERE id = $7
"""


def record_of(row: Mapping[str, Any]) -> AuditRecord:
    """An audit record from its row."""
    return AuditRecord(**{name: row[name] for name in AuditRecord.__slots__})


def seal_of(row: Mapping[str, Any]) -> Seal:
    """A seal from its row."""
    return Seal(
        number=row["number"],
        previous_hash=row["previous_hash"],
        digests=tuple(row["digests"]),
        hash=row["hash"],
        sealed_at=row["sealed_at"],
    )


class SealStore:
    """Satisfies `domain.audit.ports.Seals` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def lock(self) -> bool:
        """Become the only sealer until the unit ends; false when somebody else is."""
        return bool(await self._connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK_KEY))

    async def last(self) -> Seal | None:
        """The newest seal."""
        row = await self._connection.fetchrow(_LAST)
        return seal_of(row) if row is not None else None

    async def unsealed(self, limit: int) -> list[AuditRecord]:
        """The oldest records that no seal holds and that no running transaction can still precede."""
        return [record_of(row) for row in await self._connection.fetch(_UNSEALED, limit)]

    async def add(self, seal: Seal, records: list[AuditRecord]) -> None:
        """Write the seal and say which records it holds."""
        await self._connection.execute(
            _ADD,
            seal.number,
            seal.previous_hash,
            [record.id for record in records],
            list(seal.digests),
            seal.hash,
            seal.sealed_at,
            records[-1].id,
        )
