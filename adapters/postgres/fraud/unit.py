"""The stores of fraud, as one transaction offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.audit.store import EventStore
from adapters.postgres.fraud.backtest_store import BacktestStore
from adapters.postgres.fraud.list_store import ListStore
from adapters.postgres.fraud.review_store import ReviewerStore, ReviewStore
from adapters.postgres.fraud.rule_set_store import RuleSetStore
from adapters.postgres.fraud.rule_store import RuleStore
from adapters.postgres.fraud.screening_store import ScreeningStore

if TYPE_CHECKING:
    from adapters.postgres.database import FencedConnection
    from domain.identity.actor import Actor


class FraudStores:
    """Each is made when it is asked for: most transactions need none of them, and a new payment's only one."""

    def __init__(self, connection: FencedConnection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    @property
    def screenings(self) -> ScreeningStore:
        """What was found of payments, and what is counted of them."""
        return ScreeningStore(self._connection)

    @property
    def rule_sets(self) -> RuleSetStore:
        """Rule sets by revision."""
        return RuleSetStore(self._connection)

    @property
    def fraud_rules(self) -> RuleStore:
        """Rules with their versions."""
        return RuleStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def fraud_lists(self) -> ListStore:
        """Lists and their entries."""
        return ListStore(self._connection)

    @property
    def fraud_reviews(self) -> ReviewStore:
        """Reviews."""
        return ReviewStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def review_queue(self) -> ReviewStore:
        """The reviews that the clock has something to do with."""
        return self.fraud_reviews

    @property
    def reviewers(self) -> ReviewerStore:
        """Who can be given a review."""
        return ReviewerStore(self._connection)

    @property
    def backtests(self) -> BacktestStore:
        """Rules tried on payments of the past."""
        return BacktestStore(self._connection)
