"""A payment is judged by both authors' rules in three statements at most, and whatever fails lets it pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.judging import judge_arrival, judge_authorized
from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import RuleMode
from domain.fraud.screening import RuleOutcome
from domain.kernel.ids import PLATFORM
from domain.payments.screening import Arrival, ScreeningDecision, Verdict
from tests.builders.money import eur
from tests.builders.payments import a_customer, a_method, a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from domain.fraud.screening import Screening
    from domain.kernel.money import Money
    from domain.payments.payment import Payment
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits

A, D, R = RuleAction, ScreeningDecision, RuleOutcome
ALLOWED = Verdict(decision=D.ALLOW)
HELD = Verdict(decision=D.REVIEW)
COUNTED = 'count(card, "1h") >= 2'
RISKY = "gateway.score >= 70"


class Shop:
    """Payments that arrive at the merchant, and what was found of them."""

    def __init__(self, fraud: FraudDesk, units: MemoryUnits) -> None:
        self.fraud = fraud
        self.units = units
        self.calls: list[str] = []

    async def arrive(self, amount: Money | None = None, **method: Any) -> tuple[Payment, Verdict]:
        """A payment by a German card of mary@example.com."""
        merchant, at = self.fraud.desk.merchant, self.fraud.desk.clock.now()
        values = {"fingerprint": "fp_1", "bin": "424242", **method}
        payment = a_payment(amount, merchant_id=merchant.id, method=a_method(**values), created_at=at)
        arrival = Arrival(payment=payment, merchant=merchant, customer=a_customer(merchant_id=merchant.id))
        async with self.units.begin(self.fraud.actor, "test") as unit:
            verdict = await judge_arrival(self.fraud.ports, unit, arrival, at)
            self.calls = unit.screenings.calls + unit.rule_sets.calls
            await unit.commit()
        self.fraud.desk.clock.pass_by(1)
        return payment, verdict

    async def authorize(self, payment: Payment, risk_score: int | None = None) -> Verdict:
        """The gateway has authorized it."""
        authorized = a_payment(id=payment.id, merchant_id=payment.merchant_id, risk_score=risk_score)
        async with self.units.begin(JOBS, "test") as unit:
            verdict = await judge_authorized(self.fraud.ports, unit, authorized, self.fraud.desk.clock.now())
            self.calls = unit.screenings.calls
            await unit.commit()
        return verdict

    def found(self, payment: Payment) -> Screening:
        """What is kept."""
        return self.units.tables.fraud.screenings[payment.id]

    def outcomes(self, payment: Payment) -> list[RuleOutcome]:
        """What became of each rule, the platform's first."""
        screening = self.found(payment)
        return [result.outcome for one in (screening.platform, screening.merchant) for result in one.results]


@pytest.fixture
def shop(fraud: FraudDesk, units: MemoryUnits) -> Shop:
    return Shop(fraud, units)


async def test_without_rules_everything_passes_and_is_kept(shop: Shop) -> None:
    payment, verdict = await shop.arrive()
    assert (verdict, shop.calls) == (ALLOWED, ["look", "add"])
    screening = shop.found(payment)
    assert (screening.decision, screening.score, screening.awaits_score) == (D.ALLOW, 0, False)
    assert (screening.platform.rule_set.revision, screening.merchant.rule_set.revision) == (0, 0)
    assert screening.platform.facts.values["card.country"] == "DE"
    assert screening.duration_microseconds >= 0
    assert shop.units.tables.fraud.traces[payment.id].amount == eur(100)


@pytest.mark.parametrize(
    ("action", "verdict"),
    [
        (A.BLOCK, Verdict(decision=D.BLOCK)),
        (A.REVIEW, HELD),
        (A.REQUEST_3DS, Verdict(decision=D.REQUEST_3DS, request_3ds=True)),
        (A.ALLOW, ALLOWED),
    ],
)
@pytest.mark.parametrize("platform", [True, False])
async def test_either_authors_rules_decide(shop: Shop, action: RuleAction, verdict: Verdict, *, platform: bool) -> None:
    author = PLATFORM if platform else shop.fraud.desk.merchant.id
    rule = await shop.fraud.published('card.country == "DE"', merchant_id=author, action=action)
    payment, found = await shop.arrive()
    assert found == verdict
    judged = shop.found(payment).platform if platform else shop.found(payment).merchant
    assert judged.decided_by == (rule.id,)
    _, other = await shop.arrive(country="FR")
    assert other == ALLOWED


async def test_a_change_of_rules_is_seen_at_once_and_costs_nothing_afterwards(shop: Shop) -> None:
    rule = await shop.fraud.published("true", merchant_id=PLATFORM)
    assert (await shop.arrive())[1] == HELD
    assert shop.calls == ["look", "look", "add", "current"]
    assert (await shop.arrive())[1] == HELD
    assert shop.calls == ["look", "add"]
    compiled = list(shop.fraud.language.compiled)
    await shop.fraud.disable(rule)
    assert (await shop.arrive())[1] == ALLOWED
    await shop.arrive()
    assert (shop.calls, shop.fraud.language.compiled) == (["look", "add"], compiled)


