"""`Screenings`: what is counted, listed and in force is seen in one look; what was found reads back whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.expression import Facts
from domain.fraud.list_kind import ListKind
from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import RuleMode, ScorePolicy
from domain.fraud.screening import ListHit, RuleOutcome, RuleResult
from domain.fraud.sighting import Seen, Wanted
from domain.fraud.velocity import Dimension, VelocityFigures, VelocityQuery
from domain.kernel.ids import PLATFORM
from domain.payments.screening import ScreeningDecision
from tests.builders.fraud import (
    a_judgement,
    a_list,
    a_rule_set,
    a_screening,
    a_trace,
    an_active_rule,
    an_entry,
)
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy
from tests.builders.payments import a_payment
from tests.contracts.house import SYSTEM, House, settle

if TYPE_CHECKING:
    from domain.fraud.screening import Judgement, Screening
    from domain.fraud.trace import Trace
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment

D, R = Dimension, RuleOutcome
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def by(dimension: Dimension, window: timedelta = HOUR, *distinct: Dimension) -> VelocityQuery:
    return VelocityQuery(dimension=dimension, window=window, distinct=frozenset(distinct))


def figures(count: int = 0, euros: int = 0, **distinct: int) -> VelocityFigures:
    counted = {Dimension(name): number for name, number in distinct.items()}
    return VelocityFigures(count=count, sum_minor=euros * 100, distinct=counted)


async def seen_before(house: House, merchant: Merchant, **values: Any) -> Payment:
    """A payment that was screened; the values are its trace's."""
    amount = values.get("amount", eur(100))
    payment = a_payment(amount, merchant_id=merchant.id, created_at=values.get("at", MORNING))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payments.add(payment)
        await unit.screenings.add(a_screening(payment), a_trace(payment, **values))
        await unit.commit()
    return payment


async def look(house: House, trace: Trace, **wanted: Any) -> Seen:
    async with house.units.begin(an_actor(trace.merchant_id), "contract") as unit:
        return await unit.screenings.look(trace, Wanted(**wanted))


def full(payment: Payment) -> Screening:
    """One in which no field is as it is by default; of a merchant with rules of every outcome."""
    rules = [
        an_active_rule(RuleAction.SCORE, points=-5, name="Matched"),
        an_active_rule(RuleAction.BLOCK, name="Not matched"),
        an_active_rule(RuleAction.REVIEW, name="Failed", mode=RuleMode.SHADOW),
        an_active_rule(RuleAction.REVIEW, name="Awaiting", expression="gateway.score >= 70"),
        an_active_rule(RuleAction.REVIEW, name="Decided"),
    ]
    outcomes = [
        (R.MATCHED, None),
        (R.NOT_MATCHED, None),
        (R.FAILED, "why"),
        (R.AWAITING_SCORE, None),
        (R.MATCHED, None),
    ]
    results = tuple(
        RuleResult(rule=rule, outcome=outcome, message=message)
        for rule, (outcome, message) in zip(rules, outcomes, strict=True)
    )
    values = {"card.country": "DE", "payment.amount_minor": 10000, "customer.first_seen": MORNING, "ip.address": ""}
    velocities = {
        by(D.CARD): figures(3, 12),
        by(D.MERCHANT, DAY): figures(10_000, 5),
        by(D.CARD, HOUR, D.EMAIL): figures(3, 12, email=2),
    }
    merchant = a_judgement(
        a_rule_set(*rules, merchant_id=payment.merchant_id, policy=ScorePolicy(review_at=50, block_at=90)),
        facts=Facts(values=values, velocities=velocities, listed=frozenset({("regulars", "mary@example.com")})),
        results=results,
        score=-5,
        decision=ScreeningDecision.REVIEW,
        awaits_score=True,
        decided_by=(rules[-1].rule_id,),
    )
    platform = a_judgement(
        a_rule_set(an_active_rule(), policy=ScorePolicy(review_at=7)),
        facts=Facts(values=values, listed=frozenset({("blocked_ips", "192.0.2.7")})),
        hits=(ListHit(merchant_id=PLATFORM, name="blocked_ips", value="192.0.2.7"),),
        decision=ScreeningDecision.ALLOW,
        request_3ds=True,
    )
    return a_screening(
        payment,
        decision=ScreeningDecision.REVIEW,
        request_3ds=True,
        awaits_score=True,
        score=-5,
        platform=platform,
        merchant=merchant,
        duration_microseconds=1234,
    )


