"""Which of all that matched decides: within the rules and lists of one author, and between the two authors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.list_kind import STANDARD_LISTS, ListEffect, ListKind
from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import RuleMode
from domain.fraud.screening import Judgement, ListHit, RuleOutcome
from domain.payments.screening import ScreeningDecision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.fraud.expression import Facts
    from domain.fraud.rule_set import ActiveRule, RuleSet
    from domain.fraud.screening import RuleResult

_D = ScreeningDecision
_SEVERITY = {_D.ALLOW: 0, _D.REVIEW: 1, _D.BLOCK: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class United:
    """What both authors say together; the fields are those of a `Screening`."""

    decision: ScreeningDecision
    request_3ds: bool
    awaits_score: bool
    score: int


def list_hits(merchant_id: UUID, facts: Facts) -> tuple[ListHit, ...]:
    """The author's standard lists that have one of the payment's values; of countries, the card's alone counts."""
    country = facts.values.get("card.country")
    return tuple(
        ListHit(merchant_id=merchant_id, name=name, value=value)
        for name, value in sorted(facts.listed)
        if name in STANDARD_LISTS and (STANDARD_LISTS[name][0] is not ListKind.COUNTRY or value == country)
    )


def judgement(
    rule_set: RuleSet,
    facts: Facts,
    results: Sequence[RuleResult],
    hits: tuple[ListHit, ...],
    *,
    authorized: bool = False,
) -> Judgement:
    """What one author says. 3-D Secure is asked for beside the first kind that matches of ALLOW, BLOCK and REVIEW.

    `authorized`: the payment is, so it can be held and not be blocked any more, and no score is awaited.
    """
    live = [result for result in results if result.rule.mode is RuleMode.LIVE]
    matched = [result.rule for result in live if result.outcome is RuleOutcome.MATCHED]
    score = sum(rule.points or 0 for rule in matched)
    decision, kind = _decided(rule_set, matched, hits, score, authorized=authorized)
    ask_3ds = _first(matched, RuleAction.REQUEST_3DS)
    # What is allowed outright no points can hold, and what is blocked is never authorized: neither waits.
    settled = decision is _D.BLOCK or (decision is _D.ALLOW and kind is not None)
    by_list = any(STANDARD_LISTS[hit.name][1].value == decision.value for hit in hits)
    deciding = None if kind is None or by_list else _first(matched, kind)
    makers = (ask_3ds if decision is _D.ALLOW else None, deciding)
    return Judgement(
        rule_set=rule_set,
        facts=facts,
        results=tuple(results),
        hits=hits,
        score=score,
        decision=_D.REVIEW if authorized and decision is _D.BLOCK else decision,
        request_3ds=ask_3ds is not None,
        awaits_score=not authorized
        and not settled
        and any(result.outcome is RuleOutcome.AWAITING_SCORE for result in live),
        decided_by=tuple(rule.rule_id for rule in makers if rule is not None),
    )


def united(platform: Judgement, merchant: Judgement) -> United:
    """The more severe decision, 3-D Secure if either asks for it, and the sum of the scores."""
    severest = max(platform.decision, merchant.decision, key=_SEVERITY.__getitem__)
    request_3ds = platform.request_3ds or merchant.request_3ds
    awaits_score = severest is not _D.BLOCK and (platform.awaits_score or merchant.awaits_score)
    return United(
        decision=_D.REQUEST_3DS if request_3ds and severest is _D.ALLOW else severest,
        request_3ds=request_3ds,
        awaits_score=awaits_score,
        score=platform.score + merchant.score,
    )


def _decided(
    rule_set: RuleSet, matched: Sequence[ActiveRule], hits: Sequence[ListHit], score: int, *, authorized: bool
) -> tuple[ScreeningDecision, RuleAction | None]:
    """The decision, and the kind of rule that can have made it; no kind when nothing matched."""
    effects = {STANDARD_LISTS[hit.name][1] for hit in hits}
    actions = {rule.action for rule in matched}
    block_at, review_at = rule_set.policy.block_at, rule_set.policy.review_at
    too_many = block_at is not None and score >= block_at
    many = review_at is not None and score >= review_at
    if ListEffect.ALLOW in effects or RuleAction.ALLOW in actions:
        return _D.ALLOW, RuleAction.ALLOW
    if ListEffect.BLOCK in effects or RuleAction.BLOCK in actions or (too_many and not authorized):
        return _D.BLOCK, RuleAction.BLOCK
    if RuleAction.REVIEW in actions or many or too_many:
        return _D.REVIEW, RuleAction.REVIEW
    return _D.ALLOW, None


def _first(matched: Sequence[ActiveRule], action: RuleAction) -> ActiveRule | None:
    return next((rule for rule in matched if rule.action is action), None)
