"""A backtest is asked for: whose rules, in which versions, over which payments."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.fraud.backtest import BacktestStatus
from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import RuleMode
from domain.fraud.start_backtest import StartBacktest, TestedRule, start_backtest
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from domain.fraud.backtest import Backtest
    from domain.fraud.rule import FraudRule
    from domain.identity.actor import Actor
    from tests.fakes.fraud_desk import FraudDesk

SINCE, UNTIL = MORNING - timedelta(days=30), MORNING - timedelta(days=1)


async def _start(fraud: FraudDesk, *rules: FraudRule, actor: Actor | None = None, **more: object) -> Backtest:
    tested = tuple(TestedRule(rule_id=rule.id) for rule in rules)
    values: dict[str, object] = {"rules": tested, "since": SINCE, "until": UNTIL}
    command = StartBacktest(**{**values, **more})  # ty: ignore[invalid-argument-type]  # pyright: ignore[reportArgumentType]
    return await start_backtest(fraud.ports, actor or fraud.actor, command)


async def test_the_newest_version_of_a_draft(fraud: FraudDesk) -> None:
    rule = await fraud.create()
    rule = await fraud.update(rule, expression='card.country == "FR"', reason="Germany was too much")
    backtest = await _start(fraud, rule)
    assert (backtest.status, backtest.merchant_id) == (BacktestStatus.QUEUED, fraud.desk.merchant.id)
    (tested,) = backtest.rules
    assert (tested.version, tested.expression, tested.mode) == (2, 'card.country == "FR"', RuleMode.LIVE)
    assert fraud.desk.ports.units.tables.fraud.backtests[backtest.id] == backtest  # pyright: ignore[reportAttributeAccessIssue]
    older = await _start(fraud, rule, rules=(TestedRule(rule_id=rule.id, version=1),))
    assert older.rules[0].expression == "true"


async def test_together_with_what_is_published(fraud: FraudDesk) -> None:
    first = await fraud.published('card.country == "IT"', name="First", position=1)
    await fraud.published('card.country == "ES"', name="Second", position=2, action=RuleAction.BLOCK)
    await fraud.shadow(await fraud.create('card.country == "PL"', name="Tried"))
    changed = await fraud.update(first, expression='card.country == "GR"', reason="Better")
    draft = await fraud.create('card.country == "PT"', name="New")
    backtest = await _start(fraud, changed, draft, with_published=True)
    assert [rule.name for rule in backtest.rules] == ["First", "Second", "New"]
    assert backtest.rules[0].expression == 'card.country == "GR"'
    alone = await _start(fraud, changed, draft)
    assert [rule.name for rule in alone.rules] == ["First", "New"]


async def test_the_authors_thresholds_hold(fraud: FraudDesk) -> None:
    await fraud.set_policy(fraud.desk.merchant.id, review_at=30)
    assert (await _start(fraud, await fraud.create())).policy.review_at == 30


async def test_the_future_is_left_out(fraud: FraudDesk) -> None:
    backtest = await _start(fraud, await fraud.create(), until=MORNING + timedelta(days=9))
    assert backtest.until == fraud.desk.clock.now()
    with pytest.raises(Invalid, match="ends after it begins"):
        await _start(fraud, await fraud.create(), since=MORNING + timedelta(days=1), until=MORNING + timedelta(days=2))


async def test_what_is_no_set_of_rules(fraud: FraudDesk) -> None:
    mine = await fraud.create()
    platforms = await fraud.create(merchant_id=PLATFORM)
    with pytest.raises(Invalid, match="one author"):
        await _start(fraud, mine, platforms, actor=fraud.staff)
    with pytest.raises(Invalid, match="from 1 to 50"):
        await _start(fraud)
    with pytest.raises(Invalid, match="each rule once"):
        await _start(fraud, mine, mine)
    with pytest.raises(NotFound):
        await _start(fraud, rules=(TestedRule(rule_id=mine.id, version=7),))
    with pytest.raises(NotFound):
        await _start(fraud, rules=(TestedRule(rule_id=new_uuid(MORNING)),))


async def test_who_may(fraud: FraudDesk) -> None:
    mine = await fraud.create()
    platforms = await fraud.create(merchant_id=PLATFORM)
    with pytest.raises(Forbidden):
        await _start(fraud, mine, actor=an_actor(fraud.desk.merchant, role=MerchantRole.OPERATOR))
    with pytest.raises(Forbidden):
        await _start(fraud, platforms, actor=a_staff_actor(StaffRole.SUPPORT))
    with pytest.raises(NotFound):
        await _start(fraud, platforms)
    backtest = await _start(fraud, platforms, actor=fraud.staff)
    assert backtest.requested_by_name == fraud.staff.name
    (audited,) = [one for one in fraud.desk.ports.units.tables.audit if one.action == "fraud.start_backtest"]  # pyright: ignore[reportAttributeAccessIssue]
    assert (audited.subject_id, audited.merchant_id) == (backtest.id, None)
