"""A backtest: what rules would have done to the payments of the past, before they do anything to new ones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.fraud.backtest_tally import BacktestTally
from domain.fraud.errors import BacktestStateForbids
from domain.fraud.rule_set import MOST_RULES, ScorePolicy
from domain.kernel.errors import Invalid
from domain.kernel.machine import advance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.fraud.rule_set import ActiveRule
    from domain.fraud.variables import FactValue
    from domain.fraud.velocity import VelocityFigures, VelocityQuery
    from domain.payments.screening import ScreeningDecision

LONGEST_RANGE = timedelta(days=400)
MOST_TESTED_RULES = 50
LEASE = timedelta(minutes=2)
"""A worker that says nothing for so long is taken for dead, and another goes on from its cursor."""
MOST_TRIES = 5


class BacktestStatus(StrEnum):
    """Where the backtest stands."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    CANCELED = "CANCELED"
    FAILED = "FAILED"


_S = BacktestStatus
TRANSITIONS: dict[BacktestStatus, frozenset[BacktestStatus]] = {
    _S.QUEUED: frozenset({_S.RUNNING, _S.CANCELED}),
    # To itself: a worker that died is followed by another.
    _S.RUNNING: frozenset({_S.RUNNING, _S.SUCCEEDED, _S.CANCELED, _S.FAILED}),
    _S.SUCCEEDED: frozenset(),
    _S.CANCELED: frozenset(),
    _S.FAILED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedPayment:
    """A payment of the past with what was known of it then.

    `velocities` are counted as of its creation; `listed` is by today's lists. `charged_back`: a chargeback came later.
    `decided` is what screening decided then, if it did; `held_as_fraud` and `cleared` what a review found.
    """

    __test__ = False

    payment_id: UUID
    merchant_id: UUID
    created_at: datetime
    amount_minor: int
    currency: str
    values: Mapping[str, FactValue]
    velocities: Mapping[VelocityQuery, VelocityFigures] = field(default_factory=dict)
    listed: frozenset[tuple[str, str]] = frozenset()
    charged_back: bool = False
    decided: ScreeningDecision | None = None
    held_as_fraud: bool = False
    cleared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Payments created from `since` until before `until`, of all merchants when `merchant_id` is `PLATFORM`.

    `rules` are judged together, in the order of a rule set, with `policy`; lists count where a rule asks for them.
    `cursor` is the last payment that `tally` holds; `total` how many payments there are, once it is known. Raises
    `Invalid` for a range that is none.
    """

    id: UUID
    merchant_id: UUID
    status: BacktestStatus = BacktestStatus.QUEUED
    rules: tuple[ActiveRule, ...]
    policy: ScorePolicy = field(default_factory=ScorePolicy)
    since: datetime
    until: datetime
    requested_by_id: UUID | None = None
    requested_by_name: str
    total: int | None = None
    processed: int = 0
    cursor: tuple[datetime, UUID] | None = None
    tally: BacktestTally = field(default_factory=BacktestTally)
    failure: str | None = None
    tries: int = 0
    leased_until: datetime | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.since < self.until:
            raise Invalid(("until",), "The range ends after it begins.")
        if self.until - self.since > LONGEST_RANGE:
            raise Invalid(("since",), f"A backtest looks back over at most {LONGEST_RANGE.days} days.")
        if not 0 < len(self.rules) <= MOST_RULES:
            raise Invalid(("ruleIds",), f"At most {MOST_RULES} rules are judged together, the published ones included.")

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it."""
        return not TRANSITIONS[self.status]

    def run(self, at: datetime) -> Backtest:
        """A worker takes it, for as long as the lease; also after one that fell silent."""
        return replace(
            self,
            status=advance(TRANSITIONS, "backtest", self.status, _S.RUNNING),
            started_at=self.started_at or at,
            leased_until=at + LEASE,
            tries=self.tries + 1,
        )

    def progress(self, tally: BacktestTally, cursor: tuple[datetime, UUID], done: int, at: datetime) -> Backtest:
        """So many more payments are judged, up to the cursor."""
        return replace(
            self, tally=tally, cursor=cursor, processed=self.processed + done, tries=0, leased_until=at + LEASE
        )

    def succeed(self, at: datetime) -> Backtest:
        """All of the range is judged."""
        return self._end(_S.SUCCEEDED, at)

    def fail(self, failure: str, at: datetime) -> Backtest:
        """It cannot be run; `failure` says why."""
        return replace(self._end(_S.FAILED, at), failure=failure)

    def cancel(self, at: datetime) -> Backtest:
        """Nobody wants it any more; raise `BacktestStateForbids` when it has ended."""
        if self.ended:
            raise BacktestStateForbids(f"This backtest has ended: it is {self.status}.")
        return self._end(_S.CANCELED, at)

    def _end(self, status: BacktestStatus, at: datetime) -> Backtest:
        ended = advance(TRANSITIONS, "backtest", self.status, status)
        return replace(self, status=ended, finished_at=at, leased_until=None)
