"""How a payment is judged: by the platform's rules and the merchant's own, before the gateway is asked and after."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter_ns
from typing import TYPE_CHECKING, Protocol

from domain.fraud.expression import Facts, Failure
from domain.fraud.facts import list_values_of, trace_of, values_of
from domain.fraud.opening import open_review
from domain.fraud.precedence import judgement, list_hits, united
from domain.fraud.rule_shelf import compiled
from domain.fraud.screening import RuleOutcome, RuleResult, Screening
from domain.fraud.sighting import Wanted
from domain.kernel.ids import PLATFORM
from domain.payments.screening import ALLOWED, ScreeningDecision, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.fraud.expression import RuleLanguage
    from domain.fraud.ports import FraudUnit
    from domain.fraud.rule_shelf import CompiledRules, CompiledSet, RuleShelf
    from domain.fraud.screening import Judgement
    from domain.fraud.sighting import Seen
    from domain.fraud.trace import Trace
    from domain.fraud.variables import FactValue
    from domain.payments.payment import Payment
    from domain.payments.screening import Arrival

_D, _O = ScreeningDecision, RuleOutcome
_SCORE = "gateway.score"
_NANOSECONDS = 1000


class JudgingPorts(Protocol):
    """What judging needs beside the unit; `FraudPorts` has it."""

    @property
    def language(self) -> RuleLanguage: ...  # noqa: D102 - named as its type
    @property
    def shelf(self) -> RuleShelf: ...  # noqa: D102


async def judge_arrival(ports: JudgingPorts, unit: FraudUnit, arrival: Arrival, at: datetime) -> Verdict:
    """What becomes of a new payment, kept with everything that explains it. No rule that fails stops a payment."""
    began = perf_counter_ns()
    merchant_id = arrival.merchant.id
    values = values_of(arrival, at, None)
    trace = trace_of(arrival, at)
    platform, merchant, seen = await _look(ports, unit, trace, values)
    listed = seen.listed
    by_platform = _judged(
        platform, Facts(values=values, velocities=seen.everywhere, listed=listed.get(PLATFORM, frozenset()))
    )
    by_merchant = _judged(
        merchant, Facts(values=values, velocities=seen.here, listed=listed.get(merchant_id, frozenset()))
    )
    both = united(by_platform, by_merchant)
    screening = Screening(
        payment_id=arrival.payment.id,
        merchant_id=merchant_id,
        decision=both.decision,
        request_3ds=both.request_3ds,
        awaits_score=both.awaits_score,
        score=both.score,
        platform=by_platform,
        merchant=by_merchant,
        duration_microseconds=(perf_counter_ns() - began) // _NANOSECONDS,
        screened_at=at,
    )
    await unit.screenings.add(screening, trace)
    return Verdict(decision=both.decision, request_3ds=both.request_3ds, awaits_score=both.awaits_score)


async def judge_authorized(ports: JudgingPorts, unit: FraudUnit, payment: Payment, at: datetime) -> Verdict:
    """ALLOW or REVIEW, of a payment that is authorized; the review is opened with it. Asked again, it says the same.

    What needs the gateway's score is evaluated now, on what was known before and the score.
    """
    screening = await unit.screenings.of_payment(payment.merchant_id, payment.id)
    if screening is None:
        return ALLOWED
    if screening.judged_again_at is None and (screening.awaits_score or _can_complete(screening, payment)):
        screening = _judged_again(ports, screening, payment, at)
        await unit.screenings.save(screening)
    # What is authorized cannot be blocked any more. A blocked one never should be: then somebody has to look at it.
    if screening.decision not in {_D.REVIEW, _D.BLOCK}:
        return Verdict(decision=_D.ALLOW, request_3ds=screening.request_3ds)
    await open_review(unit, screening, payment, at)
    return Verdict(decision=_D.REVIEW, request_3ds=screening.request_3ds)


async def _look(
    ports: JudgingPorts, unit: FraudUnit, trace: Trace, values: Mapping[str, FactValue]
) -> tuple[CompiledSet, CompiledSet, Seen]:
    """The sets in force with what they have to know; at first by the sets that were in force the last time."""
    platform, merchant = ports.shelf.newest(PLATFORM), ports.shelf.newest(trace.merchant_id)
    candidates = list_values_of(values)
    waited = False
    while True:
        wanted = Wanted(everywhere=platform.needs.velocities, here=merchant.needs.velocities, values=candidates)
        if not waited and (wanted.everywhere or wanted.here):
            await unit.screenings.wait_turn(trace)
            waited = True
        seen = await unit.screenings.look(trace, wanted)
        # At least as new as what was seen: rule sets are only ever added. So this ends, unless people publish faster
        # than two statements take.
        stale = [
            known.rule_set.merchant_id
            for known, revision in zip((platform, merchant), seen.revisions, strict=True)
            if known.rule_set.revision < revision
        ]
        if not stale:
            return platform, merchant, seen
        for author in stale:
            loaded = compiled(ports.language, await unit.rule_sets.current(author))
            ports.shelf.put(loaded)
            platform, merchant = (loaded, merchant) if author == PLATFORM else (platform, loaded)


def _judged(known: CompiledSet, facts: Facts) -> Judgement:
    """One author's judgement before the gateway is asked."""
    rules = known.rule_set.rules
    results = {place: RuleResult(rule=rules[place], outcome=_O.AWAITING_SCORE) for place in known.late.places}
    for place, reason in known.broken.items():
        results[place] = RuleResult(rule=rules[place], outcome=_O.FAILED, message=reason)
    results |= _evaluated(known, known.early, facts)
    hits = list_hits(known.rule_set.merchant_id, facts)
    return judgement(known.rule_set, facts, [results[place] for place in range(len(rules))], hits)


