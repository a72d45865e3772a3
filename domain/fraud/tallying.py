"""Adds up what rules would have done to payments of the past, one batch after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from heapq import nlargest
from typing import TYPE_CHECKING

from domain.fraud.backtest_tally import MOST_TOP_MATCHES, BacktestTally, RuleTally, TopMatch, Volume
from domain.fraud.expression import Facts, Failure
from domain.fraud.precedence import judgement
from domain.fraud.rule_set import RuleMode
from domain.fraud.screening import RuleOutcome, RuleResult
from domain.payments.screening import ScreeningDecision

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from domain.fraud.backtest import TestedPayment
    from domain.fraud.rule_shelf import CompiledRules, CompiledSet
    from domain.fraud.screening import Judgement

_D = ScreeningDecision
_FLAGGED = {_D.BLOCK, _D.REVIEW}
_EMPTY = Facts(values={})
_SCORE = "gateway.score"
_Answers = tuple["bool | Failure", ...]


class _Pattern:
    """All payments of a batch of which the rules say the very same, so that a decision is made once for them."""

    def __init__(self, matched: Sequence[int], failed: Sequence[int], decision: ScreeningDecision) -> None:
        self.matched = matched
        self.failed = failed
        self.decision = decision
        self.flagged = decision in _FLAGGED
        self.count = 0
        self.charged_back = 0
        self.minor: dict[str, int] = {}

    @property
    def volume(self) -> Volume:
        """Its payments."""
        return Volume(count=self.count, minor=self.minor)


class Tallying:
    """Goes on from a tally; it holds no payments but the largest few that were flagged."""

    def __init__(self, tested: CompiledSet, tally: BacktestTally) -> None:
        self._tested = tested
        self._tally = tally

    @property
    def tally(self) -> BacktestTally:
        """What was found so far."""
        return self._tally

    def add(self, payments: Sequence[TestedPayment]) -> None:
        """Judge these payments too."""
        early, late = self._tested.early.expressions, self._tested.late.expressions
        patterns: dict[tuple[_Answers, _Answers], _Pattern] = {}
        striking: list[tuple[TestedPayment, _Pattern]] = []
        for payment in payments:
            facts = Facts(values=payment.values, velocities=payment.velocities, listed=payment.listed)
            first = tuple(early.evaluate(facts)) if early is not None else ()
            # Without the score nobody can tell, and live screening goes on without these rules too.
            then = tuple(late.evaluate(facts)) if late is not None and _SCORE in facts.values else ()
            pattern = patterns.get((first, then))
            if pattern is None:
                pattern = patterns[first, then] = self._pattern(first, then)
            pattern.count += 1
            pattern.minor[payment.currency] = pattern.minor.get(payment.currency, 0) + payment.amount_minor
            if pattern.flagged or payment.charged_back or payment.held_as_fraud:
                pattern.charged_back += payment.charged_back
                striking.append((payment, pattern))
        self._count(patterns.values())
        self._confront(striking)

    def _pattern(self, first: _Answers, then: _Answers) -> _Pattern:
        outcomes = {**_outcomes(self._tested.early, first), **_outcomes(self._tested.late, then)}
        return _Pattern(
            [place for place, outcome in outcomes.items() if outcome is RuleOutcome.MATCHED],
            [
                *self._tested.broken,
                *(place for place, outcome in outcomes.items() if outcome is RuleOutcome.FAILED),
            ],
            self._decision(outcomes),
        )

    def _decision(self, outcomes: Mapping[int, RuleOutcome]) -> ScreeningDecision:
        """As live: what needs the gateway's score can hold a payment that nothing has stopped or allowed before."""
        late = dict.fromkeys(self._tested.late.places, RuleOutcome.AWAITING_SCORE)
        before = self._judged({**outcomes, **late}, authorized=False)
        found = self._judged(outcomes, authorized=True) if before.awaits_score else before
        return _D.REQUEST_3DS if found.request_3ds and found.decision is _D.ALLOW else found.decision

    def _judged(self, outcomes: Mapping[int, RuleOutcome], *, authorized: bool) -> Judgement:
        results = [
            RuleResult(rule=rule, outcome=outcomes.get(place, RuleOutcome.NOT_MATCHED))
            for place, rule in enumerate(self._tested.rule_set.rules)
            if rule.mode is RuleMode.LIVE
        ]
        return judgement(self._tested.rule_set, _EMPTY, results, (), authorized=authorized)

    def _count(self, patterns: Collection[_Pattern]) -> None:
        tally = self._tally
        would, everything = dict(tally.would), tally.all
        rules = list(tally.rules) or [
            RuleTally(rule_id=rule.rule_id, version=rule.version) for rule in self._tested.rule_set.rules
        ]
        for pattern in patterns:
            everything += pattern.volume
            would[pattern.decision] = would.get(pattern.decision, Volume()) + pattern.volume
            for place in pattern.matched:
                rule = rules[place]
                rules[place] = replace(
                    rule,
                    matched=rule.matched + pattern.volume,
                    charged_back=rule.charged_back + pattern.charged_back,
                )
            for place in pattern.failed:
                rules[place] = replace(rules[place], failed=rules[place].failed + pattern.count)
        self._tally = replace(tally, all=everything, would=would, rules=tuple(rules))

    def _confront(self, striking: Sequence[tuple[TestedPayment, _Pattern]]) -> None:
        """What was flagged, and what turned out to be fraud, with each other."""
        tally = self._tally
        was = Counter(tally.was)
        flagged = [payment for payment, pattern in striking if pattern.flagged]
        was.update(payment.decided for payment in flagged if payment.decided is not None)
        caught = sum(payment.charged_back or payment.held_as_fraud for payment in flagged)
        largest = nlargest(MOST_TOP_MATCHES, (one for one in striking if one[1].flagged), key=_amount)
        top = [*tally.top, *(self._match(payment, pattern) for payment, pattern in largest)]
        self._tally = replace(
            tally,
            was=dict(was),
            flagged=tally.flagged + len(flagged),
            caught=tally.caught + caught,
            missed=tally.missed + len(striking) - len(flagged),
            wrong=tally.wrong + sum(payment.cleared for payment in flagged),
            chargebacks=tally.chargebacks + sum(payment.charged_back for payment, _ in striking),
            # Amounts of several currencies are compared as they stand.
            top=tuple(nlargest(MOST_TOP_MATCHES, top, key=lambda match: match.amount_minor)),
        )

    def _match(self, payment: TestedPayment, pattern: _Pattern) -> TopMatch:
        return TopMatch(
            payment_id=payment.payment_id,
            merchant_id=payment.merchant_id,
            created_at=payment.created_at,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            decision=pattern.decision,
            rule_ids=self._rule_ids(pattern),
            charged_back=payment.charged_back,
        )

    def _rule_ids(self, pattern: _Pattern) -> tuple[UUID, ...]:
        return tuple(self._tested.rule_set.rules[place].rule_id for place in pattern.matched)


def _amount(one: tuple[TestedPayment, _Pattern]) -> int:
    return one[0].amount_minor


def _outcomes(rules: CompiledRules, found: _Answers) -> dict[int, RuleOutcome]:
    return {
        place: RuleOutcome.FAILED
        if isinstance(one, Failure)
        else RuleOutcome.MATCHED
        if one
        else RuleOutcome.NOT_MATCHED
        for place, one in zip(rules.places if found else (), found, strict=True)
    }
