"""The write side of fraud reviews, and who can be given one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import bindparam, select

from adapters.postgres.conditions import Conditions
from adapters.postgres.disputes.setting_store import ColleagueStore
from adapters.postgres.fraud import review_rows, review_tables
from adapters.postgres.statement import Statement, insert_row
from adapters.postgres.versioned import VersionedTable
from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.fraud.filter import ClaimFilter
    from domain.fraud.review import FraudReview
    from domain.fraud.review_note import ReviewNote

_T = review_tables.fraud_reviews
# What else there is stays as it was opened; the application role may not even change it.
_CHANGING = (
    "status",
    "assignee_id",
    "snoozed_until",
    "warned",
    "escalated_at",
    "escalation_reason",
    "decline_reason",
    "outcome",
    "decided_by_id",
    "decided_by_name",
    "decided_at",
    "updated_at",
    "version",
)
_WRITTEN = VersionedTable(_T, "fraud_review", "The fraud review", review_rows.review_values, _CHANGING)
_BY_ID = Statement(select(_T).where(_T.c.id == bindparam("id")))
# No key of a review ever changes, so nobody who writes a note has to wait, nor hides the review from the queue by it.
_LOCK = Statement(select(_T).where(_T.c.id == bindparam("id")).with_for_update(key_share=True))
_OF_PAYMENT = Statement(
    select(_T)
    .where(_T.c.merchant_id == bindparam("merchant_id"), _T.c.payment_id == bindparam("payment_id"))
    .with_for_update(key_share=True)
)
_ADD_NOTE = insert_row(review_tables.fraud_review_notes)
# ESCALATED stands before OPEN in the alphabet, so the partial index of this order serves. Rows that somebody else takes
# at this moment are passed over, and what was taken meanwhile is looked at again under the lock.
_NEXT = """
SELECT * FROM fraud_reviews
WHERE status IN ('OPEN', 'ESCALATED') AND (snoozed_until IS NULL OR snoozed_until <= {at}) AND {wanted}
ORDER BY status, due_at, amount_scaled DESC, id
LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
# The first condition is what the index of waiting reviews is read by: the longest before its due time that any clock
# says something. What it has said already is passed over, and what somebody is voiding, which would stand in the way.
_DUE = """
SELECT id FROM fraud_reviews AS r
WHERE status IN ('OPEN', 'ASSIGNED', 'ESCALATED') AND due_at <= $1::timestamptz + interval '48 hours'
  AND (due_at <= $1 OR NOT warned AND warn_at <= $1
       OR escalate_at <= $1 AND (escalated_at IS NULL OR escalated_at < escalate_at))
  AND NOT EXISTS (
      SELECT FROM payments AS p WHERE (p.merchant_id, p.id) = (r.merchant_id, r.payment_id) AND p.void_pending)
ORDER BY due_at, id
LIMIT $2
"""
_ENDED = """
SELECT r.id FROM fraud_reviews AS r
JOIN payments AS p ON (p.merchant_id, p.id) = (r.merchant_id, r.payment_id)
WHERE r.status IN ('OPEN', 'ASSIGNED', 'ESCALATED') AND p.status <> 'IN_REVIEW'
ORDER BY r.due_at, r.id
LIMIT $1
"""
# By the payments, of which few are held, and not by all that were ever declined. After each void that failed the next
# one waits twice as long, from a minute to an hour.
_UNVOIDED = """
SELECT r.id FROM payments AS p
JOIN fraud_reviews AS r ON (r.merchant_id, r.payment_id) = (p.merchant_id, p.id)
CROSS JOIN LATERAL (
    SELECT count(*) AS times, max(completed_at) AS last FROM operations AS o
    WHERE (o.merchant_id, o.payment_id) = (p.merchant_id, p.id) AND o.type = 'VOID' AND o.status = 'FAILED'
) AS failed
WHERE p.status = 'IN_REVIEW' AND NOT p.void_pending AND r.status = 'DECLINED'
  AND (failed.last IS NULL
       OR failed.last + least(interval '1 minute' * 2 ^ least(failed.times - 1, 10), interval '1 hour') <= $1)
ORDER BY r.decided_at, r.id
LIMIT $2
"""


class ReviewStore:
    """Satisfies `domain.fraud.ports.FraudReviews` and `ReviewQueue` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def get(self, review_id: UUID) -> FraudReview:
        """The review as it is; raise `NotFound`."""
        return await self._one(_BY_ID, review_id)

    async def for_update(self, review_id: UUID) -> FraudReview:
        """The review, locked until the unit ends; raise `NotFound`."""
        return await self._one(_LOCK, review_id)

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> FraudReview | None:
        """The payment's review, locked until the unit ends, if there is one."""
        arguments = _OF_PAYMENT.args(merchant_id=merchant_id, payment_id=payment_id)
        row = await self._connection.fetchrow(_OF_PAYMENT.sql, *arguments)
        return None if row is None else review_rows.review_of(row)

    async def next_waiting(self, wanted: ClaimFilter, at: datetime) -> FraudReview | None:
        """The most urgent one that nobody works on, locked; one that somebody else is taking is passed over."""
        conditions = Conditions()
        moment = f"{conditions.bind(at)}::timestamptz"
        if wanted.merchant_ids is not None and len(wanted.merchant_ids) == 1:
            conditions.add("merchant_id = {}::uuid", wanted.merchant_ids[0])
        else:
            merchants = None if wanted.merchant_ids is None else list(wanted.merchant_ids)
            conditions.add("merchant_id = ANY ({}::uuid[])", merchants)
        conditions.any_of("currency", wanted.currency)
        statement = _NEXT.format(at=moment, wanted=conditions)
        row = await self._connection.fetchrow(statement, *conditions.arguments)
        return None if row is None else review_rows.review_of(row)

    async def add(self, review: FraudReview) -> FraudReview:
        """A new one with its events; returned without them. Raises `Contention` when the payment has one by now."""
        try:
            return await _WRITTEN.add(self._connection, self._events, review)
        except asyncpg.UniqueViolationError as error:
            message = "The review was opened at the same time; try again."
            raise Contention(message) from error

    async def save(self, review: FraudReview) -> FraudReview:
        """A changed one with its events; returned without them. The version must be the one that was loaded."""
        return await _WRITTEN.save(self._connection, self._events, review)

    async def note(self, note: ReviewNote) -> None:
        """One more note."""
        await self._connection.execute(_ADD_NOTE.sql, *_ADD_NOTE.args(**review_rows.note_values(note)))

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Reviews to be warned of, escalated or voided by then, the most urgent first; none that is being voided."""
        return [row["id"] for row in await self._connection.fetch(_DUE, at, limit)]

    async def ended(self, limit: int) -> list[UUID]:
        """Waiting reviews whose payments are held no more: voided by the merchant, or lapsed."""
        return [row["id"] for row in await self._connection.fetch(_ENDED, limit)]

    async def unvoided(self, at: datetime, limit: int) -> list[UUID]:
        """Declined reviews whose payments are still held, with no void under way and none that failed just now."""
        return [row["id"] for row in await self._connection.fetch(_UNVOIDED, at, limit)]

    async def _one(self, statement: Statement, review_id: UUID) -> FraudReview:
        row = await self._connection.fetchrow(statement.sql, *statement.args(id=review_id))
        if row is None:
            what = "The fraud review"
            raise NotFound(what)
        return review_rows.review_of(row)


class ReviewerStore(ColleagueStore):
    """Satisfies `domain.fraud.ports.Reviewers` in one transaction: who can be given a dispute can be given a review."""
