"""One merchant's fraud reviews at work: every new payment is held, and people decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from domain.fraud.approve_review import ApproveReview, approve_review
from domain.fraud.claim_next_review import ClaimNextReview, claim_next_review
from domain.fraud.claim_review import ClaimReview, claim_review
from domain.fraud.decide_reviews import DecideReviews, decide_reviews
from domain.fraud.decline_review import DeclineReview, decline_review
from domain.fraud.expression import Facts
from domain.fraud.opening import open_review
from domain.fraud.ports import FraudPorts
from domain.fraud.review import DeclineReason
from domain.fraud.rule_set import RuleSet
from domain.fraud.rule_shelf import RuleShelf
from domain.fraud.watch_reviews import WatchReviews, watch_reviews
from domain.payments.payment import CaptureMode
from domain.payments.ports import PaymentPorts
from domain.payments.screening import ScreeningDecision, Verdict
from tests.builders.fraud import a_judgement, a_screening, a_trace
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.gateway import StandInGateway
from tests.fakes.rule_language import StandInLanguage
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from datetime import datetime

    from domain.fraud.decide_reviews import DecidedReview
    from domain.fraud.deciding import ReviewResult
    from domain.fraud.review import FraudReview
    from domain.identity.actor import Actor
    from domain.payments.payment import Payment
    from domain.payments.screening import Arrival
    from tests.fakes.tables import Tables

HELD = Verdict(decision=ScreeningDecision.REVIEW)


class HoldingScreening:
    """Satisfies `PaymentScreening`: what it knows of each payment is `values`, and it holds them all."""

    wants_card = False

    def __init__(self, **values: str) -> None:
        self.values = values

    async def judge(self, unit: Any, arrival: Arrival, at: datetime) -> Verdict:
        """Held."""
        payment = arrival.payment
        own = RuleSet(merchant_id=payment.merchant_id)
        screening = a_screening(
            payment,
            decision=ScreeningDecision.REVIEW,
            merchant=a_judgement(own, facts=Facts(values=self.values), decision=ScreeningDecision.REVIEW),
            screened_at=at,
        )
        await unit.screenings.add(screening, a_trace(payment))
        return HELD

    async def judge_authorized(self, unit: Any, payment: Payment, at: datetime) -> Verdict:
        """Held, with its review."""
        screening = await unit.screenings.of_payment(payment.merchant_id, payment.id)
        await open_review(unit, screening, payment, at)
        return HELD


class ReviewDesk:
    """Beside the desk of payments; every request has a key of its own unless one is given."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.clock = desk.clock
        self.gateway = desk.gateway
        self.actor = desk.actor
        self.colleague = an_actor(desk.merchant)
        values = {"customer.email": "mary@example.com", "card.fingerprint": "fp_1", "ip.address": "198.51.100.7"}
        payments = PaymentPorts(
            clock=desk.clock,
            units=desk.ports.units,
            gateways=desk.gateway,
            screening=HoldingScreening(**values),
        )
        desk.ports = payments
        self.ports = FraudPorts(
            clock=desk.clock,
            units=payments.units,  # pyright: ignore[reportArgumentType] - the units of all contexts
            language=StandInLanguage(),
            shelf=RuleShelf(),
            payments=payments,
        )

    @classmethod
    def in_memory(cls) -> ReviewDesk:
        """On units of its own."""
        units, merchant = MemoryUnits(SettableClock()), a_merchant()
        units.tables.merchants[merchant.id] = merchant
        assert isinstance(units.clock, SettableClock)
        return cls(Desk(units, merchant, StandInGateway(units.clock), units.clock))

    @property
    def units(self) -> MemoryUnits:
        """Those in memory, which can be made to die."""
        units = self.desk.ports.units
        assert isinstance(units, MemoryUnits)
        return units

    @property
    def tables(self) -> Tables:
        """What is committed in memory."""
        return self.units.tables

    async def held(self, *, automatic: bool = False, **more: Any) -> FraudReview:
        """The review of a new payment."""
        mode = CaptureMode.AUTOMATIC if automatic else CaptureMode.MANUAL
        payment = (await self.desk.create(capture_mode=mode, **more)).payment
        return await self.of(payment)

    async def of(self, payment: Payment) -> FraudReview:
        """The review of a payment, as it is."""
        async with self.ports.units.begin(JOBS, "desk") as unit:
            review = await unit.fraud_reviews.of_payment(payment.merchant_id, payment.id)
        assert review is not None
        return review

    async def now(self, review: FraudReview) -> tuple[FraudReview, Payment]:
        """A review and its payment, as they are."""
        async with self.ports.units.begin(JOBS, "desk") as unit:
            return await unit.fraud_reviews.get(review.id), await unit.payments.get(review.payment_id)

    async def claim(self, review: FraudReview, actor: Actor | None = None) -> FraudReview:
        """Take it on."""
        return await claim_review(self.ports, actor or self.actor, ClaimReview(review_id=review.id))

    async def claim_next(self, actor: Actor | None = None, **more: Any) -> FraudReview:
        """Take on the most urgent."""
        return await claim_next_review(self.ports, actor or self.actor, ClaimNextReview(**more))

    async def approve(self, review: FraudReview, actor: Actor | None = None, **more: Any) -> ReviewResult:
        """Let it go on."""
        values: dict[str, Any] = {"idempotency_key": f"approve-{uuid4()}", "review_id": review.id}
        return await approve_review(self.ports, actor or self.actor, ApproveReview(**{**values, **more}))

    async def decline(self, review: FraudReview, actor: Actor | None = None, **more: Any) -> ReviewResult:
        """Give it back: the card was stolen."""
        values: dict[str, Any] = {
            "idempotency_key": f"decline-{uuid4()}",
            "review_id": review.id,
            "reason": DeclineReason.STOLEN_CARD,
        }
        return await decline_review(self.ports, actor or self.actor, DeclineReview(**{**values, **more}))

    async def decide(self, *reviews: FraudReview, actor: Actor | None = None, **more: Any) -> list[DecidedReview]:
        """Many at once."""
        values: dict[str, Any] = {
            "idempotency_key": f"decide-{uuid4()}",
            "review_ids": tuple(review.id for review in reviews),
        }
        return await decide_reviews(self.ports, actor or self.actor, DecideReviews(**{**values, **more}))

    async def watch(self, *, after_seconds: int = 0) -> int:
        """What the job does some time later."""
        self.clock.pass_by(after_seconds)
        return await watch_reviews(self.ports, JOBS, WatchReviews())

    async def resolve(self, *, after_seconds: int = 0) -> int:
        """What the job of payments' operations does some time later."""
        return await self.desk.resolve(after_seconds=after_seconds)