async def test_counting_waits_its_turn_before_it_looks(shop: Shop) -> None:
    await shop.fraud.published(COUNTED)
    first = await shop.arrive()
    assert shop.calls == ["look", "wait_turn", "look", "add", "current"]
    verdicts = [first[1]] + [(await shop.arrive())[1] for _ in range(3)]
    assert shop.calls == ["wait_turn", "look", "add"]
    assert verdicts == [ALLOWED, ALLOWED, HELD, HELD]
    assert (await shop.arrive(fingerprint="fp_2"))[1] == ALLOWED


async def test_the_platform_counts_everywhere_and_a_merchant_at_home(shop: Shop) -> None:
    for author, action in ((PLATFORM, A.REQUEST_3DS), (shop.fraud.desk.merchant.id, A.BLOCK)):
        await shop.fraud.published(COUNTED, merchant_id=author, action=action)
    trace = shop.units.tables.fraud.traces
    payment, _ = await shop.arrive()
    for other in (a_payment(), a_payment()):
        trace[other.id] = replace(trace[payment.id], merchant_id=other.merchant_id, payment_id=other.id)
    assert (await shop.arrive())[1] == Verdict(decision=D.REQUEST_3DS, request_3ds=True)


async def test_standard_lists_hit_by_themselves(shop: Shop) -> None:
    await shop.fraud.put("blocked_emails", "Mary@Example.com", merchant_id=PLATFORM)
    payment, verdict = await shop.arrive()
    assert verdict == Verdict(decision=D.BLOCK)
    (hit,) = shop.found(payment).platform.hits
    assert (hit.name, hit.value, shop.found(payment).platform.decided_by) == ("blocked_emails", "mary@example.com", ())
    # Each author is judged alone: what a merchant allows, the platform still blocks.
    await shop.fraud.put("allowed_bins", "424242")
    assert (await shop.arrive())[1] == Verdict(decision=D.BLOCK)


async def test_what_is_in_shadow_is_recorded_and_does_not_act(shop: Shop) -> None:
    await shop.fraud.shadow(await shop.fraud.create("true", action=A.BLOCK))
    payment, verdict = await shop.arrive()
    assert (verdict, shop.outcomes(payment)) == (ALLOWED, [R.MATCHED])
    assert shop.found(payment).merchant.results[0].rule.mode is RuleMode.SHADOW


async def test_a_rule_that_fails_stops_nothing(shop: Shop) -> None:
    await shop.fraud.published("fails", action=A.BLOCK)
    await shop.fraud.published("true", position=1)
    payment, verdict = await shop.arrive()
    assert (verdict, shop.outcomes(payment)) == (HELD, [R.FAILED, R.MATCHED])
    assert shop.found(payment).merchant.results[0].message == "it fails"


async def test_a_language_that_breaks_down_stops_nothing(shop: Shop) -> None:
    await shop.fraud.published("true", action=A.BLOCK)
    await shop.fraud.published("explodes")
    payment, verdict = await shop.arrive()
    assert (verdict, shop.outcomes(payment)) == (ALLOWED, [R.FAILED, R.FAILED])
    assert {result.message for result in shop.found(payment).merchant.results} == {"it explodes"}


async def test_what_compiles_no_more_stops_nothing(shop: Shop) -> None:
    await shop.fraud.published("true", action=A.BLOCK)
    shop.fraud.language.forgotten.add("true")
    payment, verdict = await shop.arrive()
    assert (verdict, shop.outcomes(payment)) == (ALLOWED, [R.FAILED])
    assert shop.found(payment).merchant.results[0].message == "The language has changed."


@pytest.mark.parametrize(("risk_score", "verdict", "outcome"), [(70, HELD, R.MATCHED), (69, ALLOWED, R.NOT_MATCHED)])
async def test_the_gateways_score_is_looked_at_afterwards(
    shop: Shop, risk_score: int, verdict: Verdict, outcome: RuleOutcome
) -> None:
    rule = await shop.fraud.published(RISKY)
    await shop.fraud.published("false", position=1)
    payment, first = await shop.arrive()
    assert first == Verdict(decision=D.ALLOW, awaits_score=True)
    assert shop.outcomes(payment) == [R.AWAITING_SCORE, R.NOT_MATCHED]
    shop.fraud.language.evaluated.clear()
    assert await shop.authorize(payment, risk_score) == verdict
    assert (shop.fraud.language.evaluated, shop.calls) == ([RISKY], ["save"])
    screening = shop.found(payment)
    assert shop.outcomes(payment) == [outcome, R.NOT_MATCHED]
    assert (screening.judged_again_at, screening.awaits_score) == (shop.fraud.desk.clock.now(), False)
    assert screening.platform.facts.values == screening.merchant.facts.values
    assert screening.merchant.facts.values["gateway.score"] == risk_score
    reviews = list(shop.units.tables.fraud.reviews.values())
    assert [(review.payment_id, review.rule_ids) for review in reviews] == [(payment.id, (rule.id,))] * (
        risk_score == 70
    )