async def kept(house: House, payment: Payment, screening: Screening) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        for judged in (screening.platform, screening.merchant):
            await unit.rule_sets.add(judged.rule_set)
        await unit.screenings.add(screening, a_trace(payment))
        await unit.commit()


async def of(house: House, payment: Payment) -> Screening | None:
    async with house.units.begin(an_actor(payment.merchant_id), "contract") as unit:
        return await unit.screenings.of_payment(payment.merchant_id, payment.id)


async def test_every_field_reads_back(house: House, payment: Payment) -> None:
    assert await of(house, payment) is None
    screening = full(payment)
    await kept(house, payment, screening)
    assert await of(house, payment) == screening


async def test_what_is_judged_again_is_saved(house: House, payment: Payment) -> None:
    screening = full(payment)
    await kept(house, payment, screening)

    def completed(judged: Judgement) -> Judgement:
        facts = replace(judged.facts, values={**judged.facts.values, "gateway.score": 80})
        results = tuple(
            replace(one, outcome=R.NOT_MATCHED if one.outcome is R.AWAITING_SCORE else one.outcome)
            for one in judged.results
        )
        return replace(judged, facts=facts, results=results, score=55, awaits_score=False)

    later = replace(
        screening,
        decision=ScreeningDecision.ALLOW,
        awaits_score=False,
        score=110,
        platform=completed(screening.platform),
        merchant=completed(screening.merchant),
        judged_again_at=after(2),
    )
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.screenings.save(later)
        await unit.commit()
    assert await of(house, payment) == later


async def test_without_any_rules(house: House, payment: Payment) -> None:
    screening = a_screening(payment)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.screenings.add(screening, a_trace(payment))
        await unit.commit()
    assert await of(house, payment) == screening


async def test_it_is_seen_by_its_merchant_alone(house: House, payment: Payment) -> None:
    await kept(house, payment, full(payment))
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        assert await unit.screenings.of_payment(payment.merchant_id, payment.id) is None
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.screenings.of_payment(a_merchant().id, payment.id) is None


async def test_nothing_is_seen_where_nothing_is(house: House, merchant: Merchant) -> None:
    query = by(D.CARD, HOUR, D.EMAIL)
    seen = await look(house, a_trace(merchant_id=merchant.id), everywhere=frozenset({query}), here=frozenset({query}))
    assert seen.revisions == (0, 0)
    assert seen.everywhere == seen.here == {query: figures(email=0)}
    assert not seen.listed.get(PLATFORM)
    assert not seen.listed.get(merchant.id)


