"""Partitions of the tables that only ever grow, made ahead of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity.actor import Scope

if TYPE_CHECKING:
    from adapters.postgres.database import Database

PARTITIONED = ("events", "audit_records", "ledger_entries", "ledger_postings", "settlement_lines", "bank_entries")
_LOCK_KEY = 0x9A27
_LOCK = "SELECT pg_try_advisory_xact_lock($1)"
# The function belongs to the owner of the schema and runs with its rights: the application's role makes no tables.
_ENSURE = "SELECT ensure_partitions($1, now(), now() + interval '6 months')"


async def make_partitions(database: Database) -> int:
    """How many were made: 0 when all were there, or while somebody else makes them. Raises `Unavailable`."""
    made = 0
    for table in PARTITIONED:
        # A transaction each: a new partition locks its table for a moment, and no writer should wait for four.
        async with database.transaction(Scope(None)) as connection:
            if await connection.fetchval(_LOCK, _LOCK_KEY):
                made += int(await connection.fetchval(_ENSURE, table) or 0)
    return made
