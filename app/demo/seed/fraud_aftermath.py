"""What came of screening: what chargebacks taught, counters, a backtest, and a rule that waits for approval."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from adapters.cel.language import CelLanguage
from app.demo.seed.merchants import MERCHANTS
from app.demo.seed.past_units import PastUnits
from app.demo.seed.regulars import FAITHFUL
from app.demo.seed.rulebook import RING_RULE
from app.demo.seed.story_clock import StoryClock
from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalRequest
from domain.approvals.ports import ApprovalPorts
from domain.approvals.set_approval_policy import SetApprovalPolicy, set_approval_policy
from domain.fraud.add_list_entries import AddListEntries, add_list_entries
from domain.fraud.ports import FraudPorts
from domain.fraud.publish_rule import PublishRule, publish_rule
from domain.fraud.record_review_outcome import RecordReviewOutcome, record_review_outcome
from domain.fraud.review import ReviewOutcome
from domain.fraud.rule_shelf import RuleShelf
from domain.fraud.run_backtests import RunBacktests, run_backtests
from domain.fraud.start_backtest import StartBacktest, TestedRule, start_backtest
from domain.identity.actor import system_actor
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.ids import PLATFORM, Prefix, format_id

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.postgres.database import FencedConnection
    from app.demo.seed.people import Cast
    from domain.approvals.ports import ApprovedActions
    from domain.payments.ports import PaymentPorts

_TESTER = system_actor("jobs.run_backtests")
_KAFFEEWERK = next(merchant for merchant in MERCHANTS if merchant.slug == "kaffeewerk")
_TESTED = timedelta(days=60)
_SECOND_PERSON_SINCE = timedelta(days=6)
# As the job that folds counters leaves them: minutes are kept for a good day.
_COUNTED = """
INSERT INTO fraud_volumes (merchant_id, grain, bucket, currency, slot, payments, sum_minor)
SELECT merchant_id, grain, date_trunc(grain, at, 'UTC'), currency, 0, count(*), sum(amount_minor)
FROM fraud_traces CROSS JOIN (
    VALUES ('day', interval '100 years'), ('hour', interval '32 days'), ('minute', interval '26 hours')
) AS g (grain, kept)
WHERE at > $1::timestamptz - kept - interval '1 minute'
GROUP BY 1, 2, 3, 4
"""
_CHARGED_BACK = """
SELECT r.id, min(d.created_at) AS at FROM fraud_reviews AS r
JOIN disputes AS d ON (d.merchant_id, d.payment_id) = (r.merchant_id, r.payment_id)
WHERE r.status = 'APPROVED' AND d.category = 'FRAUDULENT' GROUP BY 1 ORDER BY 2
"""


async def tell_fraud_aftermath(connection: FencedConnection, people: Cast, now: datetime) -> None:
    """All of it, in the connection's transaction, whose JSON is taken as asyncpg's pool takes it."""
    await connection.execute(_COUNTED, now)
    clock = StoryClock(now)
    units = PastUnits(connection, clock)
    fraud = FraudPorts(
        clock=clock,
        units=units,
        language=CelLanguage(),
        shelf=RuleShelf(),
        # Nobody captures or voids anything here.
        payments=cast("PaymentPorts", None),
    )
    first, second = people.colleagues(StaffRole.RISK_ANALYST)[:2]
    for row in await connection.fetch(_CHARGED_BACK):
        clock.at = row["at"] + timedelta(hours=19, minutes=24)
        command = RecordReviewOutcome(review_id=row["id"], outcome=ReviewOutcome.CONFIRMED_FRAUD)
        await record_review_outcome(fraud, first, command)
    clock.at = now - _SECOND_PERSON_SINCE
    approvals = ApprovalPorts(clock=clock, units=units, actions=cast("ApprovedActions", None))
    wanted = SetApprovalPolicy(merchant_id=PLATFORM, action=ApprovalAction.PUBLISH_FRAUD_RULE)
    await set_approval_policy(approvals, people.staff(StaffRole.ADMIN), wanted)
    await _allow_the_faithful(connection, fraud, clock, people, now)
    rule_id = await connection.fetchval(
        "SELECT id FROM fraud_rules WHERE (merchant_id, name) = ($1, $2)", PLATFORM, RING_RULE
    )
    assert rule_id is not None, "the rule was told of"
    clock.at = now - timedelta(hours=5, minutes=12)
    tested = StartBacktest(rules=(TestedRule(rule_id=rule_id),), since=clock.at - _TESTED, until=clock.at)
    await start_backtest(fraud, second, tested)
    clock.at += timedelta(seconds=2)
    await run_backtests(fraud, _TESTER, RunBacktests())
    clock.at = now - timedelta(hours=4, minutes=31)
    reason = "The backtest catches the ring from its second card on, and nobody else."
    asked = await publish_rule(fraud, second, PublishRule(rule_id=rule_id, reason=reason))
    assert isinstance(asked, ApprovalRequest), "rules of the platform take two"


async def _allow_the_faithful(
    connection: FencedConnection, fraud: FraudPorts, clock: StoryClock, people: Cast, now: datetime
) -> None:
    """A merchant has had enough of asking a customer of many years."""
    clock.at = now - timedelta(days=2)
    customer_id = await connection.fetchval("SELECT id FROM customers WHERE email = $1", FAITHFUL.email)
    if customer_id is None:
        return
    command = AddListEntries(
        merchant_id=_KAFFEEWERK.merchant.id,
        list_name="allowed_customers",
        values=(format_id(Prefix.CUSTOMER, customer_id),),
        reason="Has ordered for years, always from the same address.",
    )
    await add_list_entries(fraud, people.people_of(_KAFFEEWERK, MerchantRole.OWNER)[0], command)