async def test_the_revisions_in_force(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    async with house.units.begin(SYSTEM, "contract") as unit:
        for author, revisions in ((PLATFORM, 3), (merchant.id, 2), (other.id, 5)):
            for revision in range(1, revisions + 1):
                await unit.rule_sets.add(a_rule_set(merchant_id=author, revision=revision))
        await unit.commit()
    assert (await look(house, a_trace(merchant_id=merchant.id))).revisions == (3, 2)


@pytest.mark.parametrize("dimension", [D.CARD, D.EMAIL, D.IP, D.CUSTOMER, D.DEVICE])
async def test_what_shares_a_dimension_is_counted(house: House, merchant: Merchant, dimension: Dimension) -> None:
    other = a_merchant()
    await settle(house, other)
    mine: dict[str, Any] = {one.value: None for one in (D.CARD, D.EMAIL)} | {dimension.value: "the same"}
    await seen_before(house, merchant, **mine)
    await seen_before(house, merchant, **{**mine, dimension.value: "another"})
    await seen_before(house, merchant, **{**mine, dimension.value: None})
    await seen_before(house, other, **mine)
    query = by(dimension)
    trace = a_trace(merchant_id=merchant.id, at=after(60), **mine)
    seen = await look(house, trace, everywhere=frozenset({query}), here=frozenset({query}))
    assert (seen.everywhere, seen.here) == ({query: figures(2, 200)}, {query: figures(1, 100)})
    unknown = a_trace(merchant_id=merchant.id, at=after(60), **{**mine, dimension.value: None})
    assert (await look(house, unknown, here=frozenset({query}))).here == {query: figures()}


async def test_windows_begin_where_they_should(house: House, merchant: Merchant) -> None:
    for seconds in (0, 1, 1800, 3600):
        await seen_before(house, merchant, at=after(seconds))
    trace = a_trace(merchant_id=merchant.id, at=after(3601))
    queries = {by(D.CARD, window): count for window, count in ((HOUR, 3), (timedelta(minutes=30), 1), (DAY, 4))}
    seen = await look(house, trace, here=frozenset(queries))
    assert {query: found.count for query, found in seen.here.items()} == {
        **queries,
        by(D.CARD, timedelta(minutes=30)): 1,
    }
    assert {found.sum_minor for found in seen.here.values()} == {30000, 10000, 40000}


async def test_a_merchants_payments_are_counted_in_whole_minutes_and_hours(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    for seconds in (0, 30, 60, 7200):
        await seen_before(house, merchant, at=after(seconds), card=None, email=None)
    await seen_before(house, other, at=after(7200))
    trace = a_trace(merchant_id=merchant.id, at=after(7245))
    expected = {
        by(D.MERCHANT, timedelta(minutes=1)): 1,
        by(D.MERCHANT, timedelta(hours=2)): 4,
        by(D.MERCHANT, timedelta(minutes=119)): 2,
        by(D.MERCHANT, timedelta(days=2)): 4,
    }
    seen = await look(house, trace, here=frozenset(expected), everywhere=frozenset(expected))
    assert {query: found.count for query, found in seen.here.items()} == expected
    assert seen.everywhere == seen.here
    assert {found.sum_minor for found in seen.here.values()} == {10000, 40000, 20000}


async def test_sums_are_of_one_currency_and_counts_of_all(house: House, merchant: Merchant) -> None:
    for amount in (eur(10), eur(20), jpy(5000)):
        await seen_before(house, merchant, amount=amount)
    queries = frozenset({by(D.CARD), by(D.MERCHANT)})
    seen = await look(house, a_trace(merchant_id=merchant.id, at=after(1)), here=queries)
    assert seen.here == {query: figures(3, 30) for query in queries}
    yen = a_trace(merchant_id=merchant.id, at=after(1), amount=jpy(1))
    assert (await look(house, yen, here=queries)).here[by(D.CARD)] == VelocityFigures(count=3, sum_minor=5000)


async def test_different_values_are_counted_once(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    for where, email, ip in (
        (merchant, "a@example.com", "192.0.2.1"),
        (merchant, "a@example.com", "192.0.2.2"),
        (merchant, None, "192.0.2.2"),
        (other, "b@example.com", None),
    ):
        await seen_before(house, where, email=email, ip=ip)
    query = by(D.CARD, HOUR, D.EMAIL, D.IP, D.DEVICE, D.MERCHANT)
    at_merchant = by(D.MERCHANT, HOUR, D.EMAIL, D.CARD)
    wanted = frozenset({query, at_merchant, by(D.CARD)})
    seen = await look(house, a_trace(merchant_id=merchant.id, at=after(1)), everywhere=wanted, here=wanted)
    assert seen.everywhere[query] == figures(4, 400, email=2, ip=2, device=0, merchant=2)
    assert seen.here[query] == figures(3, 300, email=1, ip=2, device=0, merchant=1)
    assert seen.here[at_merchant] == figures(3, 300, email=1, card=1)
    assert seen.here[by(D.CARD)] == figures(3, 300)


LISTED = {
    ListKind.EMAIL: frozenset({"mary@example.com"}),
    ListKind.BIN: frozenset({"42424242"}),
    ListKind.IP: frozenset({"198.51.100.7"}),
    ListKind.COUNTRY: frozenset({"DE", "GB"}),
}


async def test_lists_that_have_one_of_the_payments_values(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    entries = [
        (PLATFORM, "blocked_emails", "mary@example.com"),
        (PLATFORM, "blocked_domains", "mary@example.com"),
        (PLATFORM, "blocked_countries", "FR"),
        (merchant.id, "regulars", "mary@example.com"),
        (merchant.id, "allowed_countries", "GB"),
        (merchant.id, "blocked_emails", "ada@example.com"),
        (other.id, "blocked_emails", "mary@example.com"),
    ]
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.fraud_lists.add(a_list(merchant_id=merchant.id))
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.fraud_lists.put([an_entry(v, merchant_id=author, list_name=name) for author, name, v in entries])
        await unit.commit()
    seen = await look(house, a_trace(merchant_id=merchant.id), values=LISTED)
    assert seen.listed[PLATFORM] == {("blocked_emails", "mary@example.com")}
    assert seen.listed[merchant.id] == {("regulars", "mary@example.com"), ("allowed_countries", "GB")}


@pytest.mark.parametrize(
    ("address", "network", "has"),
    [
        ("198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.0/24", True),
        ("198.51.100.7", "198.51.0.0/16", True),
        ("198.51.100.7", "198.51.101.0/24", False),
        ("198.51.100.7", "2001:db8::/32", False),
        ("2001:db8::7", "2001:db8::/32", True),
        ("2001:db8::7", "2001:db8::7", True),
        ("2001:db9::7", "2001:db8::/32", False),
    ],
)
async def test_networks_have_their_addresses(
    house: House, merchant: Merchant, address: str, network: str, *, has: bool
) -> None:
    entry = an_entry(network, merchant_id=PLATFORM, list_name="blocked_ips")
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.fraud_lists.put([entry])
        await unit.commit()
    seen = await look(house, a_trace(merchant_id=merchant.id), values={ListKind.IP: frozenset({address})})
    assert seen.listed[PLATFORM] == ({("blocked_ips", address)} if has else frozenset())


@pytest.mark.parametrize(("entry", "has"), [("424242", True), ("4242424", True), ("42424242", True), ("424243", False)])
async def test_shorter_bins_have_the_longer_ones(house: House, merchant: Merchant, entry: str, *, has: bool) -> None:
    listed = an_entry(entry, merchant_id=PLATFORM, list_name="blocked_bins")
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.fraud_lists.put([listed])
        await unit.commit()
    seen = await look(house, a_trace(merchant_id=merchant.id), values=LISTED)
    assert seen.listed[PLATFORM] == ({("blocked_bins", "42424242")} if has else frozenset())


async def test_an_entry_counts_until_it_expires(house: House, merchant: Merchant) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.fraud_lists.put([an_entry(merchant_id=merchant.id, expires_at=after(60))])
        await unit.commit()
    for seconds, has in ((59, True), (60, False)):
        seen = await look(house, a_trace(merchant_id=merchant.id, at=after(seconds)), values=LISTED)
        assert bool(seen.listed[merchant.id]) is has


async def test_two_that_share_a_card_take_turns(house: House, merchant: Merchant) -> None:
    counts: list[int] = []

    async def judge(number: int) -> None:
        payment = a_payment(merchant_id=merchant.id)
        trace = a_trace(payment, at=after(number), email=f"{number}@example.com")
        async with house.units.begin(SYSTEM, "contract") as unit:
            await unit.payments.add(payment)
            await unit.screenings.wait_turn(trace)
            seen = await unit.screenings.look(trace, Wanted(here=frozenset({by(D.CARD)})))
            await asyncio.sleep(0.01)
            await unit.screenings.add(a_screening(payment), trace)
            await unit.commit()
            counts.append(seen.here[by(D.CARD)].count)

    await asyncio.gather(*(judge(number) for number in range(5)))
    assert counts == [0, 1, 2, 3, 4]


async def test_those_that_share_nothing_rare_do_not_wait(house: House, merchant: Merchant) -> None:
    held = a_trace(merchant_id=merchant.id, ip="192.0.2.7")
    free = a_trace(merchant_id=merchant.id, ip="192.0.2.7", card="fp_2", email=None)
    async with house.units.begin(SYSTEM, "one") as one, house.units.begin(SYSTEM, "other") as other:
        await one.screenings.wait_turn(held)
        await asyncio.wait_for(other.screenings.wait_turn(free), timeout=5)
