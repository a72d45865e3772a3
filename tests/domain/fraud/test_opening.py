"""A review begins with its payment's authorization, once."""

from __future__ import annotations

from datetime import timedelta

from domain.fraud.opening import open_review
from domain.fraud.review import ReviewStatus
from domain.fraud.rule_set import RuleSet
from domain.kernel.ids import new_uuid
from domain.payments.screening import ScreeningDecision
from tests.builders.fraud import a_judgement, a_screening
from tests.builders.fraud_reviews import a_held_payment
from tests.builders.moments import MORNING, after
from tests.fakes.desk import JOBS
from tests.fakes.unit import MemoryUnits


async def test_what_it_knows_of_the_payment_and_why_it_is_looked_at() -> None:
    payment = a_held_payment(risk_score=88, authorization_expires_at=after(10 * 3600))
    ours, theirs, other = (new_uuid(MORNING) for _ in range(3))
    own = RuleSet(merchant_id=payment.merchant_id)
    screening = a_screening(
        payment,
        decision=ScreeningDecision.REVIEW,
        score=30,
        platform=a_judgement(decision=ScreeningDecision.REVIEW, decided_by=(ours,)),
        merchant=a_judgement(own, decision=ScreeningDecision.REVIEW, decided_by=(theirs,)),
    )
    allowed = a_screening(
        payment,
        decision=ScreeningDecision.REVIEW,
        platform=a_judgement(decision=ScreeningDecision.ALLOW, decided_by=(other,)),
        merchant=a_judgement(own, decision=ScreeningDecision.REVIEW, decided_by=(theirs,)),
    )
    units = MemoryUnits()
    async with units.begin(JOBS, "test") as unit:
        review = await open_review(unit, screening, payment, MORNING)
        await unit.commit()
    async with units.begin(JOBS, "test") as unit:
        assert await open_review(unit, screening, payment, after(5)) == review
        await unit.commit()
    assert (review.status, review.payment_id, review.amount) == (ReviewStatus.OPEN, payment.id, payment.money(10000))
    assert (review.score, review.risk_score, review.rule_ids) == (30, 88, (ours, theirs))
    assert (review.opened_at, review.due_at) == (MORNING, MORNING + timedelta(hours=9))
    assert [event.name for event in units.tables.events] == ["fraud_review.opened"]
    other_units = MemoryUnits()
    async with other_units.begin(JOBS, "test") as unit:
        assert (await open_review(unit, allowed, payment, MORNING)).rule_ids == (theirs,)


async def test_nothing_stays_of_one_whose_transaction_ends_otherwise() -> None:
    units = MemoryUnits()
    payment = a_held_payment()
    async with units.begin(JOBS, "test") as unit:
        await open_review(unit, a_screening(payment), payment, MORNING)
    assert (units.tables.fraud.reviews, units.tables.events) == ({}, [])
