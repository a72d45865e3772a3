"""The audit seals against the records that they hold, one seal at a time: memory stays flat however long the log is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.postgres.audit.seal_store import record_of, seal_of
from adapters.postgres.verification.check import MOST_VIOLATIONS, QUERY_SECONDS, listed
from domain.audit.seal import GENESIS
from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from asyncpg import Record

    from adapters.postgres.database import FencedConnection

NAME = "audit-seal"
_SEALS = "SELECT * FROM audit_seals ORDER BY number"
# All that lies between the end of the seal before and the end of this one, in the order of sealing.
_SPAN = """
SELECT * FROM audit_records WHERE (xid, id) > ($1::xid8, $2::uuid) AND (xid, id) <= ($3::xid8, $4::uuid)
ORDER BY xid, id
"""
_BY_ID = "SELECT * FROM audit_records WHERE id = ANY ($1::uuid[])"
_SEALS_AT_ONCE = 5
_RECORDS_AT_ONCE = 1000


@dataclass(slots=True)
class _Chain:
    """How far the chain was followed."""

    number: int = 0
    hash: bytes = GENESIS
    xid: int = 0
    record_id: UUID = field(default_factory=lambda: UUID(int=0))


async def seal_violations(connection: FencedConnection) -> list[str]:
    """What is wrong with seals and sealed records; call it in a transaction."""
    chain = _Chain()
    found: list[str] = []
    async for row in connection.cursor(_SEALS, prefetch=_SEALS_AT_ONCE, timeout=QUERY_SECONDS):
        found += _broken_link(chain, row)
        found += [sentence async for sentence in _broken_records(connection, chain, row)]
        chain = _Chain(number=row["number"], hash=row["hash"], xid=row["last_xid"], record_id=row["last_id"])
        if len(found) > MOST_VIOLATIONS:
            break
    return listed(NAME, found)


def _broken_link(chain: _Chain, row: Record) -> list[str]:
    seal = seal_of(dict(row))
    found: list[str] = []
    if seal.number != chain.number + 1:
        found.append(f"seal {seal.number} follows seal {chain.number}; those in between are missing")
    if seal.previous_hash != chain.hash:
        found.append(f"seal {seal.number} does not follow from the seal before it")
    if not seal.intact:
        found.append(f"seal {seal.number} was altered: its hash does not follow from what it holds")
    return found


async def _broken_records(connection: FencedConnection, chain: _Chain, row: Record) -> AsyncIterator[str]:
    digests = dict(zip(row["record_ids"], row["digests"], strict=True))
    span = (chain.xid, chain.record_id, row["last_xid"], row["last_id"])
    async for stored in connection.cursor(_SPAN, *span, prefetch=_RECORDS_AT_ONCE, timeout=QUERY_SECONDS):
        sealed = digests.pop(stored["id"], None)
        if sealed is None:
            yield f"{_name(stored['id'])} was slipped in: it lies within seal {row['number']}, which does not hold it"
        elif record_of(dict(stored)).digest() != sealed:
            yield f"{_name(stored['id'])} was altered after seal {row['number']} was put on it"
    elsewhere = {found["id"]: found for found in await connection.fetch(_BY_ID, list(digests))} if digests else {}
    for record_id in digests:
        what = "was moved out of" if record_id in elsewhere else "was removed after"
        yield f"{_name(record_id)} {what} seal {row['number']}"


def _name(record_id: UUID) -> str:
    return format_id(Prefix.AUDIT, record_id)