def _evaluated(known: CompiledSet, some: CompiledRules, facts: Facts) -> dict[int, RuleResult]:
    """What becomes of some rules of a set, by their places."""
    if some.expressions is None:
        return {}
    try:
        found = some.expressions.evaluate(facts)
    except Exception as error:  # noqa: BLE001 - whatever the language raises, no payment must fail by it
        found = [Failure(str(error) or type(error).__name__)] * len(some.places)
    return {place: _result_of(known, place, outcome) for place, outcome in zip(some.places, found, strict=True)}


def _result_of(known: CompiledSet, place: int, found: bool | Failure) -> RuleResult:  # noqa: FBT001 - what evaluating gives
    rule = known.rule_set.rules[place]
    if isinstance(found, Failure):
        return RuleResult(rule=rule, outcome=_O.FAILED, message=found.message)
    return RuleResult(rule=rule, outcome=_O.MATCHED if found else _O.NOT_MATCHED)


def _can_complete(screening: Screening, payment: Payment) -> bool:
    """Whether rules that decide nothing, as those in shadow, can still be recorded."""
    results = (*screening.platform.results, *screening.merchant.results)
    return payment.risk_score is not None and any(result.outcome is _O.AWAITING_SCORE for result in results)


def _judged_again(ports: JudgingPorts, screening: Screening, payment: Payment, at: datetime) -> Screening:
    first, second = (
        _completed(ports, former, payment.risk_score) for former in (screening.platform, screening.merchant)
    )
    both = united(first, second)
    return replace(
        screening,
        decision=both.decision,
        request_3ds=both.request_3ds,
        awaits_score=False,
        score=both.score,
        platform=first,
        merchant=second,
        judged_again_at=at,
    )


def _completed(ports: JudgingPorts, former: Judgement, risk_score: int | None) -> Judgement:
    """The judgement with the rules that awaited the score; when none came, they await it for ever and do nothing."""
    awaiting = [result.outcome is _O.AWAITING_SCORE for result in former.results]
    facts, results = former.facts, list(former.results)
    if risk_score is not None:
        facts = replace(facts, values={**facts.values, _SCORE: risk_score})
    if risk_score is not None and any(awaiting):
        rule_set = former.rule_set
        known = ports.shelf.get(rule_set.merchant_id, rule_set.revision)
        if known is None:
            known = compiled(ports.language, rule_set)
            ports.shelf.put(known)
        found = _evaluated(known, known.late, facts)
        for place, reason in known.broken.items():
            found[place] = RuleResult(rule=rule_set.rules[place], outcome=_O.FAILED, message=reason)
        results = [found.get(place, result) if awaiting[place] else result for place, result in enumerate(results)]
    return judgement(former.rule_set, facts, results, former.hits, authorized=True)
