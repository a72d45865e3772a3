"""Screening of the past: by the domain's own judging and the rules of the day, on what the seed has in memory."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, TypeVar, cast

from adapters.cel.language import CelLanguage
from app.demo.seed.past_counts import Listed, ListedValues, Sightings
from domain.fraud.judging import judge_arrival, judge_authorized
from domain.fraud.list_kind import ListKind
from domain.fraud.rule_set import RuleSet
from domain.fraud.rule_shelf import RuleShelf
from domain.fraud.sighting import Seen
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime
    from uuid import UUID

    from app.demo.seed.rule_story import InForce
    from domain.fraud.fraud_list import ListEntry
    from domain.fraud.ports import FraudUnit
    from domain.fraud.review import FraudReview
    from domain.fraud.screening import Screening
    from domain.fraud.sighting import Wanted
    from domain.fraud.trace import Trace
    from domain.payments.payment import Payment
    from domain.payments.screening import Arrival, Verdict

Result = TypeVar("Result")


class PastScreening:
    """Satisfies what judging needs: language and shelf, and the unit's screenings, rule sets and reviews."""

    def __init__(self, in_force: InForce) -> None:
        self.language = CelLanguage()
        self.shelf = RuleShelf()
        self._sets = in_force.sets
        self._made = {
            author: [one.created_at for one in sets if one.created_at is not None]
            for author, sets in in_force.sets.items()
        }
        self._sightings = Sightings()
        self._lists = ListedValues()
        for row in in_force.entries:
            listed = Listed(
                author=row["merchant_id"], name=row["list_name"], since=row["created_at"], until=row["expires_at"]
            )
            self._lists.add(ListKind(row["kind"]), row["value"], listed)
        self._kept: dict[UUID, tuple[Screening, Trace]] = {}
        self.fraud_reviews = _Reviews()
        self._at: datetime | None = None

    def judge(self, arrival: Arrival) -> Verdict:
        """Of a new payment."""
        self._at = arrival.payment.created_at
        return done(judge_arrival(self, self._unit, arrival, self._at))

    def judge_authorized(self, payment: Payment, at: datetime) -> FraudReview | None:
        """Of a payment that was authorized alone: its review, if it has to be held."""
        self.fraud_reviews.opened = None
        done(judge_authorized(self, self._unit, payment, at))
        return self.fraud_reviews.opened

    def collect(self, payment: Payment) -> tuple[Screening, Trace]:
        """What was found of a payment, which is told to its end."""
        return self._kept.pop(payment.id)

    def screened(self, payment: Payment) -> Screening:
        """What was found so far."""
        return self._kept[payment.id][0]

    def block(self, kind: ListKind, entry: ListEntry) -> None:
        """Something is on a list from now on."""
        listed = Listed(author=entry.merchant_id, name=entry.list_name, since=entry.created_at, until=entry.expires_at)
        self._lists.add(kind, entry.value, listed)

    # What the domain's judging asks of its unit.

    @property
    def _unit(self) -> FraudUnit:
        return cast("FraudUnit", self)

    @property
    def screenings(self) -> PastScreening:
        """Itself."""
        return self

    @property
    def rule_sets(self) -> PastScreening:
        """Itself as well."""
        return self

    async def wait_turn(self, trace: Trace) -> None:
        """There is nobody else."""

    async def look(self, trace: Trace, wanted: Wanted) -> Seen:
        """What is counted, listed and in force at the payment's time."""
        authors = (PLATFORM, trace.merchant_id)
        return Seen(
            revisions=(self._revision(authors[0]), self._revision(authors[1])),
            everywhere={query: self._sightings.figures(trace, query, None) for query in wanted.everywhere},
            here={query: self._sightings.figures(trace, query, trace.merchant_id) for query in wanted.here},
            listed=self._lists.of(wanted.values, authors, trace.at),
        )

    async def current(self, author: UUID) -> RuleSet:
        """The author's rules of the day."""
        revision = self._revision(author)
        return self._sets[author][revision - 1] if revision else RuleSet(merchant_id=author)

    async def add(self, screening: Screening, trace: Trace) -> None:
        """Keep what was found of a payment, and count it from now on."""
        self._kept[screening.payment_id] = (screening, trace)
        self._sightings.add(trace)

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> Screening:
        """What was found."""
        del merchant_id
        return self._kept[payment_id][0]

    async def save(self, screening: Screening) -> None:
        """What was found once the score had come."""
        self._kept[screening.payment_id] = (screening, self._kept[screening.payment_id][1])

    def _revision(self, author: UUID) -> int:
        assert self._at is not None
        return bisect_right(self._made.get(author, []), self._at)


class _Reviews:
    """The reviews of a payment: none before it is held."""

    def __init__(self) -> None:
        self.opened: FraudReview | None = None

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> FraudReview | None:
        """Nothing yet."""
        del merchant_id, payment_id
        return None

    async def add(self, review: FraudReview) -> FraudReview:
        """It goes on with its events, which are kept at its end."""
        self.opened = review
        return review


def done(work: Coroutine[object, None, Result]) -> Result:
    """The result of something that never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    work.close()
    message = "this waits for something"
    raise AssertionError(message)
