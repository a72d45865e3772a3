"""Which of all that matched decides: every combination, against the rules said once more in the plainest way."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import pytest

from domain.fraud.expression import Facts
from domain.fraud.precedence import judgement, list_hits, united
from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import RuleMode, ScorePolicy
from domain.fraud.screening import ListHit, RuleOutcome, RuleResult
from domain.kernel.ids import PLATFORM
from domain.payments.screening import ScreeningDecision
from tests.builders.fraud import a_rule_set, an_active_rule

if TYPE_CHECKING:
    from domain.fraud.rule_set import ActiveRule
    from domain.fraud.screening import Judgement

A, D = RuleAction, ScreeningDecision
MATCHED, AWAITING = RuleOutcome.MATCHED, RuleOutcome.AWAITING_SCORE
POLICY = ScorePolicy(review_at=50, block_at=90)
ALLOW_HIT = ListHit(merchant_id=PLATFORM, name="allowed_emails", value="mary@example.com")
BLOCK_HIT = ListHit(merchant_id=PLATFORM, name="blocked_ips", value="192.0.2.7")
RULES = {action: an_active_rule(action) for action in RuleAction}
LATE = an_active_rule(A.REVIEW, name="Late")


class Case(NamedTuple):
    """What matched of one author, and whether a live rule awaits the gateway's score."""

    asks_3ds: bool
    allows: bool
    blocks: bool
    reviews: bool
    points: int
    allow_list: bool
    block_list: bool
    awaits: bool


BOTH = (False, True)
CASES = [Case(*values) for values in product(BOTH, BOTH, BOTH, BOTH, (0, 50, 90), BOTH, BOTH, BOTH)]


def judged(case: Case, *, authorized: bool = False, mode: RuleMode = RuleMode.LIVE) -> Judgement:
    wanted = {A.REQUEST_3DS: case.asks_3ds, A.ALLOW: case.allows, A.BLOCK: case.blocks, A.REVIEW: case.reviews}
    rules = [replace(RULES[action], mode=mode) for action, does in wanted.items() if does]
    if case.points:
        rules.append(replace(RULES[A.SCORE], points=case.points, mode=mode))
    results = [RuleResult(rule=rule, outcome=MATCHED) for rule in rules]
    if case.awaits:
        results.append(RuleResult(rule=replace(LATE, mode=mode), outcome=AWAITING))
    hits = (ALLOW_HIT,) * case.allow_list + (BLOCK_HIT,) * case.block_list
    rule_set = a_rule_set(*(result.rule for result in results), policy=POLICY)
    return judgement(rule_set, Facts(values={}), results, hits, authorized=authorized)


def expected(case: Case, *, authorized: bool) -> tuple[ScreeningDecision, list[ActiveRule], bool]:
    """Decision, the rules that made it, and whether the score can still change it: the first line that holds."""
    asking = [RULES[A.REQUEST_3DS]] if case.asks_3ds else []
    stopped = D.REVIEW if authorized else D.BLOCK
    awaits = case.awaits and not authorized
    lines = [
        (case.allow_list, D.ALLOW, asking, False),
        (case.allows, D.ALLOW, [*asking, RULES[A.ALLOW]], False),
        (case.block_list, stopped, [], False),
        (case.blocks, stopped, [RULES[A.BLOCK]], False),
        (case.points == 90 and not authorized, D.BLOCK, [], False),
        (case.reviews, D.REVIEW, [RULES[A.REVIEW]], awaits),
        (case.points > 0, D.REVIEW, [], awaits),
        (True, D.ALLOW, asking, awaits),
    ]
    return next((decision, makers, waits) for holds, decision, makers, waits in lines if holds)


@pytest.mark.parametrize("authorized", BOTH)
def test_every_combination_of_one_author(authorized: bool) -> None:  # noqa: FBT001
    assert len(CASES) == 2**7 * 3
    for case in CASES:
        found = judged(case, authorized=authorized)
        decision, makers, awaits = expected(case, authorized=authorized)
        assert (found.decision, found.awaits_score) == (decision, awaits), case
        assert found.decided_by == tuple(rule.rule_id for rule in makers), case
        assert (found.request_3ds, found.score) == (case.asks_3ds, case.points), case


