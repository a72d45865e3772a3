"""Writes the demo's data into a fresh database, and into the gateway simulator's memory."""

from __future__ import annotations

import asyncio
import gc
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.approvals.tables import approval_policies, approval_requests
from adapters.postgres.audit.tables import audit_records, events
from adapters.postgres.database import FencedConnection
from adapters.postgres.disputes import tables as dispute_tables
from adapters.postgres.fraud import review_tables
from adapters.postgres.fraud import tables as fraud_tables
from adapters.postgres.identity import rows as identity_rows
from adapters.postgres.identity.tables import api_clients, invitations, memberships, users
from adapters.postgres.ledger.tables import ledger_entries, ledger_postings
from adapters.postgres.merchants.fee_plan_store import version_values
from adapters.postgres.merchants.store import merchant_values
from adapters.postgres.merchants.tables import fee_plan_versions, merchants
from adapters.postgres.payments.tables import (
    captures,
    customers,
    operations,
    payment_origins,
    payments,
    refunds,
)
from adapters.postgres.reconciliation import tables as reconciliation_tables
from adapters.postgres.settlements import bank_account_tables, file_tables, payout_tables
from adapters.postgres.settlements import tables as settlement_tables
from app.demo.seed.aftermath import SEED, tell_aftermath
from app.demo.seed.credentials import DerivedSecrets
from app.demo.seed.fraud_aftermath import tell_fraud_aftermath
from app.demo.seed.gateway_side import NewJournal
from app.demo.seed.history import History
from app.demo.seed.identifiers import Identifiers
from app.demo.seed.merchants import MERCHANTS
from app.demo.seed.past import tell
from app.demo.seed.people import Cast, cast
from app.demo.seed.rule_story import tell_rules
from app.demo.seed.sales import Sales
from app.demo.seed.settled_days import TERMS_SINCE, tell_settled_days, tell_terms
from app.demo.seed.story_clock import StoryClock
from app.demo.seed.treasury import open_treasury
from domain.identity.actor import system_actor
from domain.merchants.fee_plan_version import first_version

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from sqlalchemy import Table

    from domain.kernel.events import JsonValue

PAYMENTS = 20_000
_OPERATOR = system_actor("command line")
# Whoever has no payments yet has nothing to settle of the days before.
_JUST_NOW = timedelta(hours=2)
_ANALYZED = (
    merchants,
    users,
    api_clients,
    customers,
    payments,
    operations,
    captures,
    refunds,
    ledger_entries,
    ledger_postings,
    events,
    audit_records,
    payment_origins,
    dispute_tables.disputes,
    dispute_tables.dispute_notices,
    dispute_tables.dispute_evidence,
    dispute_tables.dispute_responses,
    dispute_tables.dispute_notes,
    dispute_tables.early_fraud_warnings,
    dispute_tables.dispute_policies,
    approval_policies,
    approval_requests,
    fraud_tables.fraud_rules,
    fraud_tables.fraud_rule_versions,
    fraud_tables.fraud_rule_sets,
    fraud_tables.fraud_lists,
    fraud_tables.fraud_list_entries,
    fraud_tables.fraud_screenings,
    fraud_tables.fraud_traces,
    fraud_tables.fraud_volumes,
    fraud_tables.fraud_backtests,
    review_tables.fraud_reviews,
    review_tables.fraud_review_notes,
    settlement_tables.settlement_accounts,
    settlement_tables.settlements,
    settlement_tables.settlement_lines,
    settlement_tables.settlement_adjustments,
    settlement_tables.reserve_holds,
    bank_account_tables.bank_accounts,
    payout_tables.payouts,
    payout_tables.payout_attempts,
    file_tables.payment_files,
    reconciliation_tables.bank_statements,
    reconciliation_tables.bank_entries,
    reconciliation_tables.bank_matches,
    reconciliation_tables.statement_imports,
    reconciliation_tables.reconciliation_items,
    reconciliation_tables.remittances,
)
# As many at a time: enough for one COPY a table to be worth its trip, few enough to stay small in memory.
_CHAPTER = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a demo lives: `data` keeps the key of all credentials and files, `journal` is the simulator's file.

    The numbers of bank accounts are sealed with `secret_key`.
    """

    data: Path
    journal: Path
    simulator_url: str
    secret_key: str


def seed(dsn: str, place: Place, *, empty: bool, payments_count: int = PAYMENTS, now: datetime | None = None) -> bool:
    """Fill a migrated database, as its owner; false, and nothing done, when it has merchants already.

    The simulator's journal is replaced by one that knows the seed's payments, disputes and transfers; `empty` leaves
    out all that payments bring with them; `now` is when the story ends. It happens as a whole or not at all.
    """
    with _no_cycles():
        return asyncio.run(_seed(dsn, place, now or datetime.now(UTC), 0 if empty else payments_count))


@contextmanager
def _no_cycles() -> Generator[None]:
    """Spare Python the search for cycles among half a million rows, which have none: a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


