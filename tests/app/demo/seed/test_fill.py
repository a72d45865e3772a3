"""The seed by its own books: SQL over what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from adapters.postgres.merchants.store import merchant_of
from adapters.postgres.payments import rows
from app.demo.seed.merchants import MERCHANTS
from domain.audit.audit_record import AuditRecord
from domain.identity.permission import CLIENT_SCOPES
from domain.payments.charging import sale_of
from domain.payments.decline import DeclineCode
from domain.payments.payment import PaymentStatus
from tests.app.demo.seed.conftest import fill

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.demo.seed.conftest import Seeded


async def test_there_are_twenty_thousand_payments_in_every_status_over_ninety_days(books: asyncpg.Connection) -> None:
    counts = dict(await books.fetch("SELECT status, count(*) FROM payments GROUP BY status"))
    assert set(counts) == set(PaymentStatus)
    assert sum(counts.values()) == 20_000
    span = await books.fetchrow(
        "SELECT count(*) FILTER (WHERE created_at < now() - interval '91 days') AS older, max(updated_at) <= now() AS past,"
        " count(DISTINCT created_at::date) AS days FROM payments"
    )
    assert span is not None
    # What the regulars bought before.
    assert span["older"] == 5
    assert span["past"]
    assert span["days"] >= 90


async def test_merchants_sell_in_five_currencies_one_of_them_without_decimals(books: asyncpg.Connection) -> None:
    digits = dict(await books.fetch("SELECT DISTINCT currency, currency_exponent FROM payments"))
    assert digits == {"EUR": 2, "USD": 2, "GBP": 2, "JPY": 0, "KWD": 3}
    assert await books.fetchval("SELECT count(DISTINCT merchant_id) FROM payments") == len(MERCHANTS) == 6


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("payments", "decline_code", set(DeclineCode)),
        ("operations", "status", {"SUCCEEDED", "FAILED", "UNKNOWN", "PENDING"}),
        ("captures", "status", {"SUCCEEDED", "FAILED", "UNKNOWN"}),
        ("refunds", "status", {"SUCCEEDED", "FAILED", "PENDING"}),
        ("payments", "capture_mode", {"AUTOMATIC", "MANUAL"}),
        ("payments", "brand", {"VISA", "MASTERCARD", "AMEX", "DISCOVER"}),
    ],
)
async def test_every_kind_is_there(books: asyncpg.Connection, table: str, column: str, expected: set[str]) -> None:
    found = await books.fetch(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")
    assert {row[0] for row in found} == expected


async def test_money_moves_in_parts_too(books: asyncpg.Connection) -> None:
    parts = await books.fetchrow(
        """
        SELECT (SELECT count(*) FROM (SELECT FROM captures WHERE status = 'SUCCEEDED'
                                      GROUP BY merchant_id, payment_id HAVING count(*) > 1)) AS several_captures,
               (SELECT count(*) FROM payments WHERE status = 'CAPTURED'
                                      AND captured_minor < authorized_minor) AS captured_less,
               (SELECT count(*) FROM payments WHERE refunded_minor BETWEEN 1 AND captured_minor - 1) AS refunded_partly,
               (SELECT count(*) FROM payments WHERE refunded_minor > 0
                                      AND refunded_minor = captured_minor) AS refunded_wholly,
               (SELECT count(*) FROM payments WHERE customer_id IS NULL) AS guests
        """
    )
    assert parts is not None
    assert all(count > 50 for count in parts.values()), dict(parts)


async def test_every_ledger_entry_and_each_currency_sum_to_zero(books: asyncpg.Connection) -> None:
    assert not await books.fetch(
        "SELECT entry_id FROM ledger_postings GROUP BY merchant_id, entry_id, currency HAVING sum(amount_minor) <> 0"
    )
    sums = dict(await books.fetch("SELECT currency, sum(amount_minor) FROM ledger_postings GROUP BY currency"))
    assert sums == {"EUR": 0, "USD": 0, "GBP": 0, "JPY": 0, "KWD": 0}


async def test_the_ledger_says_what_the_payments_say(books: asyncpg.Connection) -> None:
    differing = await books.fetch(
        """
        WITH booked AS (
            SELECT e.merchant_id, e.payment_id,
                   sum(p.amount_minor) FILTER (WHERE e.kind = 'CAPTURE' AND p.account LIKE 'gateway%') AS captured,
                   -sum(p.amount_minor) FILTER (WHERE e.kind = 'REFUND' AND p.account LIKE 'gateway%') AS refunded,
                   -sum(p.amount_minor) FILTER (WHERE e.kind LIKE 'DISPUTE%' AND p.account LIKE 'gateway%') AS held,
                   -sum(p.amount_minor) FILTER (WHERE e.kind NOT LIKE 'DISPUTE%' AND p.account = 'fees_revenue') AS fees,
                   -sum(p.amount_minor) FILTER (WHERE e.kind LIKE 'DISPUTE%' AND p.account = 'fees_revenue') AS lost_fees,
                   -sum(p.amount_minor) FILTER (WHERE p.account = 'pending') AS owed
            FROM ledger_entries AS e
            JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id)
            GROUP BY e.merchant_id, e.payment_id
        )
        SELECT p.id FROM payments AS p LEFT JOIN booked AS b ON (b.merchant_id, b.payment_id) = (p.merchant_id, p.id)
        WHERE coalesce(b.captured, 0) <> p.captured_minor OR coalesce(b.refunded, 0) <> p.refunded_minor
           OR coalesce(b.fees, 0) <> p.fee_minor - p.returned_fee_minor + p.refund_fee_minor
           OR coalesce(b.held, 0) <> p.disputed_minor + p.double_loss_minor
           OR coalesce(b.owed, 0) <> p.captured_minor - p.refunded_minor - p.fee_minor + p.returned_fee_minor
                                     - p.refund_fee_minor
                                     - p.disputed_minor - p.double_loss_minor - coalesce(b.lost_fees, 0)
        """
    )
    assert differing == []
    assert await books.fetchval("SELECT count(*) > 15000 FROM ledger_entries")
    assert await books.fetchval("SELECT sum(returned_fee_minor) > 0 FROM payments")


async def test_captures_and_refunds_add_up_to_their_payment(books: asyncpg.Connection) -> None:
    differing = await books.fetch(
        """
        WITH taken AS (
            SELECT payment_id, sum(amount_minor) FILTER (WHERE status = 'SUCCEEDED') AS done,
                   sum(amount_minor) FILTER (WHERE status IN ('PENDING', 'UNKNOWN')) AS open, sum(fee_minor) AS fees
            FROM captures GROUP BY payment_id
        ), given AS (
            SELECT payment_id, sum(amount_minor) FILTER (WHERE status = 'SUCCEEDED') AS done,
                   sum(amount_minor) FILTER (WHERE status = 'PENDING') AS open, sum(returned_fee_minor) AS fees,
                   sum(fee_minor) AS costs
            FROM refunds GROUP BY payment_id
        )
        SELECT id FROM payments AS p LEFT JOIN taken AS t ON t.payment_id = p.id LEFT JOIN given AS g ON g.payment_id = p.id
        WHERE (coalesce(t.done, 0), coalesce(t.open, 0), coalesce(t.fees, 0),
               coalesce(g.done, 0), coalesce(g.open, 0), coalesce(g.fees, 0), coalesce(g.costs, 0))
           IS DISTINCT FROM (captured_minor, capture_pending_minor, fee_minor,
                             refunded_minor, refund_pending_minor, returned_fee_minor, refund_fee_minor)
        """
    )
    assert differing == []


async def test_each_fee_follows_the_merchants_plan(books: asyncpg.Connection) -> None:
    sellers = {row["id"]: merchant_of(row) for row in await books.fetch("SELECT * FROM merchants")}
    bought = {row["id"]: rows.payment_of(row) for row in await books.fetch("SELECT * FROM payments")}
    captures = [rows.capture_of(row) for row in await books.fetch("SELECT * FROM captures WHERE status = 'SUCCEEDED'")]
    assert captures
    for capture in captures:
        merchant = sellers[capture.merchant_id]
        sale = sale_of(bought[capture.payment_id].method, merchant, capture.amount)
        assert capture.fee_minor == merchant.fee_plan.fee_minor(sale), capture.id


async def test_the_domain_takes_every_payment_for_sound(books: asyncpg.Connection) -> None:
    payments = [rows.payment_of(row) for row in await books.fetch("SELECT * FROM payments")]
    operations = [rows.operation_of(row) for row in await books.fetch("SELECT * FROM operations")]
    assert len(payments) == 20_000
    open_operations = [operation for operation in operations if operation.open]
    assert len(open_operations) == 12
    assert sum(payment.unknown_operations for payment in payments) == 6
    processing = {payment.id for payment in payments if payment.status is PaymentStatus.PROCESSING}
    assert processing < {operation.payment_id for operation in open_operations}
    assert await books.fetchval(
        "SELECT min(next_check_at) > (SELECT max(occurred_at) FROM audit_records) + interval '10 minutes' FROM operations"
    )


async def test_events_are_numbered_from_one_to_the_version(books: asyncpg.Connection) -> None:
    wrong = await books.fetch(
        """
        SELECT p.id FROM payments AS p
        LEFT JOIN (SELECT merchant_id, subject_id, count(*) AS events, min(sequence) AS first, max(sequence) AS last,
                          count(DISTINCT sequence) AS numbers, max(occurred_at) AS latest,
                          bool_and(sequence <> 1 OR name = 'payment.created') AS begun
                   FROM events GROUP BY merchant_id, subject_id) AS e
          ON (e.merchant_id, e.subject_id) = (p.merchant_id, p.id)
        WHERE (e.events, e.first, e.last, e.numbers, e.latest, e.begun)
           IS DISTINCT FROM (p.version, 1::bigint, p.version, p.version, p.updated_at, true)
        """
    )
    assert wrong == []
    assert not await books.fetch(
        "SELECT FROM (SELECT sequence, lag(sequence) OVER (PARTITION BY subject_id ORDER BY id) AS former FROM events)"
        " WHERE sequence <> coalesce(former, 0) + 1"
    )


@pytest.mark.parametrize(
    ("table", "moment"),
    [
        ("payments", "created_at"),
        ("customers", "created_at"),
        ("operations", "requested_at"),
        ("captures", "created_at"),
        ("refunds", "created_at"),
        ("ledger_entries", "posted_at"),
        ("events", "occurred_at"),
        ("audit_records", "occurred_at"),
        ("merchants", "created_at"),
        ("api_clients", "created_at"),
        ("disputes", "created_at"),
        ("dispute_notices", "received_at"),
        ("dispute_responses", "requested_at"),
        ("dispute_notes", "created_at"),
        ("early_fraud_warnings", "created_at"),
        ("approval_requests", "requested_at"),
        ("fraud_rules", "created_at"),
        ("fraud_list_entries", "created_at"),
        ("fraud_reviews", "opened_at"),
        ("fraud_review_notes", "created_at"),
        ("fraud_backtests", "created_at"),
        ("settlements", "opened_at"),
        ("payouts", "created_at"),
        ("bank_accounts", "created_at"),
        ("remittances", "created_at"),
    ],
)
async def test_ids_are_uuids_of_their_rows_own_millisecond(books: asyncpg.Connection, table: str, moment: str) -> None:
    # An operation that had to be approved has had its id since it was asked for.
    wrong = await books.fetch(
        f"SELECT id FROM {table} WHERE (uuid_extract_version(id) <> 7"
        f" OR uuid_extract_timestamp(id) <> date_trunc('milliseconds', {moment}))"
        " AND id NOT IN (SELECT operation_id FROM approval_requests)"
    )
    assert wrong == []


async def test_every_mutation_left_its_audit_record(books: asyncpg.Connection) -> None:
    counts = dict(await books.fetch("SELECT action, count(*) FROM audit_records GROUP BY action"))
    operations = dict(await books.fetch("SELECT type, count(*) FROM operations GROUP BY type"))
    assert counts["payments.create"] == 20_000
    # What was withheld until the gateway's score had come is captured by the back office itself.
    assert counts["payments.capture"] == await books.fetchval(
        "SELECT count(*) FROM operations AS o JOIN payments AS p ON (p.merchant_id, p.id) = (o.merchant_id, o.payment_id)"
        " WHERE o.type = 'CAPTURE' AND p.capture_mode = 'MANUAL'"
    )
    assert counts["payments.refund"] == operations["REFUND"]
    assert counts["payments.void"] + counts["fraud.decline_review"] == operations["VOID"] + await books.fetchval(
        "SELECT count(*) FROM payments WHERE status = 'CANCELED'"
    )
    blocked = await books.fetchval("SELECT count(*) FROM fraud_screenings WHERE decision = 'BLOCK'")
    assert counts["payments.create"] + counts["payments.confirm"] == operations["AUTHORIZE"] + blocked
    row = await books.fetchrow("SELECT * FROM audit_records WHERE action = 'payments.capture' LIMIT 1")
    assert row is not None
    assert len(AuditRecord(**{name: row[name] for name in AuditRecord.__slots__}).digest()) == 32


async def test_statistics_are_there_for_the_planner(books: asyncpg.Connection) -> None:
    estimates = dict(
        await books.fetch("SELECT relname, reltuples FROM pg_class WHERE relname IN ('payments', 'events')")
    )
    assert estimates["payments"] == 20_000
    assert estimates["events"] > 50_000


async def test_a_second_time_does_nothing(seeded: Seeded, books: asyncpg.Connection) -> None:
    journal = seeded.journal.stat()
    before = await books.fetchval("SELECT count(*) FROM audit_records")
    assert not await fill(seeded.dsn, seeded.data)
    assert await books.fetchval("SELECT count(*) FROM audit_records") == before
    assert seeded.journal.stat() == journal


async def test_empty_means_everything_but_payments(database_url: str, tmp_path: Path) -> None:
    assert await fill(database_url, tmp_path, empty=True)
    connection = await asyncpg.connect(database_url)
    try:
        for table in (
            *("payments", "customers", "operations", "ledger_entries", "payment_origins"),
            *("fraud_screenings", "fraud_traces", "fraud_volumes", "fraud_reviews", "fraud_backtests"),
            *("disputes", "dispute_notices", "early_fraud_warnings", "dispute_policies", "gateway_cursors"),
            *("approval_policies", "payouts", "payment_files", "settlement_lines", "reserve_holds"),
            *("bank_statements", "remittances", "reconciliation_items"),
        ):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
        told = await connection.fetch("SELECT DISTINCT subject_type FROM events")
        assert {row[0] for row in told} == {"fraud_rule", "bank_account", "settlement", "approval_request"}
        # Whoever sells something is settled and paid, from the next cut-off on.
        assert await connection.fetchval("SELECT count(*) FROM bank_accounts WHERE status = 'ACTIVE'") == 8
        opened = await connection.fetch("SELECT status, cut_off > now() AS ahead FROM settlements")
        assert sorted((row["status"], row["ahead"] is not False) for row in opened) == [("OPEN", True)] * 8
        # What they watch for is there all the same.
        assert await connection.fetchval("SELECT count(*) FROM fraud_rules WHERE status = 'PUBLISHED'") > 5
        assert await connection.fetchval("SELECT count(*) FROM merchants") == 6
        assert await connection.fetchval("SELECT count(*) FROM invitations WHERE status = 'PENDING'") == 9
        scopes = await connection.fetch("SELECT merchant_id, scopes FROM api_clients")
        assert {row["merchant_id"] for row in scopes if set(row["scopes"]) == CLIENT_SCOPES} == {
            merchant.merchant.id for merchant in MERCHANTS
        }
        assert len(scopes) == 7
    finally:
        await connection.close()
    assert (tmp_path / "simulator.jsonl").read_bytes() == b""


async def test_it_happens_as_a_whole_or_not_at_all(database_url: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(database_url)
    journal = tmp_path / "simulator.jsonl"
    journal.write_text("former\n")
    try:
        await connection.execute(
            "ALTER TABLE audit_records ADD CONSTRAINT full_disk CHECK (action <> 'payments.create')"
        )
        with pytest.raises(asyncpg.CheckViolationError):
            await fill(database_url, tmp_path, payments_count=200)
        assert await connection.fetchval("SELECT count(*) FROM merchants") == 0
        assert journal.read_text() == "former\n"
        await connection.execute("ALTER TABLE audit_records DROP CONSTRAINT full_disk")
        assert await fill(database_url, tmp_path, payments_count=200)
        assert await connection.fetchval("SELECT count(*) FROM payments") == 200
        assert journal.read_text() != "former\n"
    finally:
        await connection.close()
