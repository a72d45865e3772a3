"""Row-level security on every table of a tenant, found in the catalogue: a new table without a fence fails here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from adapters.postgres.database import APP_ROLE, Database
from domain.fraud import reviewing
from domain.identity.actor import Scope
from domain.kernel.ids import PLATFORM
from domain.payments.create_payment import NewCustomer
from domain.payments.origin import Origin
from tests.builders.backtests import a_backtest
from tests.builders.bank_accounts import a_bank_account, a_reveal
from tests.builders.disputes import a_note, a_response, a_warning
from tests.builders.fraud import a_list, a_screening, a_trace
from tests.builders.fraud_reviews import a_review, a_review_note
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.builders.payment_files import a_payment_file
from tests.builders.settlements import a_reserve
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.fraud_desk import FraudDesk
from tests.fakes.gateway import StandInGateway
from tests.fakes.payout_desk import PayoutDesk
from tests.fakes.settlement_desk import SettlementDesk

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment

    Owner = asyncpg.Connection

# Written by others than the stores of payments; each gets a row here by hand.
_ROWS_BY_HAND = """
INSERT INTO users (id, realm, name, status, created_at) VALUES ($1, 'MERCHANT', 'Ada', 'ACTIVE', now());
INSERT INTO memberships (merchant_id, id, user_id, role, created_at) VALUES ($1, $1, $1, 'OWNER', now());
INSERT INTO invitations (merchant_id, id, email, role, status, created_at, expires_at)
    VALUES ($1, $1, 'a@example.com', 'OWNER', 'PENDING', now(), now() + interval '1 day');
INSERT INTO api_clients (id, merchant_id, name, scopes, auth_method, secret_hash, status, created_at)
    VALUES ($1, $1, 'Shop', '{payments:read}', 'client_secret_basic', sha256('s'), 'ACTIVE', now());
INSERT INTO access_tokens (jti, client_id, merchant_id, issued_at, expires_at)
    VALUES ($1, $1, $1, now(), now() + interval '1 day');
INSERT INTO ledger_snapshots (merchant_id, account, currency, horizon, through, balance_minor, taken_at)
    VALUES ($1, 'pending', 'EUR', '1', now(), 0, now());
INSERT INTO merchant_volumes (merchant_id, currency, quarter, captured_minor)
    VALUES ($1, 'EUR', '2026-03-02 09:15+00', 1);
INSERT INTO bank_matches (merchant_id, entry_id, kind, subject_id, account, amount_minor, currency, booked_on, by_hand,
    matched_by_name, matched_at) VALUES ($1, $1, 'PAYOUT', $1, 'eur-main', -1, 'EUR', now(), false, 'jobs', now())
"""
_TENANT_TABLES = """
SELECT c.relname AS name, c.relrowsecurity AS fenced,
       CASE c.relname WHEN 'merchants' THEN 'id' ELSE 'merchant_id' END AS key
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND (c.relname = 'merchants' OR EXISTS (
      SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'merchant_id' AND NOT a.attisdropped))
ORDER BY c.relname
"""
# A constraint keeps merchants' rows out of them, and the fence keeps merchants away from the rows in them.
_OF_PLATFORM = """
SELECT t.relname AS name FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
WHERE c.contype = 'c' AND NOT t.relispartition AND pg_get_constraintdef(c.oid) = $1
"""
_ONLY_PLATFORM = f"CHECK ((merchant_id = '{PLATFORM}'::uuid))"
_GRANTS = """
SELECT c.relname AS name, c.relispartition AS is_partition, array_agg(p.privilege) AS granted
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p (privilege)
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')
  AND has_table_privilege($1, c.oid, p.privilege)
