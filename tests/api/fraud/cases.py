"""Reviews, rules, list entries and backtests with all that hangs on them, written by the stores: many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.approvals.approval_action import ApprovalAction
from domain.fraud.backtest import BacktestStatus
from domain.fraud.backtest_tally import BacktestTally, TopMatch, Volume
from domain.fraud.expression import Facts
from domain.fraud.review import ReviewStatus
from domain.fraud.reviewing import open_
from domain.fraud.rule import RuleStatus
from domain.fraud.screening import RuleOutcome, RuleResult
from domain.kernel.ids import new_uuid
from domain.payments.screening import ScreeningDecision
from tests.api.graph import SYSTEM
from tests.builders.approvals import an_approval_request
from tests.builders.backtests import a_backtest
from tests.builders.fraud import (
    a_judgement,
    a_rule,
    a_rule_set,
    a_screening,
    a_trace,
    a_version,
    an_active_rule,
    an_entry,
)
from tests.builders.fraud_reviews import a_held_payment, a_review, a_review_note
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudUnit
    from domain.fraud.review import FraudReview
    from domain.fraud.rule_set import RuleSet
    from domain.payments.payment import Payment
    from tests.api.graph import Graph


async def write_fraud(graph: Graph, many: int, assignee: UUID | None = None) -> None:
    """So many of everything at the blue merchant, and somebody works on all of it if a person is given."""
    merchant_id = graph.blue.id
    rule_set = a_rule_set(an_active_rule(expression="payment.amount_minor > 50"), merchant_id=merchant_id)
    async with graph.assembly.fraud.units.begin(SYSTEM, "tests") as unit:
        await unit.rule_sets.add(rule_set)
        for number in range(many):
            payment = a_held_payment(id=_new(), merchant_id=merchant_id)
            await unit.payments.add(payment)
            await _judged(unit, payment, rule_set)
            await write_review(unit, payment, rule_set, assignee)
            await _rule(unit, merchant_id)
            await unit.fraud_lists.put([an_entry(f"{number}@example.com", id=_new(), merchant_id=merchant_id)])
            await _backtest(unit, payment)
        await unit.commit()


async def write_review(
    unit: FraudUnit, payment: Payment, rule_set: RuleSet | None = None, assignee: UUID | None = None, **values: Any
) -> FraudReview:
    """The review of a payment, with a note and its first event."""
    status = values.pop("status", ReviewStatus.ASSIGNED if assignee else ReviewStatus.OPEN)
    rules = tuple(rule.rule_id for rule in rule_set.rules) if rule_set else ()
    fields = {"id": _new(), "assignee_id": assignee, "rule_ids": rules, "version": 0, **values}
    review = await unit.fraud_reviews.add(open_(a_review(status, payment, **fields)))
    await unit.fraud_reviews.note(a_review_note(review, id=_new(), mentions=(assignee,) if assignee else ()))
    return review


async def _judged(unit: FraudUnit, payment: Payment, rule_set: RuleSet) -> None:
    (rule,) = rule_set.rules
    judgement = a_judgement(
        rule_set,
        facts=Facts(values={"payment.amount_minor": payment.amount_minor}),
        results=(RuleResult(rule=rule, outcome=RuleOutcome.MATCHED),),
        decision=ScreeningDecision.REVIEW,
        decided_by=(rule.rule_id,),
    )
    screening = a_screening(payment, decision=ScreeningDecision.REVIEW, merchant=judgement)
    await unit.screenings.add(screening, a_trace(payment))


async def _rule(unit: FraudUnit, merchant_id: UUID) -> None:
    rule = a_rule(RuleStatus.PUBLISHED, id=_new(), merchant_id=merchant_id, shadow=1)
    await unit.fraud_rules.add(replace(rule, version=0), a_version(rule))
    await unit.approvals.add(
        an_approval_request(
            id=_new(),
            merchant_id=merchant_id,
            action=ApprovalAction.PUBLISH_FRAUD_RULE,
            amount=None,
            subject_type="fraud_rule",
            subject_id=rule.id,
            operation_id=_new(),
            command={"version": 1, "releases": 0, "reason": "It is time."},
        )
    )


async def _backtest(unit: FraudUnit, payment: Payment) -> None:
    match = TopMatch(
        payment_id=payment.id,
        merchant_id=payment.merchant_id,
        created_at=MORNING,
        amount_minor=payment.amount_minor,
        currency=payment.currency.code,
        decision=ScreeningDecision.REVIEW,
        rule_ids=(),
        charged_back=False,
    )
    volume = Volume(count=1, minor={"EUR": eur(100).minor})
    tally = BacktestTally(all=volume, would={ScreeningDecision.REVIEW: volume}, flagged=1, top=(match,))
    await unit.backtests.add(
        a_backtest(
            id=_new(),
            merchant_id=payment.merchant_id,
            status=BacktestStatus.SUCCEEDED,
            tally=tally,
            finished_at=MORNING,
        )
    )


def _new() -> Any:
    return new_uuid(MORNING)
