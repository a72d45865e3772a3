"""What fraud needs of storage and of the world, at most seven methods each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.payments.ports import PaymentsUnit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.backtest import Backtest, TestedPayment
    from domain.fraud.expression import Needs, RuleLanguage
    from domain.fraud.filter import ClaimFilter
    from domain.fraud.fraud_list import FraudList, ListEntry
    from domain.fraud.list_kind import ListKind
    from domain.fraud.review import FraudReview
    from domain.fraud.review_note import ReviewNote
    from domain.fraud.rule import FraudRule, RuleVersion
    from domain.fraud.rule_set import RuleSet
    from domain.fraud.rule_shelf import RuleShelf
    from domain.fraud.screening import Screening
    from domain.fraud.sighting import Seen, Wanted
    from domain.fraud.trace import Trace
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.unit import Units
    from domain.payments.ports import PaymentPorts


class Screenings(Protocol):
    """What was found of payments, and what is counted of them: three statements for each that is screened."""

    async def wait_turn(self, trace: Trace) -> None:
        """Wait until nobody else judges a payment of the same card, or of the merchant's same customer.

        The turn lasts until the unit ends.
        """
        ...

    async def look(self, trace: Trace, wanted: Wanted) -> Seen:
        """What is counted, listed and in force for a payment: one statement.

        An address is listed by its networks too, and a BIN by its first six and seven digits.
        """
        ...

    async def add(self, screening: Screening, trace: Trace) -> None:
        """Keep what was found, and count the payment from now on: one statement."""
        ...

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> Screening | None:
        """What was found, with its rule sets; nothing for a payment that nobody screened."""
        ...

    async def save(self, screening: Screening) -> None:
        """What was found once the gateway's score had come."""
        ...


class RuleSets(Protocol):
    """Rule sets by revision; they are only ever added."""

    async def current(self, merchant_id: UUID) -> RuleSet:
        """The newest one, empty and of revision 0 when there is none."""
        ...

    async def add(self, rule_set: RuleSet) -> None:
        """The next revision; raise `Contention` when somebody else has made it."""
        ...


class FraudRules(Protocol):
    """Rules with their versions."""

    async def for_update(self, rule_id: UUID) -> FraudRule:
        """The rule, locked until the unit ends; raise `NotFound`."""
        ...

    async def add(self, rule: FraudRule, version: RuleVersion) -> FraudRule:
        """A new one with its first version and its events; returned without them."""
        ...

    async def save(self, rule: FraudRule, version: RuleVersion | None = None) -> FraudRule:
        """A changed one, with its newest version if there is one more."""
        ...

    async def version(self, rule: FraudRule, number: int) -> RuleVersion:
        """One version; raise `NotFound`."""
        ...

    async def was_published(self, rule: FraudRule, operation_id: UUID) -> bool:
        """Whether this operation has published a version of the rule, whatever became of the rule since."""
        ...

    async def active(self, merchant_id: UUID) -> list[tuple[FraudRule, RuleVersion]]:
        """What an author has published or in shadow, each with the version; by position, then the oldest first."""
        ...


class FraudLists(Protocol):
    """Lists and their entries."""

    async def kinds(self, merchant_id: UUID) -> Mapping[str, ListKind]:
        """The author's own lists by name, without the standard ones."""
        ...

    async def add(self, fraud_list: FraudList) -> None:
        """A new list; raise `Conflict` when there is one of its name."""
        ...

    async def put(self, entries: Sequence[ListEntry]) -> list[ListEntry]:
        """New entries; what a list has already is replaced, and goes on under its id.

        Returned as they are kept now, in the same order.
        """
        ...

    async def remove(self, merchant_id: UUID, list_name: str, values: Collection[str]) -> list[ListEntry]:
        """Take values from a list; what was there is returned."""
        ...

    async def count(self, merchant_id: UUID, list_name: str) -> int:
        """How many entries a list has."""
        ...


class FraudReviews(Protocol):
    """The reviews that the unit's actor can see."""

    async def get(self, review_id: UUID) -> FraudReview:
        """The review as it is; raise `NotFound`."""
        ...

    async def for_update(self, review_id: UUID) -> FraudReview:
        """The review, locked until the unit ends; raise `NotFound`."""
        ...

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> FraudReview | None:
        """The payment's review, locked until the unit ends, if there is one."""
        ...

    async def next_waiting(self, wanted: ClaimFilter, at: datetime) -> FraudReview | None:
        """The most urgent one that nobody works on, locked; one that somebody else is taking is passed over."""
        ...

    async def add(self, review: FraudReview) -> FraudReview:
        """A new one with its events; returned without them."""
        ...

    async def save(self, review: FraudReview) -> FraudReview:
        """A changed one with its events; returned without them. The version must be the one that was loaded."""
        ...

    async def note(self, note: ReviewNote) -> None:
        """One more note."""
        ...


class ReviewQueue(Protocol):
    """The reviews that the clock has something to do with."""

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Reviews to be warned of, escalated or voided by then, the most urgent first; none that is being voided."""
        ...

    async def ended(self, limit: int) -> list[UUID]:
        """Waiting reviews whose payments are held no more: voided by the merchant, or lapsed."""
        ...

    async def unvoided(self, at: datetime, limit: int) -> list[UUID]:
        """Declined reviews whose payments are still held, with no void under way and none that failed just now.

        The more voids of a payment have failed, the longer it is left alone: an hour at most.
        """
        ...


class Reviewers(Protocol):
    """The people who can be given a review, or mentioned in a note."""

    async def ensure(self, user_id: UUID, merchant_id: UUID) -> None:
        """Raise `NotFound` for anybody who is neither staff nor with the merchant."""
        ...


class Backtests(Protocol):
    """Rules tried on payments of the past."""

    async def for_update(self, backtest_id: UUID) -> Backtest:
        """The backtest, locked until the unit ends; raise `NotFound`."""
        ...

    async def add(self, backtest: Backtest) -> None:
        """A new one, which waits for a worker."""
        ...

    async def save(self, backtest: Backtest) -> None:
        """A changed one."""
        ...

    async def lease(self, at: datetime) -> Backtest | None:
        """The oldest one that waits, or whose worker is silent; leased, so that nobody else runs it."""
        ...

    async def count(self, backtest: Backtest) -> int:
        """How many payments its range has."""
        ...

    async def payments(self, backtest: Backtest, needs: Needs, limit: int) -> Sequence[TestedPayment]:
        """The next payments of its range after its cursor, the oldest first.

        Of each, the variables, velocities and lists that are needed, and what was decided and found of it since.
        """
        ...


class FraudUnit(PaymentsUnit, Protocol):
    """One transaction over all that fraud touches, payments included."""

    @property
    def screenings(self) -> Screenings: ...  # noqa: D102 - named as its type
    @property
    def rule_sets(self) -> RuleSets: ...  # noqa: D102
    @property
    def fraud_rules(self) -> FraudRules: ...  # noqa: D102
    @property
    def fraud_lists(self) -> FraudLists: ...  # noqa: D102
    @property
    def fraud_reviews(self) -> FraudReviews: ...  # noqa: D102
    @property
    def review_queue(self) -> ReviewQueue: ...  # noqa: D102
    @property
    def reviewers(self) -> Reviewers: ...  # noqa: D102
    @property
    def backtests(self) -> Backtests: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudPorts:
    """What the verbs of this context are given. `payments` is for those that capture and void."""

    clock: Clock
    units: Units[Actor, FraudUnit]
    language: RuleLanguage
    shelf: RuleShelf
    payments: PaymentPorts