GROUP BY c.relname, c.relispartition
"""
_APPEND_ONLY = {
    "events", "audit_records", "audit_seals", "ledger_entries", "ledger_postings", "ledger_snapshots", "dispute_notes",
    "bank_entries", "bank_matches", "bank_account_reveals", "fee_plan_versions", "settlement_adjustments", "settlement_lines", "payout_attempts", "payment_origins", "fraud_review_notes", "fraud_rule_sets", "fraud_rule_versions", "fraud_traces",
}  # fmt: skip


async def tenant_tables(owner: Owner) -> dict[str, str]:
    platform = {row["name"] for row in await owner.fetch(_OF_PLATFORM, _ONLY_PLATFORM)}
    return {row["name"]: row["key"] for row in await owner.fetch(_TENANT_TABLES) if row["name"] not in platform}


async def fill(units: PostgresUnits, owner: Owner, merchant: Merchant) -> None:
    """At least one row of the merchant in every table."""
    clock = SettableClock()
    desk = Desk(units, merchant, StandInGateway(clock), clock)
    origin = Origin(ip_address="203.0.113.7")
    customer = NewCustomer(email="mary@example.com")
    payment = (await desk.create(customer=customer, reference="order-1", origin=origin)).payment
    await desk.capture(payment)
    await desk.refund(payment, eur(1))
    await desk.want_approval(eur(1))
    await desk.ask_to_refund(payment, eur(1))
    await fill_disputes(DisputeDesk(desk), payment)
    await fill_fraud(FraudDesk(desk), payment)
    await fill_bank_accounts(units, merchant)
    await fill_settlements(SettlementDesk(units, merchant, clock))
    await fill_payouts(PayoutDesk(units, merchant, clock))
    for statement in _ROWS_BY_HAND.split(";\n"):
        await owner.execute(statement, merchant.id)


async def fill_disputes(desk: DisputeDesk, payment: Payment) -> None:
    """The same of disputes. By the payment's id, since both merchants' gateways give the same references."""
    dispute = await desk.record(payment)
    await desk.accept_up_to(eur(1))
    await desk.upload(await desk.staged(dispute))
    async with desk.ports.units.begin(JOBS, "test") as unit:
        await unit.notes.add(a_note(dispute))
        await unit.warnings.add(a_warning(merchant_id=payment.merchant_id, payment_id=payment.id))
        await unit.responses.add(a_response(dispute))
        await unit.commit()


async def fill_bank_accounts(units: PostgresUnits, merchant: Merchant) -> None:
    """The same of bank accounts."""
    account = a_bank_account(merchant_id=merchant.id)
    async with units.begin(JOBS, "test") as unit:
        await unit.bank_accounts.add(account)
        await unit.bank_account_reveals.add(a_reveal(account))
        await unit.commit()


async def fill_settlements(desk: SettlementDesk) -> None:
    """The same of settlements: one is closed, of which something is held."""
    await desk.set_schedule(reserve=a_reserve())
    await desk.adjust(eur(1))
    await desk.capture()
    desk.clock.pass_by(1)
    await desk.close(await desk.oldest())


async def fill_payouts(desk: PayoutDesk) -> None:
    """The same of payouts: one is with the bank."""
    await desk.send(await desk.approve(await desk.create()))


async def fill_fraud(desk: FraudDesk, payment: Payment) -> None:
    """The same of fraud: what the merchant wrote, and what was found of its payment."""
    merchant_id = payment.merchant_id
    await desk.published()
    await desk.put("blocked_emails", "john@example.com")
    async with desk.ports.units.begin(JOBS, "test") as unit:
        await unit.fraud_lists.add(a_list(merchant_id=merchant_id))
        await unit.screenings.add(a_screening(payment), a_trace(payment))
        review = await unit.fraud_reviews.add(reviewing.open_(a_review(payment=payment, version=0)))
        await unit.fraud_reviews.note(a_review_note(review))
        await unit.backtests.add(a_backtest(merchant_id=merchant_id))
        await unit.commit()


@pytest.fixture
async def neighbours(units: PostgresUnits, owner: Owner, merchant: Merchant) -> tuple[UUID, UUID]:
    other = a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(other)
        await unit.commit()
    await fill(units, owner, merchant)
    await fill(units, owner, other)
    return merchant.id, other.id


async def test_every_table_of_a_tenant_has_its_fence(owner: Owner) -> None:
    rows = await owner.fetch(_TENANT_TABLES)
    assert {"payments", "merchants", "events", "ledger_postings", "memberships"} <= {row["name"] for row in rows}
    assert [row["name"] for row in rows if not row["fenced"]] == []


async def test_no_merchant_sees_what_is_the_platform_s_alone(
    database: Database, units: PostgresUnits, owner: Owner, merchant: Merchant
) -> None:
    async with units.begin(JOBS, "test") as unit:
        await unit.payment_files.add(a_payment_file(), b"sealed")
        await unit.commit()
    tables = {row["name"] for row in await owner.fetch(_OF_PLATFORM, _ONLY_PLATFORM)}
    assert "payment_files" in tables
    async with database.connection(Scope(frozenset({merchant.id}))) as connection:
        assert [name for name in tables if await connection.fetchval(f"SELECT count(*) FROM {name}")] == []
    async with database.connection(Scope(None)) as connection:
        assert await connection.fetchval("SELECT count(*) FROM payment_files") == 1


async def test_one_sees_nothing_of_the_other_in_any_table(
    database: Database, owner: Owner, neighbours: tuple[UUID, UUID]
) -> None:
    here, there = neighbours
    for table, key in (await tenant_tables(owner)).items():
        assert await owner.fetchval(f"SELECT count(*) > 0 FROM {table} WHERE {key} = $1", there), f"fill {table}"
        async with database.connection(Scope(frozenset({here}))) as connection:
            seen = {row[0] for row in await connection.fetch(f"SELECT DISTINCT {key} FROM {table}")}
            assert seen == {here}, table
        async with database.connection(Scope(frozenset())) as connection:
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0, table
        async with database.connection(Scope(frozenset(neighbours))) as connection:
            seen = {row[0] for row in await connection.fetch(f"SELECT DISTINCT {key} FROM {table}")}
            assert seen == {here, there}, table


async def test_one_writes_nothing_of_the_other_in_any_table(
    database: Database, owner: Owner, neighbours: tuple[UUID, UUID]
) -> None:
    here, there = neighbours
    granted = {row["name"]: set(row["granted"]) for row in await owner.fetch(_GRANTS, APP_ROLE)}
    for table, key in (await tenant_tables(owner)).items():
        columns = await owner.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = ''",
            table,
        )
        names = ", ".join(row["attname"] for row in columns)
        before = await owner.fetchval(f"SELECT count(*) FROM {table}")
        copy = f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, $1)"
        stolen = await owner.fetchval(f"SELECT json_agg(t) FROM {table} AS t WHERE {key} = $1", there)
        async with database.connection(Scope(frozenset({here}))) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await connection.execute(copy.replace("$1", "$1::text::json"), stolen)
            if "UPDATE" in granted[table]:
                status = await connection.execute(f"UPDATE {table} SET {key} = {key} WHERE {key} = $1", there)
                assert status == "UPDATE 0", table
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                    await connection.execute(f"UPDATE {table} SET {key} = $1", there)
            if "DELETE" in granted[table]:
                assert await connection.execute(f"DELETE FROM {table} WHERE {key} = $1", there) == "DELETE 0", table
        assert await owner.fetchval(f"SELECT count(*) FROM {table}") == before, table


async def test_a_connection_without_a_fence_sees_nothing(database_url: str, owner: Owner, neighbours: object) -> None:
    bare = await asyncpg.connect(database_url, server_settings={"role": APP_ROLE})
    try:
        for table in await tenant_tables(owner):
            assert await bare.fetchval(f"SELECT count(*) FROM {table}") == 0, table
    finally:
        await bare.close()


async def test_the_application_s_role_owns_nothing_and_can_do_no_more_than_it_must(owner: Owner) -> None:
    role = await owner.fetchrow("SELECT * FROM pg_roles WHERE rolname = $1", APP_ROLE)
    assert role is not None
    assert not any(role[right] for right in ("rolsuper", "rolbypassrls", "rolcreatedb", "rolcreaterole", "rolcanlogin"))
    owned = await owner.fetch(
        "SELECT relname FROM pg_class WHERE relowner = $1::text::regrole"
        " UNION ALL SELECT proname FROM pg_proc WHERE proowner = $1::text::regrole"
        " UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner = $1::text::regrole",
        APP_ROLE,
    )
    assert owned == []
    assert not await owner.fetchval("SELECT has_schema_privilege($1, 'public', 'CREATE')", APP_ROLE)
    for row in await owner.fetch(_GRANTS, APP_ROLE):
        granted = set(row["granted"])
        assert not granted & {"TRUNCATE", "REFERENCES", "TRIGGER"}, row["name"]
        assert row["name"] not in _APPEND_ONLY or granted <= {"SELECT", "INSERT"}, row["name"]
        # A partition has neither fence nor triggers of its own: it is reached through its table alone.
        assert not row["is_partition"], row["name"]


async def test_the_application_cannot_step_out_of_its_role_s_limits(database: Database) -> None:
    for statement in (
        "ALTER TABLE payments DISABLE ROW LEVEL SECURITY",
        "DROP POLICY merchant_fence ON payments",
        "ALTER TABLE ledger_postings DISABLE TRIGGER ALL",
        "DROP TABLE events",
        "CREATE TABLE mine (id integer)",
    ):
        async with database.connection(Scope(None)) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