def test_every_pair_of_authors() -> None:
    for first, second in product(CASES, CASES):
        (one, _, one_awaits), (other, _, other_awaits) = (expected(case, authorized=False) for case in (first, second))
        severest = next(decision for decision in (D.BLOCK, D.REVIEW, D.ALLOW) if decision in {one, other})
        asks = first.asks_3ds or second.asks_3ds
        both = united(JUDGED[first], JUDGED[second])
        assert both.decision is (D.REQUEST_3DS if asks and severest is D.ALLOW else severest)
        assert (both.request_3ds, both.score) == (asks, first.points + second.points)
        assert both.awaits_score == ((one_awaits or other_awaits) and severest is not D.BLOCK)


JUDGED = {case: judged(case) for case in CASES}


def test_what_is_in_shadow_never_acts() -> None:
    for case in CASES:
        found = judged(case._replace(allow_list=False, block_list=False), mode=RuleMode.SHADOW)
        assert (found.decision, found.request_3ds, found.score) == (D.ALLOW, False, 0)
        assert (found.awaits_score, found.decided_by) == (False, ())
        assert len(found.results) == sum((*case[:4], case.points > 0, case.awaits))


@pytest.mark.parametrize("outcome", [RuleOutcome.FAILED, RuleOutcome.NOT_MATCHED])
def test_what_fails_or_does_not_match_does_nothing(outcome: RuleOutcome) -> None:
    rules = list(RULES.values())
    results = [RuleResult(rule=rule, outcome=outcome, message="why") for rule in rules]
    found = judgement(a_rule_set(*rules, policy=ScorePolicy(review_at=1)), Facts(values={}), results, ())
    assert (found.decision, found.request_3ds, found.score, found.decided_by) == (D.ALLOW, False, 0, ())
    assert found.results == tuple(results)


@pytest.mark.parametrize("action", [A.REQUEST_3DS, A.ALLOW, A.BLOCK, A.REVIEW])
def test_the_first_of_a_kind_decides(action: RuleAction) -> None:
    rules = [an_active_rule(action, name=name) for name in ("not matched", "first", "second")]
    outcomes = [RuleOutcome.NOT_MATCHED, MATCHED, MATCHED]
    results = [RuleResult(rule=rule, outcome=outcome) for rule, outcome in zip(rules, outcomes, strict=True)]
    assert judgement(a_rule_set(*rules), Facts(values={}), results, ()).decided_by == (rules[1].rule_id,)


@pytest.mark.parametrize(
    ("policy", "points", "decision"),
    [
        (ScorePolicy(), 100, D.ALLOW),
        (ScorePolicy(review_at=50), 49, D.ALLOW),
        (ScorePolicy(review_at=50), 50, D.REVIEW),
        (ScorePolicy(review_at=50, block_at=90), 89, D.REVIEW),
        (ScorePolicy(review_at=50, block_at=90), 90, D.BLOCK),
        (ScorePolicy(block_at=90), 89, D.ALLOW),
        (ScorePolicy(block_at=90), 90, D.BLOCK),
    ],
)
def test_points_count_from_their_thresholds_on(policy: ScorePolicy, points: int, decision: ScreeningDecision) -> None:
    rules = [an_active_rule(A.SCORE, points=one) for one in (points + 30, -30)]
    results = [RuleResult(rule=rule, outcome=MATCHED) for rule in rules]
    rule_set = a_rule_set(*rules, policy=policy)
    found = judgement(rule_set, Facts(values={}), results, ())
    assert (found.score, found.decision) == (points, decision)
    late = judgement(rule_set, Facts(values={}), results, (), authorized=True)
    assert late.decision is (D.REVIEW if decision is D.BLOCK else decision)


def test_standard_lists_hit_and_others_do_not() -> None:
    listed = {("blocked_ips", "192.0.2.7"), ("allowed_emails", "mary@example.com"), ("regulars", "mary@example.com")}
    hits = list_hits(PLATFORM, Facts(values={}, listed=frozenset(listed)))
    assert hits == (ALLOW_HIT, BLOCK_HIT)


def test_of_countries_the_cards_counts() -> None:
    values = {"card.country": "DE", "customer.country": "KP"}
    listed = frozenset({("blocked_countries", "KP"), ("allowed_countries", "DE")})
    (hit,) = list_hits(PLATFORM, Facts(values=values, listed=listed))
    assert (hit.name, hit.value) == ("allowed_countries", "DE")
