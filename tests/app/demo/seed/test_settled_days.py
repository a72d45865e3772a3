"""Ninety days of settlements and payouts by their own books: SQL over what the verbs wrote."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import orjson

from app.demo.seed.terms import TERMS
from app.simulator.bank.bank_books import BankBooks
from app.simulator.journal import Journal
from app.simulator.memory import Memory
from domain.kernel.clock import SystemClock
from domain.settlements.payout import PayoutStatus

if TYPE_CHECKING:
    from pathlib import Path

    import asyncpg

    from tests.app.demo.seed.conftest import Seeded


async def test_every_account_is_settled_for_ninety_days(books: asyncpg.Connection) -> None:
    accounts = await books.fetch(
        """
        SELECT a.currency, a.frequency, count(*) FILTER (WHERE s.status <> 'OPEN') AS closed,
               min(s.cut_off) AS first, max(s.cut_off) FILTER (WHERE s.status <> 'OPEN') AS last
        FROM settlement_accounts AS a
        JOIN settlements AS s ON (s.merchant_id, s.currency) = (a.merchant_id, a.currency) GROUP BY a.merchant_id, 1, 2
        """
    )
    assert Counter(row["frequency"] for row in accounts) == {"DAILY": 1, "WEEKLY": 5, "MONTHLY": 1, "MANUAL": 1}
    assert len(accounts) == len(TERMS)
    closed = {(row["currency"], row["frequency"]): row for row in accounts}
    daily, monthly = closed["EUR", "DAILY"], closed["JPY", "MONTHLY"]
    assert daily["closed"] >= 58
    assert (daily["last"] - daily["first"]).days >= 88
    assert 2 <= monthly["closed"] <= 4
    assert closed["USD", "MANUAL"]["closed"] == 2


async def test_every_posting_to_pending_is_in_one_line_or_open(books: asyncpg.Connection) -> None:
    differing = await books.fetch(
        """
        WITH owed AS (
            SELECT p.merchant_id, p.currency, -sum(p.amount_minor) FILTER (WHERE e.kind <> 'SETTLEMENT') AS gathered,
                   -sum(p.amount_minor) AS pending
            FROM ledger_postings AS p JOIN ledger_entries AS e ON (e.merchant_id, e.id) = (p.merchant_id, p.entry_id)
            WHERE p.account = 'pending' GROUP BY 1, 2
        ), lined AS (
            SELECT merchant_id, currency, sum(amount_minor) AS lines FROM settlement_lines
            WHERE kind <> 'CARRIED_OVER' GROUP BY 1, 2
        ), netted AS (
            SELECT merchant_id, currency, sum(net_minor) AS nets FROM settlements WHERE status <> 'OPEN' GROUP BY 1, 2
        )
        SELECT o.*, l.lines, n.nets FROM owed AS o
        LEFT JOIN lined AS l USING (merchant_id, currency) LEFT JOIN netted AS n USING (merchant_id, currency)
        JOIN settlement_accounts AS a USING (merchant_id, currency)
        WHERE coalesce(n.nets, 0) + a.carried_minor <> coalesce(l.lines, 0) OR o.gathered - o.pending <> coalesce(n.nets, 0)
        """
    )
    assert differing == []
    assert await books.fetchval("SELECT count(*) > 15000 FROM settlement_lines")
    kinds = {row[0] for row in await books.fetch("SELECT DISTINCT kind FROM settlement_lines")}
    assert {"CAPTURE", "FEE", "REFUND", "DISPUTE", "DISPUTE_FEE", "RESERVE_HOLD", "RESERVE_RELEASE"} <= kinds


async def test_there_are_payouts_in_every_state(books: asyncpg.Connection) -> None:
    counts = dict(await books.fetch("SELECT status, count(*) FROM payouts GROUP BY 1"))
    assert counts.keys() == set(PayoutStatus)
    assert counts.pop("PAID") >= 90
    # Today's may be on their way.
    assert counts.pop("IN_TRANSIT") >= 2
    assert counts.pop("APPROVED") >= 1
    assert counts == {
        "AWAITING_APPROVAL": 2,
        "HELD": 1,
        "REJECTED": 1,
        "CANCELED": 1,
        "FAILED": 1,
        "RETURNED": 1,
    }


async def test_no_payout_was_approved_by_whoever_asked_for_it(books: asyncpg.Connection) -> None:
    approved = await books.fetch(
        "SELECT requested_by_name, approved_by_name, approved_by_policy, currency FROM payouts WHERE decided_at IS NOT NULL"
        " AND status NOT IN ('REJECTED', 'CANCELED')"
    )
    assert all((row["approved_by_name"] is None) == row["approved_by_policy"] for row in approved)
    assert all(row["requested_by_name"] != row["approved_by_name"] for row in approved)
    assert {row["currency"] for row in approved if row["approved_by_policy"]} == {"EUR"}
    assert {row["approved_by_name"] for row in approved} == {None, "Viktor Sandoval"}


async def test_one_came_back_and_its_merchant_is_paid_elsewhere(books: asyncpg.Connection) -> None:
    returned = await books.fetchrow(
        """
        SELECT p.failure_code, a.status AS account, s.status AS settlement,
               (SELECT count(*) FROM payouts AS n WHERE n.merchant_id = p.merchant_id AND n.currency = p.currency
                AND n.status = 'PAID' AND n.created_at > p.returned_at AND n.bank_account_id <> a.id) AS paid_elsewhere,
               (SELECT count(*) FROM ledger_entries AS e WHERE e.payout_id = p.id) AS entries
        FROM payouts AS p JOIN bank_accounts AS a ON a.id = p.bank_account_id JOIN settlements AS s ON s.id = p.settlement_id
        WHERE p.status = 'RETURNED'
        """
    )
    assert returned is not None
    assert (returned["failure_code"], returned["account"], returned["settlement"]) == ("AC04", "REPLACED", "PAID_OUT")
    assert returned["paid_elsewhere"] >= 1
    assert returned["entries"] == 3


async def test_one_merchant_has_a_reserve_and_one_is_on_hold(books: asyncpg.Connection) -> None:
    reserves = await books.fetchrow(
        "SELECT count(DISTINCT merchant_id) AS merchants, count(*) FILTER (WHERE released_at IS NULL) AS held,"
        " count(released_at) AS released FROM reserve_holds"
    )
    assert reserves is not None
    assert reserves["merchants"] == 1
    # Five weeks of them at most; thirty days later each was released.
    assert 3 <= reserves["held"] <= 5
    assert reserves["released"] >= 6
    held = await books.fetch("SELECT hold_reason, held_by_name FROM settlement_accounts WHERE hold_reason IS NOT NULL")
    assert [row["held_by_name"] for row in held] == ["Fiona Achterberg"]


async def test_the_bank_says_what_the_ledger_says(books: asyncpg.Connection) -> None:
    wrong = await books.fetch(
        "SELECT s.id FROM bank_statements AS s JOIN bank_entries AS e ON e.statement_id = s.id GROUP BY s.merchant_id, s.id"
        " HAVING min(s.opening_minor) + sum(e.amount_minor) <> min(s.closing_minor)"
    )
    assert wrong == []
    items = Counter(row[0] for row in await books.fetch("SELECT status FROM reconciliation_items"))
    assert items["RESOLVED"] == 1
    assert items["UNMATCHED"] + items["BREAK"] == 3
    # What every entry was, the bank's side of the ledger has; what nobody knows yet is the difference.
    differing = await books.fetch(
        """
        WITH told AS (
            SELECT s.account, s.currency, sum(e.amount_minor) AS minor FROM bank_entries AS e
            JOIN bank_statements AS s ON s.id = e.statement_id
            WHERE NOT EXISTS (SELECT FROM reconciliation_items AS i WHERE i.entry_id = e.id AND i.ended_at IS NULL)
            GROUP BY 1, 2
        ), booked AS (
            SELECT account, currency, sum(amount_minor) AS minor FROM ledger_postings WHERE account LIKE 'bank:%' GROUP BY 1, 2
        )
        SELECT * FROM told JOIN booked ON booked.account = 'bank:' || told.account AND booked.currency = told.currency
        WHERE told.minor <> booked.minor
        """
    )
    assert differing == []
    remitted = dict(await books.fetch("SELECT status, count(*) FROM remittances GROUP BY 1"))
    assert remitted["MATCHED"] >= 50
    assert remitted["EXPECTED"] == 5


async def test_bank_accounts_wait_and_cool(books: asyncpg.Connection) -> None:
    counts = dict(await books.fetch("SELECT status, count(*) FROM bank_accounts GROUP BY 1"))
    assert counts == {"ACTIVE": 8, "REPLACED": 1, "COOLING": 1, "PENDING_APPROVAL": 1}
    asked = {
        (row["action"], row["status"])
        for row in await books.fetch("SELECT action, status FROM approval_requests WHERE action LIKE '%_SETTLEMENT'")
    }
    assert asked == {("ADJUST_SETTLEMENT", "SUCCEEDED"), ("ADJUST_SETTLEMENT", "REQUIRES_REVIEW")}


async def test_the_simulators_bank_remembers_it(seeded: Seeded, books: asyncpg.Connection, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    lines = seeded.journal.read_bytes().splitlines()
    path.write_bytes(
        b"".join(line + b"\n" for line in lines if any(key.startswith("bank_") for key in orjson.loads(line)))
    )
    memory = Memory(Journal(path))
    bank = BankBooks(memory, SystemClock())
    memory.open()
    transfers = {transfer.end_to_end_id for transfer, _ in await bank.transfers()}
    filed = {row[0] for row in await books.fetch("SELECT end_to_end_id FROM payouts WHERE payment_file_id IS NOT NULL")}
    assert transfers == filed
    told = await bank.statements()
    assert len(told) == await books.fetchval("SELECT count(*) FROM bank_statements")
    assert bank.to_post() == []
    latest = {statement.account.currency: statement.closing_minor for statement in told}
    closing = await books.fetch(
        "SELECT DISTINCT ON (account, currency) currency, closing_minor FROM bank_statements"
        " ORDER BY account, currency, id DESC"
    )
    assert latest == dict(closing)
    await memory.close()