async def _seed(dsn: str, place: Place, now: datetime, count: int) -> bool:
    # Statements here are short: a compiler for one takes longer than it does.
    connection = await asyncpg.connect(dsn, connection_class=FencedConnection, server_settings={"jit": "off"})
    try:
        async with connection.transaction():
            # Two demos that start at once on one database: the second one finds it filled.
            await connection.execute("LOCK TABLE merchants IN EXCLUSIVE MODE")
            if await connection.fetchval("SELECT EXISTS (SELECT FROM merchants)"):
                return False
            actors = cast(DerivedSecrets.of(place.data).client_secret, now)
            await _introduce(connection, actors, now)
            await _speak_json(connection)
            in_force = await tell_rules(connection, actors, StoryClock(now), now)
            # COPY is binary, and takes a document as text.
            await connection.reset_type_codec("jsonb", schema="pg_catalog")
            journal = NewJournal(place.journal)
            sales = Sales(Random(SEED))  # noqa: S311 - the demo is to look the same each time
            chapters = tell(actors, in_force, count=count, now=now, simulator_url=place.simulator_url, chapter=_CHAPTER)
            # The next chapter is made while PostgreSQL takes the last one in.
            coming = _next(chapters)
            while (history := await coming) is not None:
                coming = _next(chapters)
                await _keep(connection, history)
                journal.add(history.journal)
                sales.note(history)
            await _speak_json(connection)
            if count:
                journal.add(await tell_aftermath(connection, actors, sales, now))
                await tell_fraud_aftermath(connection, actors, now)
            treasury = open_treasury(connection, StoryClock(now), actors, place.data, place.secret_key)
            await tell_terms(treasury, now - (TERMS_SINCE if count else _JUST_NOW))
            if count:
                # Statistics of what there is by now: thousands of statements rest on them.
                await connection.execute("ANALYZE ledger_entries, ledger_postings")
                await tell_settled_days(treasury)
            journal.add(treasury.bank.entries)
            # Before the commit, so that its checks of each ledger entry are planned on what is there.
            await connection.execute(f"ANALYZE {', '.join(table.name for table in _ANALYZED)}")
            journal.finish()
        return True
    finally:
        await connection.close()


async def _speak_json(connection: FencedConnection) -> None:
    """Take documents from the verbs' stores as the pool's connections do."""
    await connection.set_type_codec(
        "jsonb", encoder=_encode_json, decoder=orjson.loads, schema="pg_catalog", format="text"
    )


def _encode_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _next(chapters: Iterator[History]) -> asyncio.Future[History | None]:
    def take() -> History | None:
        return next(chapters, None)

    return asyncio.get_running_loop().run_in_executor(None, take)


async def _introduce(connection: FencedConnection, actors: Cast, now: datetime) -> None:
    """Merchants, machines and people, with the audit lines of their making."""
    await _copy(connection, merchants, [merchant_values(one.merchant) for one in MERCHANTS])
    await _copy(connection, fee_plan_versions, [version_values(first_version(one.merchant)) for one in MERCHANTS])
    await _copy(connection, api_clients, [identity_rows.row_of_client(client) for client in actors.clients])
    await _copy(connection, users, [identity_rows.row_of_user(user) for user in actors.users])
    await _copy(connection, memberships, [identity_rows.row_of_membership(one) for one in actors.memberships])
    await _copy(connection, invitations, [identity_rows.row_of_invitation(one) for one in actors.invitations])
    history = History(identifiers=Identifiers(Random(len(actors.clients))))  # noqa: S311 - the same each time
    for client in actors.clients:
        data: dict[str, JsonValue] = {
            "name": client.name,
            "scopes": [*sorted(client.scopes)],
            "authMethod": client.auth_method.value,
        }
        subject = ("api_client", client.id)
        history.audit(_OPERATOR, "api_client.created", subject, client.merchant_id, client.created_at, data)
    for invitation in actors.invitations:
        data = {"email": invitation.email, "role": invitation.role.value}
        subject = ("invitation", invitation.id)
        history.audit(_OPERATOR, "invitation.created", subject, invitation.merchant_id, now, data)
    await _keep(connection, history)


async def _keep(connection: FencedConnection, history: History) -> None:
    """Parents before children, entries before their postings."""
    await _copy(connection, customers, history.customer_rows())
    await _copy(connection, payments, history.payments)
    await _copy(connection, payment_origins, history.origins)
    await _copy(connection, operations, history.operations)
    await _copy(connection, captures, history.captures)
    await _copy(connection, refunds, history.refunds)
    await _copy(connection, ledger_entries, history.ledger_entries)
    await _copy(connection, ledger_postings, history.ledger_postings)
    await _copy(connection, events, history.events)
    await _copy(connection, audit_records, history.audit_records)
    await _copy(connection, fraud_tables.fraud_screenings, history.screenings)
    await _copy(connection, fraud_tables.fraud_traces, history.traces)
    await _copy(connection, review_tables.fraud_reviews, history.reviews)
    await _copy(connection, review_tables.fraud_review_notes, history.review_notes)
    await _copy(connection, fraud_tables.fraud_list_entries, history.list_entries)


async def _copy(connection: FencedConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """One COPY of all rows; constraints and triggers see them as they see any insert."""
    columns = [c for c in table.columns if c.computed is None and c.server_default is None]
    in_order = itemgetter(*(c.key for c in columns))
    documents = [c.key for c in columns if isinstance(c.type, JSONB)]
    for row in rows:
        for key in documents:
            # COPY is binary: it takes a document as text.
            row[key] = None if row[key] is None else _encode_json(row[key])
    await connection.copy_records_to_table(table.name, records=map(in_order, rows), columns=[c.name for c in columns])
