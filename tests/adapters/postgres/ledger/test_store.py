"""PostgreSQL itself keeps the ledger true, whoever writes and however wrong the program."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg
import pytest

from domain.identity.actor import Scope
from domain.kernel.ids import new_uuid
from tests.builders.ledger import an_entry
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.ledger.entry import Entry
    from domain.merchants.merchant import Merchant

_ENTRY = "INSERT INTO ledger_entries (merchant_id, id, kind, posted_at) VALUES ($1, $2, 'CAPTURE', $3)"
_POSTINGS = """
INSERT INTO ledger_postings (merchant_id, entry_id, position, account, currency, amount_minor, posted_at)
SELECT $1, $2, ordinality, account, currency, amount_minor, $6
FROM unnest($3::text[], $4::text[], $5::bigint[]) WITH ORDINALITY AS p (account, currency, amount_minor, ordinality)
"""
EUROS = ["EUR", "EUR"]
ACCOUNTS = ["gateway_clearing:simulator", "pending"]
APPEND_ONLY = ["ledger_entries", "ledger_postings", "ledger_snapshots"]


@pytest.fixture(params=["application", "owner"])
async def writer(
    request: pytest.FixtureRequest, database: Database, owner: asyncpg.Connection
) -> AsyncGenerator[asyncpg.Connection]:
    """The application's connection, and the owner's, whom grants do not bind."""
    if request.param == "owner":
        yield owner
        return
    async with database.connection(Scope(None)) as connection:
        yield connection


@pytest.fixture
async def posted(units: PostgresUnits, merchant: Merchant) -> Entry:
    """A committed entry."""
    entry = an_entry(merchant.id, eur(40))
    async with units.begin(JOBS, "test") as unit:
        await unit.ledger.post((entry,))
        await unit.commit()
    return entry


async def insert(connection: asyncpg.Connection, merchant_id: UUID, currencies: list[str], amounts: list[int]) -> None:
    async with connection.transaction():
        entry_id = new_uuid(MORNING)
        await connection.execute(_ENTRY, merchant_id, entry_id, MORNING)
        await connection.execute(_POSTINGS, merchant_id, entry_id, ACCOUNTS, currencies, amounts, MORNING)


async def test_what_balances_is_taken(writer: asyncpg.Connection, merchant: Merchant) -> None:
    await insert(writer, merchant.id, EUROS, [4000, -4000])
    assert await writer.fetchval("SELECT sum(amount_minor) FROM ledger_postings") == 0


@pytest.mark.parametrize(
    ("currencies", "amounts"), [(EUROS, [4000, -3999]), (EUROS, [1, 1]), (["EUR", "JPY"], [4000, -4000])]
)
async def test_what_does_not_balance_is_refused_by_the_statement(
    writer: asyncpg.Connection, merchant: Merchant, currencies: list[str], amounts: list[int]
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="sum to zero"):
        await insert(writer, merchant.id, currencies, amounts)
    assert await writer.fetchval("SELECT count(*) FROM ledger_entries") == 0


async def test_two_wrong_entries_do_not_make_a_right(writer: asyncpg.Connection, merchant: Merchant) -> None:
    ids = [new_uuid(MORNING), new_uuid(MORNING)]
    crossed = _POSTINGS.replace("SELECT $1, $2,", "SELECT $1, ($2::uuid[])[ordinality],")

    async def write() -> None:
        async with writer.transaction():
            for entry_id in ids:
                await writer.execute(_ENTRY, merchant.id, entry_id, MORNING)
            await writer.execute(crossed, merchant.id, ids, ACCOUNTS, EUROS, [4000, -4000], MORNING)

    with pytest.raises(asyncpg.CheckViolationError, match="sum to zero"):
        await write()


async def test_an_entry_without_postings_is_refused_at_the_commit(
    writer: asyncpg.Connection, merchant: Merchant
) -> None:
    reached: list[str] = []

    async def write() -> None:
        async with writer.transaction():
            await writer.execute(_ENTRY, merchant.id, new_uuid(MORNING), MORNING)
            reached.append("the end")

    with pytest.raises(asyncpg.CheckViolationError, match="has no postings"):
        await write()
    assert reached == ["the end"]
    assert await writer.fetchval("SELECT count(*) FROM ledger_entries") == 0


async def test_postings_without_an_entry_are_refused(writer: asyncpg.Connection, merchant: Merchant) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="same transaction"):
        await writer.execute(_POSTINGS, merchant.id, new_uuid(MORNING), ACCOUNTS, EUROS, [1, -1], MORNING)


async def test_an_entry_of_the_past_takes_no_more_postings_not_even_in_balance(
    writer: asyncpg.Connection, posted: Entry
) -> None:
    more = _POSTINGS.replace("ordinality,", "ordinality + 10,", 1)
    with pytest.raises(asyncpg.CheckViolationError, match="same transaction"):
        await writer.execute(more, posted.merchant_id, posted.id, ACCOUNTS, EUROS, [1, -1], posted.posted_at)


async def test_a_forged_transaction_id_does_not_help(writer: asyncpg.Connection, posted: Entry) -> None:
    forged = _POSTINGS.replace("posted_at)\n", "posted_at, xid)\n").replace(
        "ordinality, account, currency, amount_minor, $6", "ordinality + 10, account, currency, amount_minor, $6, "
        "(SELECT xid FROM ledger_entries WHERE id = $2)"
    )  # fmt: skip
    with pytest.raises(asyncpg.CheckViolationError, match="same transaction"):
        await writer.execute(forged, posted.merchant_id, posted.id, ACCOUNTS, EUROS, [1, -1], posted.posted_at)


async def test_postings_have_the_moment_of_their_entry(writer: asyncpg.Connection, merchant: Merchant) -> None:
    async def write() -> None:
        async with writer.transaction():
            entry_id = new_uuid(MORNING)
            await writer.execute(_ENTRY, merchant.id, entry_id, MORNING)
            await writer.execute(_POSTINGS, merchant.id, entry_id, ACCOUNTS, EUROS, [1, -1], after(1))

    with pytest.raises(asyncpg.CheckViolationError, match="moment"):
        await write()


@pytest.mark.parametrize("account", ["", "pendin", "gateway_clearing", "gateway_clearing:", "pending:x", "PENDING"])
async def test_an_account_outside_the_chart_is_refused(database: Database, merchant: Merchant, account: str) -> None:
    async with database.connection(Scope(None)) as connection:

        async def write() -> None:
            async with connection.transaction():
                entry_id = new_uuid(MORNING)
                await connection.execute(_ENTRY, merchant.id, entry_id, MORNING)
                await connection.execute(
                    _POSTINGS, merchant.id, entry_id, [account, "pending"], EUROS, [1, -1], MORNING
                )

        with pytest.raises(asyncpg.CheckViolationError, match="account"):
            await write()


@pytest.mark.parametrize("table", [*APPEND_ONLY, "events", "audit_records", "audit_seals"])
async def test_nothing_is_ever_changed_or_removed(writer: asyncpg.Connection, posted: Entry, table: str) -> None:
    column = "sealed_at" if table == "audit_seals" else "posted_at" if table in APPEND_ONLY[:2] else "taken_at"
    column = "occurred_at" if table in {"events", "audit_records"} else column
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await writer.execute(statement)
    assert await writer.fetchval("SELECT count(*) FROM ledger_postings") == len(posted.postings)


PARTITIONS = """
SELECT child.relname AS child FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
JOIN pg_class AS parent ON parent.oid = inhparent WHERE parent.relname = $1 AND child.relkind = 'r'
"""


@pytest.mark.parametrize("table", ["ledger_entries", "ledger_postings", "events", "audit_records"])
async def test_naming_a_partition_is_no_way_around(owner: asyncpg.Connection, table: str) -> None:
    partitions = [row["child"] for row in await owner.fetch(PARTITIONS, table)]
    assert f"{table}_other" in partitions
    for child in partitions:
        for statement in (f"UPDATE {child} SET xid = xid", f"DELETE FROM {child}", f"TRUNCATE {child} CASCADE"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await owner.execute(statement)


async def test_a_partition_takes_no_unbalanced_entry(owner: asyncpg.Connection, merchant: Merchant) -> None:
    # Older than every quarter that has a partition of its own.
    ancient = new_uuid(datetime(1999, 12, 31, tzinfo=UTC))
    unbalanced = _POSTINGS.replace("INTO ledger_postings", "INTO ledger_postings_other")

    async def write() -> None:
        async with owner.transaction():
            await owner.execute(_ENTRY, merchant.id, ancient, MORNING)
            await owner.execute(unbalanced, merchant.id, ancient, ACCOUNTS, EUROS, [5, -4], MORNING)

    with pytest.raises(asyncpg.CheckViolationError, match="sum to zero"):
        await write()
    assert await owner.fetchval("SELECT count(*) FROM ledger_postings") == 0
