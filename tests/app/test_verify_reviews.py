"""Each invariant of fraud reviews, broken by hand in books that hold one of every kind: verification names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from adapters.postgres.verification.review_checks import REVIEW_CHECKS
from domain.fraud.escalate_review import EscalateReview, escalate_review
from domain.fraud.record_review_outcome import RecordReviewOutcome, record_review_outcome
from domain.fraud.reopen_review import ReopenReview, reopen_review
from domain.fraud.review import ReviewOutcome
from domain.fraud.snooze_review import SnoozeReview, snooze_review
from domain.identity.actor import Scope
from domain.payments.gateway import OutcomeKind
from tests.builders.fraud_reviews import a_review_note
from tests.builders.merchants import a_merchant
from tests.builders.payments import an_outcome
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.gateway import Fault, StandInGateway
from tests.fakes.review_desk import ReviewDesk
from tests.faults.installation import query
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from app.postgres import EmbeddedPostgres

_HELD = "(SELECT payment_id FROM fraud_reviews WHERE status = 'OPEN' AND NOT warned)"
# What breaks, and the statement that breaks it.
CORRUPTIONS = [
    ("review-missing", "DELETE FROM fraud_reviews WHERE status = 'ASSIGNED'"),
    ("review-missing", "UPDATE payments SET status = 'IN_REVIEW' WHERE status = 'CAPTURED'"),
    (
        "review-missing",
        """UPDATE fraud_reviews SET status = 'APPROVED', decided_at = now(), decided_by_name = 'x'
           WHERE status = 'ESCALATED'""",
    ),
    (
        "review-missing",
        "UPDATE operations SET requested_at = '2020-01-01' WHERE type = 'VOID' AND status = 'FAILED'",
    ),
    ("review-payment", f"UPDATE payments SET status = 'AUTHORIZED' WHERE id IN {_HELD}"),
    ("review-payment", f"UPDATE payments SET capture_pending_minor = 1 WHERE id IN {_HELD}"),
    ("review-payment", "UPDATE payments SET status = 'AUTHORIZED' WHERE status = 'VOIDED'"),
    ("review-payment", "UPDATE payments SET status = 'FAILED', decline_code = 'OTHER' WHERE status = 'CAPTURED'"),
    ("review-amount", "UPDATE fraud_reviews SET amount_minor = 1 WHERE status = 'OPEN'"),
    ("review-amount", "UPDATE fraud_reviews SET currency = 'USD' WHERE status = 'OPEN'"),
    ("review-events", "UPDATE fraud_reviews SET version = version + 1 WHERE status = 'APPROVED'"),
    ("review-events", "DELETE FROM events WHERE name = 'fraud_review.opened'"),
    ("review-events", "DELETE FROM events WHERE name = 'fraud_review.closed'"),
    ("review-events", "UPDATE events SET sequence = 9 WHERE name = 'fraud_review.escalated'"),
    ("review-events", "UPDATE fraud_reviews SET status = 'ESCALATED', escalated_at = now() WHERE status = 'ASSIGNED'"),
    ("review-events", "DELETE FROM fraud_reviews WHERE status = 'DECLINED'"),
    ("review-note", "UPDATE fraud_review_notes SET review_id = gen_random_uuid()"),
]


@pytest.fixture(scope="module")
async def lived(cluster: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database with reviews of every kind."""
    name = await create_copy(cluster)
    database = await Database.connect(cluster.dsn_of(name), size=4)
    units, merchant, clock = PostgresUnits(database), a_merchant(), SettableClock()
    async with units.begin(JOBS, "story") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    await tell(ReviewDesk(Desk(units, merchant, StandInGateway(clock), clock)))
    await database.close()
    yield cluster.dsn_of(name)
    await drop_copy(cluster, name)


async def tell(desk: ReviewDesk) -> None:
    """One of each, and those that jobs still have to do something about."""
    overdue = await desk.held()
    desk.clock.at = overdue.due_at
    await desk.watch()
    captured = await desk.held(automatic=True)
    await desk.approve(captured)
    command = RecordReviewOutcome(review_id=captured.id, outcome=ReviewOutcome.LEGITIMATE)
    await record_review_outcome(desk.ports, desk.actor, command)
    reopened = await desk.held()
    await desk.approve(reopened)
    await reopen_review(desk.ports, desk.actor, ReopenReview(review_id=reopened.id, reason="The bank called."))
    await desk.decline(reopened)
    await desk.claim(await desk.held())
    escalated = await desk.held()
    await escalate_review(desk.ports, desk.actor, EscalateReview(review_id=escalated.id, reason="Look."))
    ended = await desk.held()
    await desk.desk.void((await desk.now(ended))[1])
    refused = await desk.held()
    desk.gateway.next(an_outcome(OutcomeKind.FAILED, response_code="no"))
    await desk.decline(refused)
    unknown = await desk.held()
    desk.gateway.next(Fault.ANSWER_LOST)
    await desk.decline(unknown)
    snoozed = await desk.held()
    await snooze_review(desk.ports, desk.actor, SnoozeReview(review_id=snoozed.id, until=snoozed.warn_at))
    async with desk.ports.units.begin(JOBS, "story") as unit:
        await unit.fraud_reviews.note(a_review_note(snoozed))
        await unit.commit()


async def found_in(dsn: str, *statements: str) -> list[str]:
    """What is found in books that are broken in a transaction, which is then rolled back."""
    database = await Database.connect(dsn, size=1, role=None)
    try:
        async with database.connection(Scope(None)) as connection:
            transaction = connection.transaction()
            await transaction.start()
            # Past triggers, foreign keys and grants, as somebody with root might.
            await connection.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                assert not (await connection.execute(statement)).endswith(" 0"), f"{statement} broke nothing"
            found = [line for check in REVIEW_CHECKS for line in await check.violations(connection)]
            await transaction.rollback()
            return found
    finally:
        await database.close()


async def test_the_story_is_clean_and_has_everything(lived: str) -> None:
    assert await found_in(lived) == []
    rows = await query(
        lived,
        """SELECT r.status, p.status, p.void_pending, count(*) FROM fraud_reviews AS r
           JOIN payments AS p ON p.id = r.payment_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
    )
    assert rows == [
        ("APPROVED", "CAPTURED", False, 1),
        ("ASSIGNED", "IN_REVIEW", False, 1),
        ("DECLINED", "IN_REVIEW", False, 1),
        ("DECLINED", "IN_REVIEW", True, 1),
        ("DECLINED", "VOIDED", False, 2),
        ("ESCALATED", "IN_REVIEW", False, 1),
        ("OPEN", "IN_REVIEW", False, 1),
        ("OPEN", "VOIDED", False, 1),
    ]


@pytest.mark.parametrize(("name", "statement"), CORRUPTIONS)
async def test_finds_and_names_what_is_broken(lived: str, name: str, statement: str) -> None:
    found = await found_in(lived, statement)
    assert name in {line.partition(":")[0] for line in found}, found


def test_every_check_has_a_negative_control() -> None:
    assert {name for name, _ in CORRUPTIONS} == {check.name for check in REVIEW_CHECKS}
