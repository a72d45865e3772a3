"""Rules, screenings and reviews of the seed, by SQL over what they left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.postgres.database import Database
from adapters.postgres.fraud import review_rows, rows, screening_rows
from adapters.postgres.verification.books import open_books
from app.demo.seed.people import PEOPLE
from app.demo.seed.suspects import RING
from domain.fraud.list_kind import STANDARD_LISTS
from domain.fraud.rule import RuleStatus
from domain.fraud.rule_set import RuleSet
from domain.fraud.screening import RuleOutcome
from domain.identity.permission import StaffRole
from domain.kernel.ids import PLATFORM
from domain.payments.screening import ScreeningDecision

if TYPE_CHECKING:
    import asyncpg

    from tests.app.demo.seed.conftest import Seeded

_RING = (
    "SELECT s.*, p.status, p.merchant_id, p.created_at FROM payments AS p"
    " JOIN payment_origins AS o ON o.payment_id = p.id"
    " JOIN fraud_screenings AS s ON s.payment_id = p.id WHERE o.device_id = $1 ORDER BY p.created_at"
)
_SPREAD = (
    "SELECT count(DISTINCT merchant_id) AS merchants, count(DISTINCT card) AS cards FROM fraud_traces WHERE device = $1"
)


async def test_the_books_agree(seeded: Seeded) -> None:
    database = await Database.connect(seeded.dsn, size=1, role=None)
    try:
        async with open_books(database) as books:
            assert await books.violations() == []
    finally:
        await database.close()


async def test_there_are_rules_in_every_state_of_the_platform_and_two_merchants(books: asyncpg.Connection) -> None:
    rules = [rows.rule_of(row) for row in await books.fetch("SELECT * FROM fraud_rules")]
    assert {rule.status for rule in rules} == set(RuleStatus)
    assert len({rule.merchant_id for rule in rules}) == 3
    assert any(rule.of_platform for rule in rules)
    reasons = await books.fetch(
        "SELECT data ->> 'reason' AS reason, actor_name FROM events WHERE name = 'fraud_rule.published'"
    )
    assert all(row["reason"] and row["actor_name"] for row in reasons)
    assert len({row["actor_name"] for row in reasons}) == 4


async def test_lists_have_entries_one_of_them_for_a_while(books: asyncpg.Connection) -> None:
    entries = [rows.entry_of(row) for row in await books.fetch("SELECT * FROM fraud_list_entries")]
    assert {"blocked_domains", "allowed_customers", "blocked_cards"} < {one.list_name for one in entries}
    assert {one.list_name for one in entries} - STANDARD_LISTS.keys() == {"served_countries", "no_delivery"}
    assert sum(one.expires_at is not None for one in entries) == 1
    assert any(one.review_id for one in entries)


async def test_every_payment_was_screened_and_most_pass(books: asyncpg.Connection) -> None:
    decisions = dict(await books.fetch("SELECT decision, count(*) FROM fraud_screenings GROUP BY 1"))
    assert set(decisions) == set(ScreeningDecision)
    assert sum(decisions.values()) == 20_000
    assert decisions["ALLOW"] > 19_500


async def test_a_screening_is_read_back_with_what_every_rule_said(books: asyncpg.Connection) -> None:
    sets = {
        (one.merchant_id, one.revision): one
        for one in map(rows.rule_set_of, await books.fetch("SELECT * FROM fraud_rule_sets"))
    }
    outcomes: set[RuleOutcome] = set()
    found = await books.fetch("SELECT * FROM fraud_screenings WHERE decision = 'REVIEW'")
    for row in found:
        keys = [(PLATFORM, row["platform_revision"]), (row["merchant_id"], row["merchant_revision"])]
        screening = screening_rows.screening_of(row, *(sets.get(key) or RuleSet(merchant_id=key[0]) for key in keys))
        outcomes |= {one.outcome for one in (*screening.platform.results, *screening.merchant.results)}
        assert ScreeningDecision.REVIEW in {screening.platform.decision, screening.merchant.decision}
    assert {RuleOutcome.MATCHED, RuleOutcome.NOT_MATCHED} <= outcomes


async def test_what_was_counted_in_memory_is_what_a_recount_finds(books: asyncpg.Connection) -> None:
    recounted = await books.fetchrow(
        """
        SELECT count(*) AS all, count(*) FILTER (WHERE counted > 0) AS some, count(*) FILTER (WHERE counted <> found) AS wrong
        FROM (
            SELECT (v ->> 2)::bigint AS counted, (
                SELECT count(*) FROM fraud_traces AS o
                WHERE o.at >= t.at - (v ->> 1)::integer * interval '1 second' AND o.at < t.at
                  AND CASE v ->> 0 WHEN 'card' THEN o.card = t.card ELSE o.device = t.device END
            ) AS found
            FROM fraud_screenings AS s
            JOIN fraud_traces AS t ON (t.merchant_id, t.payment_id) = (s.merchant_id, s.payment_id)
            CROSS JOIN jsonb_array_elements(s.facts -> 'platform' -> 'velocities') AS v
            WHERE v ->> 0 IN ('card', 'device') AND t.device IS NOT NULL
        ) AS one
        """
    )
    assert recounted is not None
    assert recounted["all"] > 15
    assert recounted["some"] > 5
    assert recounted["wrong"] == 0


async def test_reviews_stand_at_every_stage_of_their_clock(books: asyncpg.Connection, seeded: Seeded) -> None:
    reviews = [review_rows.review_of(row) for row in await books.fetch("SELECT * FROM fraud_reviews")]
    waiting = [review for review in reviews if review.waiting]
    assert len(waiting) > 15
    assert {review.status.value for review in reviews} == {"OPEN", "ASSIGNED", "ESCALATED", "APPROVED", "DECLINED"}
    assert all(review.warned == (seeded.now >= review.warn_at) for review in waiting)
    assert sum(review.escalated_at is not None for review in waiting) == 4
    assert sum(review.snoozed_until is not None for review in waiting) == 2
    assert len({review.assignee_id for review in waiting if review.assignee_id}) == 2
    left = min(review.due_at for review in waiting) - seeded.now
    assert timedelta(hours=1) < left < timedelta(hours=3)
    held = {row["id"] for row in await books.fetch("SELECT id FROM payments WHERE status = 'IN_REVIEW'")}
    assert held == {review.payment_id for review in waiting}
    assert await books.fetchval("SELECT count(*) > 3 FROM fraud_review_notes WHERE cardinality(mentions) > 0")


async def test_what_was_let_pass_and_charged_back_is_known_for_fraud(books: asyncpg.Connection) -> None:
    found = await books.fetch(
        "SELECT r.outcome, d.opened_at > r.decided_at AS later FROM fraud_reviews AS r"
        " JOIN disputes AS d ON d.payment_id = r.payment_id WHERE r.status = 'APPROVED' AND d.category = 'FRAUDULENT'"
    )
    assert found
    assert {tuple(row) for row in found} == {("CONFIRMED_FRAUD", True)}


async def test_the_ring_shares_a_device_over_merchants_and_cards_and_lost_its_luck(books: asyncpg.Connection) -> None:
    ring = await books.fetch(_RING, RING[0].origin.device_id)
    assert len(ring) == len(RING)
    assert [row["decision"] for row in ring] == [
        *("ALLOW", "ALLOW", "ALLOW", "REVIEW", "REVIEW", "BLOCK", "BLOCK", "REQUEST_3DS", "REVIEW", "REVIEW", "REVIEW")
    ]
    trace = await books.fetchval("SELECT device FROM fraud_traces WHERE payment_id = $1", ring[0]["payment_id"])
    spread = await books.fetchrow(_SPREAD, trace)
    assert tuple(spread or ()) == (5, 4)
    disputed = await books.fetchval(
        "SELECT count(*) FROM disputes WHERE payment_id = ANY ($1)", [row["payment_id"] for row in ring]
    )
    assert disputed == 4


async def test_a_backtest_has_found_the_ring_and_its_rule_waits_for_a_second_person(books: asyncpg.Connection) -> None:
    backtest = await books.fetchrow("SELECT * FROM fraud_backtests")
    assert backtest is not None
    assert backtest["status"] == "SUCCEEDED"
    assert backtest["processed"] == backtest["total"] > 5_000
    assert backtest["tally"]["flagged"] > backtest["tally"]["caught"] > 0
    request = await books.fetchrow("SELECT * FROM approval_requests WHERE action = 'PUBLISH_FRAUD_RULE'")
    assert request is not None
    assert request["status"] == "REQUIRES_REVIEW"
    assert request["merchant_id"] == PLATFORM
    assert backtest["rules"][0]["rule_id"] == str(request["subject_id"])
    analysts = {person.name for person in PEOPLE if person.role is StaffRole.RISK_ANALYST}
    assert len(analysts) > 1
    assert request["requested_by_name"] in analysts
