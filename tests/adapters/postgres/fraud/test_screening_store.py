"""What screening found, kept and read back whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.fraud.expression import Facts
from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import RuleMode, ScorePolicy
from domain.fraud.screening import ListHit, RuleOutcome, RuleResult
from domain.fraud.sighting import Wanted
from domain.fraud.velocity import Dimension, VelocityFigures
from domain.kernel.ids import PLATFORM, new_uuid
from domain.payments.screening import ScreeningDecision
from tests.adapters.postgres.fraud.traffic import a_query, another_merchant, screened, seen
from tests.builders.fraud import a_judgement, a_rule_set, a_screening, a_trace, an_active_rule
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING, after
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.rule_set import RuleSet
    from domain.fraud.screening import Screening
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment

O = RuleOutcome  # noqa: E741 - outcomes
TWICE = an_active_rule(RuleAction.BLOCK)
RULES = (
    TWICE,
    replace(TWICE, version=2, mode=RuleMode.SHADOW),
    an_active_rule(RuleAction.SCORE),
    an_active_rule(),
)
OUTCOMES = (O.MATCHED, O.NOT_MATCHED, O.FAILED, O.AWAITING_SCORE)


def full(payment: Payment, platform: RuleSet, merchant: RuleSet) -> Screening:
    """Everything that a screening can have."""
    values = {"payment.amount_minor": 10_000, "card.country": "DE", "customer.first_seen": MORNING}
    query = a_query(Dimension.CARD, timedelta(days=2), Dimension.EMAIL, Dimension.IP)
    figures = VelocityFigures(count=3, sum_minor=500, distinct={Dimension.EMAIL: 2, Dimension.IP: 0})
    results = tuple(
        RuleResult(rule=rule, outcome=outcome, message="No such overload" if outcome is O.FAILED else None)
        for rule, outcome in zip(RULES, OUTCOMES, strict=True)
    )
    return a_screening(
        payment,
        decision=ScreeningDecision.REVIEW,
        request_3ds=True,
        awaits_score=True,
        score=10,
        platform=a_judgement(
            platform,
            facts=Facts(
                values=values,
                velocities={query: figures, a_query(Dimension.MERCHANT): VelocityFigures(count=7)},
                listed=frozenset({("blocked_ips", "203.0.113.7")}),
            ),
            results=results,
            hits=(ListHit(merchant_id=PLATFORM, name="blocked_ips", value="203.0.113.7"),),
            score=10,
            decision=ScreeningDecision.REVIEW,
            request_3ds=True,
            awaits_score=True,
            decided_by=(RULES[3].rule_id, RULES[0].rule_id),
        ),
        merchant=a_judgement(merchant, facts=Facts(values=values)),
        duration_microseconds=812,
        screened_at=MORNING,
    )


async def kept(units: PostgresUnits, merchant: Merchant) -> Screening:
    payment = a_payment(merchant_id=merchant.id)
    platform = a_rule_set(*RULES, policy=ScorePolicy(review_at=10))
    own = a_rule_set(an_active_rule(), merchant_id=merchant.id, revision=4)
    async with units.begin(JOBS, "test") as unit:
        await unit.rule_sets.add(platform)
        await unit.rule_sets.add(own)
        await unit.payments.add(payment)
        screening = full(payment, platform, own)
        await unit.screenings.add(screening, a_trace(payment))
        await unit.commit()
    return screening


async def test_a_screening_is_read_back_as_it_was_found(units: PostgresUnits, merchant: Merchant) -> None:
    """Also in the merchant's own transaction: the platform's rules are needed to tell their results."""
    screening = await kept(units, merchant)
    other = await another_merchant(units)
    for actor in (JOBS, an_actor(merchant)):
        async with units.begin(actor, "test") as unit:
            assert await unit.screenings.of_payment(merchant.id, screening.payment_id) == screening
            assert await unit.screenings.of_payment(merchant.id, new_uuid(MORNING)) is None
            assert await unit.screenings.of_payment(other.id, screening.payment_id) is None
    async with units.begin(an_actor(other), "test") as unit:
        assert await unit.screenings.of_payment(merchant.id, screening.payment_id) is None


async def test_it_stays_explained_when_the_rules_have_changed(units: PostgresUnits, merchant: Merchant) -> None:
    screening = await kept(units, merchant)
    async with units.begin(JOBS, "test") as unit:
        await unit.rule_sets.add(a_rule_set(revision=2))
        await unit.rule_sets.add(a_rule_set(merchant_id=merchant.id, revision=5))
        assert await unit.screenings.of_payment(merchant.id, screening.payment_id) == screening


async def test_what_is_found_with_the_score_takes_the_place_of_what_was_known_before(
    units: PostgresUnits, merchant: Merchant
) -> None:
    """But what authors' rules see differs by nothing else than what is written."""
    screening = await kept(units, merchant)
    facts = replace(screening.merchant.facts, values={**screening.merchant.facts.values, "gateway.score": 91})
    again = replace(
        screening,
        decision=ScreeningDecision.ALLOW,
        awaits_score=False,
        score=30,
        merchant=replace(screening.merchant, facts=facts, score=20),
        judged_again_at=after(5),
    )
    async with units.begin(an_actor(merchant), "test") as unit:
        await unit.screenings.save(again)
        await unit.commit()
    async with units.begin(JOBS, "test") as unit:
        assert await unit.screenings.of_payment(merchant.id, screening.payment_id) == again


async def test_revisions_in_force_are_seen_with_the_counts(units: PostgresUnits, merchant: Merchant) -> None:
    trace = a_trace(merchant_id=merchant.id)
    assert (await seen(units, trace, Wanted())).revisions == (0, 0)
    await kept(units, merchant)
    found = await seen(units, trace, Wanted(here=frozenset({a_query(Dimension.IP)})))
    assert found.revisions == (1, 4)
    # Of what the payment has no value nothing was seen.
    assert found.here == {a_query(Dimension.IP): VelocityFigures()}
    assert found.listed == {PLATFORM: frozenset(), merchant.id: frozenset()}


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(here=frozenset(a_query(one) for one in Dimension))])
async def test_a_payment_is_judged_in_three_statements(
    units: PostgresUnits, merchant: Merchant, wanted: Wanted
) -> None:
    await screened(units, merchant.id)
    statements: list[str] = []

    def note(query: asyncpg.connection.LoggedQuery) -> None:
        statements.append(query.query)

    async with units.begin(an_actor(merchant), "test") as unit:
        payment = await unit.payments.add(a_payment(merchant_id=merchant.id))
        # A new connection asks once what the types of arguments are.
        await unit.screenings.wait_turn(a_trace(payment))
        await unit.screenings.look(a_trace(payment), wanted)
        unit._connection.add_query_logger(note)
        await unit.screenings.wait_turn(a_trace(payment))
        await unit.screenings.look(a_trace(payment), wanted)
        await unit.screenings.add(a_screening(payment), a_trace(payment))
        unit._connection.remove_query_logger(note)
        await unit.commit()
    assert len(statements) == 3
