"""The store of backtests, in memory, with the payments that they judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.disputes.stage import DisputeStage
from domain.fraud.backtest import BacktestStatus, TestedPayment
from domain.fraud.facts import list_values_of, trace_of, values_of
from domain.fraud.review import ReviewOutcome, ReviewStatus
from domain.kernel.ids import PLATFORM
from domain.payments.screening import Arrival
from tests.fakes.fraud_counting import counted, listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.backtest import Backtest
    from domain.fraud.expression import Needs
    from domain.payments.payment import Payment
    from tests.fakes.transaction import Transaction

_CLEARED = frozenset({ReviewOutcome.FALSE_POSITIVE, ReviewOutcome.LEGITIMATE})


class MemoryBacktests:
    """Satisfies `Backtests`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._tables = transaction.tables
        self._table = transaction.tables.fraud.backtests

    async def for_update(self, backtest_id: UUID) -> Backtest:
        what = "The backtest"
        self._transaction.get(self._table, backtest_id, what)
        await self._transaction.lock(backtest_id)
        return self._transaction.get(self._table, backtest_id, what)

    async def add(self, backtest: Backtest) -> None:
        self._transaction.put(self._table, backtest)

    async def save(self, backtest: Backtest) -> None:
        self._transaction.put(self._table, backtest)

    async def lease(self, at: datetime) -> Backtest | None:
        waiting = [
            row
            for row in self._transaction.rows(self._table)
            if row.status in {BacktestStatus.QUEUED, BacktestStatus.RUNNING}
            and (row.leased_until is None or row.leased_until <= at)
        ]
        if not waiting:
            return None
        leased = min(waiting, key=lambda row: row.id).run(at)
        await self.save(leased)
        return leased

    async def count(self, backtest: Backtest) -> int:
        return len(self._of(backtest))

    async def payments(self, backtest: Backtest, needs: Needs, limit: int) -> Sequence[TestedPayment]:
        behind = [
            payment
            for payment in self._of(backtest)
            if backtest.cursor is None or (payment.created_at, payment.id) > backtest.cursor
        ]
        return [self._tested(backtest, payment, needs) for payment in behind[:limit]]

    def _of(self, backtest: Backtest) -> list[Payment]:
        found = [
            payment
            for payment in self._transaction.rows(self._tables.payments)
            if backtest.since <= payment.created_at < backtest.until
            and backtest.merchant_id in {PLATFORM, payment.merchant_id}
        ]
        return sorted(found, key=lambda payment: (payment.created_at, payment.id))

    def _tested(self, backtest: Backtest, payment: Payment, needs: Needs) -> TestedPayment:
        arrival = Arrival(
            payment=payment,
            merchant=self._tables.merchants[payment.merchant_id],
            customer=self._tables.customers.get(payment.customer_id) if payment.customer_id else None,
            origin=self._tables.origins.get(payment.id),
        )
        values = values_of(arrival, payment.created_at, payment.risk_score)
        trace = trace_of(arrival, payment.created_at)
        before = [
            one
            for one in self._tables.fraud.traces.values()
            if (one.at, one.payment_id) < (trace.at, trace.payment_id)
            and backtest.merchant_id in {PLATFORM, one.merchant_id}
        ]
        review = next((row for row in self._tables.fraud.reviews.values() if row.payment_id == payment.id), None)
        screening = self._tables.fraud.screenings.get(payment.id)
        return TestedPayment(
            payment_id=payment.id,
            merchant_id=payment.merchant_id,
            created_at=payment.created_at,
            amount_minor=payment.amount_minor,
            currency=payment.currency.code,
            values={name: value for name, value in values.items() if name in needs.variables},
            velocities={query: counted(before, trace, query) for query in needs.velocities},
            listed=listed(self._tables.fraud, backtest.merchant_id, list_values_of(values), payment.created_at),
            charged_back=any(
                dispute.payment_id == payment.id and dispute.stage is not DisputeStage.INQUIRY
                for dispute in self._tables.disputes.values()
            ),
            decided=screening.decision if screening else None,
            held_as_fraud=review is not None and review.outcome is ReviewOutcome.CONFIRMED_FRAUD,
            cleared=review is not None
            and (review.outcome in _CLEARED or (review.outcome is None and review.status is ReviewStatus.APPROVED)),
        )
