"""The stores of fraud reviews, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.fraud.review import ReviewStatus
from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import PaymentStatus
from tests.fakes.records import tell

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.filter import ClaimFilter
    from domain.fraud.review import FraudReview
    from domain.fraud.review_note import ReviewNote
    from domain.payments.payment import Payment
    from tests.fakes.transaction import Transaction

_CLAIMABLE = frozenset({ReviewStatus.OPEN, ReviewStatus.ESCALATED})


class MemoryReviews:
    """Satisfies `FraudReviews` and `ReviewQueue`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.fraud.reviews
        self._notes = transaction.tables.fraud.review_notes

    async def get(self, review_id: UUID) -> FraudReview:
        return self._transaction.get(self._table, review_id, "The fraud review")

    async def for_update(self, review_id: UUID) -> FraudReview:
        await self.get(review_id)
        await self._transaction.lock(review_id)
        return await self.get(review_id)

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> FraudReview | None:
        for review in self._transaction.rows(self._table):
            if (review.merchant_id, review.payment_id) == (merchant_id, payment_id):
                return await self.for_update(review.id)
        return None

    async def next_waiting(self, wanted: ClaimFilter, at: datetime) -> FraudReview | None:
        found = [row for row in self._transaction.rows(self._table) if _is_claimable(row, wanted, at)]
        for review in sorted(found, key=_urgency):
            if not self._transaction.tables.locks[review.id].locked():
                return await self.for_update(review.id)
        return None

    async def add(self, review: FraudReview) -> FraudReview:
        await self._transaction.lock(("review of", review.payment_id))
        if await self.of_payment(review.merchant_id, review.payment_id) is not None:
            raise Contention("The review was opened at the same time; try again.")
        return self._write(review)

    async def save(self, review: FraudReview) -> FraudReview:
        if not review.events:
            return review
        if (await self.get(review.id)).version != review.version - len(review.events):
            raise Contention("The fraud review was changed at the same time; try again.")
        return self._write(review)

    async def note(self, note: ReviewNote) -> None:
        self._transaction.put(self._notes, note)

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        rows = self._transaction.rows(self._table)
        due = [row for row in rows if _is_due(row, at) and not self._payment(row).void_pending]
        return [row.id for row in sorted(due, key=lambda row: (row.due_at, row.id))][:limit]

    async def ended(self, limit: int) -> list[UUID]:
        rows = self._transaction.rows(self._table)
        ended = [row for row in rows if row.waiting and self._payment(row).status is not PaymentStatus.IN_REVIEW]
        return [row.id for row in sorted(ended, key=lambda row: (row.due_at, row.id))][:limit]

    async def unvoided(self, at: datetime, limit: int) -> list[UUID]:
        found = [
            row.id
            for row in self._transaction.rows(self._table)
            if row.status is ReviewStatus.DECLINED and self._may_be_voided(self._payment(row), at)
        ]
        return found[:limit]

    def _may_be_voided(self, payment: Payment, at: datetime) -> bool:
        if payment.status is not PaymentStatus.IN_REVIEW or payment.void_pending:
            return False
        operations = self._transaction.rows(self._transaction.tables.operations)
        failed = [
            operation.completed_at or operation.requested_at
            for operation in operations
            if operation.payment_id == payment.id
            and (operation.type, operation.status) == (OperationType.VOID, OperationStatus.FAILED)
        ]
        if not failed:
            return True
        pause = min(timedelta(minutes=2 ** min(len(failed) - 1, 10)), timedelta(hours=1))
        return max(failed) + pause <= at

    def _payment(self, review: FraudReview) -> Payment:
        return self._transaction.get(self._transaction.tables.payments, review.payment_id, "The payment")

    def _write(self, review: FraudReview) -> FraudReview:
        saved = replace(review, events=())
        self._transaction.put(self._table, saved)
        tell(self._transaction, "fraud_review", review)
        return saved


class MemoryReviewers:
    """Satisfies `Reviewers`."""

    def __init__(self, transaction: Transaction) -> None:
        self._people = transaction.tables.fraud.reviewers

    async def ensure(self, user_id: UUID, merchant_id: UUID) -> None:
        merchants = self._people.get(user_id, frozenset())
        if merchants is not None and merchant_id not in merchants:
            raise NotFound("The person", ("assigneeId",))


def _is_claimable(review: FraudReview, wanted: ClaimFilter, at: datetime) -> bool:
    return (
        review.status in _CLAIMABLE
        and (review.snoozed_until is None or review.snoozed_until <= at)
        and (wanted.merchant_ids is None or review.merchant_id in wanted.merchant_ids)
        and (wanted.currency is None or review.currency.code in wanted.currency)
    )


def _urgency(review: FraudReview) -> tuple[bool, datetime, int, UUID]:
    scaled = review.amount_minor * 10 ** (4 - review.currency.exponent)
    return review.status is not ReviewStatus.ESCALATED, review.due_at, -scaled, review.id


def _is_due(review: FraudReview, at: datetime) -> bool:
    if not review.waiting:
        return False
    told = review.escalated_at is not None and review.escalated_at >= review.escalate_at
    return (
        review.due_at <= at or (not review.warned and review.warn_at <= at) or (review.escalate_at <= at and not told)
    )