async def test_asked_again_it_says_the_same(shop: Shop) -> None:
    await shop.fraud.published(RISKY)
    payment, _ = await shop.arrive()
    assert await shop.authorize(payment, 90) == HELD
    before = shop.found(payment)
    assert await shop.authorize(payment, 0) == HELD
    assert (shop.found(payment), shop.calls, len(shop.units.tables.fraud.reviews)) == (before, [], 1)


async def test_a_score_that_never_came_decides_nothing(shop: Shop) -> None:
    await shop.fraud.published(RISKY)
    payment, _ = await shop.arrive()
    assert await shop.authorize(payment) == ALLOWED
    assert shop.outcomes(payment) == [R.AWAITING_SCORE]
    assert not shop.found(payment).awaits_score
    assert await shop.authorize(payment, 90) == ALLOWED


async def test_points_that_come_late_hold_and_never_block(shop: Shop) -> None:
    merchant_id = shop.fraud.desk.merchant.id
    await shop.fraud.set_policy(merchant_id, block_at=50)
    await shop.fraud.published("true", action=A.SCORE, points=30)
    await shop.fraud.published(RISKY, action=A.SCORE, points=30)
    payment, first = await shop.arrive()
    assert (first, shop.found(payment).score) == (Verdict(decision=D.ALLOW, awaits_score=True), 30)
    assert await shop.authorize(payment, 80) == HELD
    assert (shop.found(payment).decision, shop.found(payment).score) == (D.REVIEW, 60)


async def test_what_held_before_is_reviewed_without_a_score(shop: Shop) -> None:
    await shop.fraud.published("true")
    payment, first = await shop.arrive()
    assert first == HELD
    before = shop.found(payment)
    assert await shop.authorize(payment, 10) == HELD
    assert (shop.found(payment), len(shop.units.tables.fraud.reviews)) == (before, 1)


async def test_a_trial_with_the_score_is_completed_where_it_comes(shop: Shop) -> None:
    await shop.fraud.shadow(await shop.fraud.create(RISKY))
    payment, first = await shop.arrive()
    assert first == ALLOWED
    assert await shop.authorize(payment, 90) == ALLOWED
    assert shop.outcomes(payment) == [R.MATCHED]


async def test_what_is_allowed_outright_waits_for_no_score(shop: Shop) -> None:
    await shop.fraud.published(RISKY)
    await shop.fraud.published("true", action=A.ALLOW, position=1)
    payment, first = await shop.arrive()
    assert first == ALLOWED
    assert await shop.authorize(payment, 90) == ALLOWED
    # The rule is recorded all the same.
    assert shop.outcomes(payment) == [R.MATCHED, R.MATCHED]
    assert shop.units.tables.fraud.reviews == {}


async def test_points_that_come_late_can_let_go(shop: Shop) -> None:
    await shop.fraud.set_policy(shop.fraud.desk.merchant.id, review_at=20)
    await shop.fraud.published("true", action=A.SCORE, points=30)
    await shop.fraud.published("gateway.score >= 0", action=A.SCORE, points=-20)
    payment, first = await shop.arrive()
    assert first == Verdict(decision=D.REVIEW, awaits_score=True)
    assert await shop.authorize(payment, 1) == ALLOWED
    assert shop.found(payment).score == 10


async def test_it_is_judged_again_by_the_rules_of_then(shop: Shop) -> None:
    rule = await shop.fraud.published(RISKY)
    payment, _ = await shop.arrive()
    await shop.fraud.disable(rule)
    await shop.arrive()
    assert await shop.authorize(payment, 90) == HELD
    other, _ = await shop.arrive()
    assert await shop.authorize(other, 90) == ALLOWED


async def test_the_sets_are_compiled_where_no_shelf_has_them(shop: Shop) -> None:
    await shop.fraud.published(RISKY)
    payment, _ = await shop.arrive()
    shop.fraud.screening.shelf._sets.clear()
    shop.fraud.language.compiled.clear()
    assert await shop.authorize(payment, 90) == HELD
    assert RISKY in shop.fraud.language.compiled


async def test_a_late_rule_that_compiles_no_more_stops_nothing(shop: Shop) -> None:
    await shop.fraud.published(RISKY)
    payment, _ = await shop.arrive()
    shop.fraud.screening.shelf._sets.clear()
    shop.fraud.language.forgotten.add(RISKY)
    assert await shop.authorize(payment, 90) == ALLOWED
    assert shop.outcomes(payment) == [R.FAILED]


async def test_what_nobody_screened_is_allowed(shop: Shop) -> None:
    assert await shop.authorize(a_payment(), 90) == ALLOWED


async def test_what_was_blocked_and_authorized_all_the_same_is_held(shop: Shop) -> None:
    await shop.fraud.published("true", action=A.BLOCK)
    payment, _ = await shop.arrive()
    assert await shop.authorize(payment, 10) == HELD
    assert len(shop.units.tables.fraud.reviews) == 1
