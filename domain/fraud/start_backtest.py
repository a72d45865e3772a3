"""Try rules on payments of the past: a worker does it, and people see how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.backtest import MOST_TESTED_RULES, Backtest
from domain.fraud.changing_rules import active, audited
from domain.fraud.rule_set import RuleMode
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule_set import ActiveRule, RuleSet
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedRule:
    """A rule in one of its versions; without a number, in its newest."""

    __test__ = False

    rule_id: UUID
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartBacktest:
    """The rules are one author's, and tried on that author's payments: the platform's on those of all merchants.

    `with_published` judges together with what the author has published, of which the tested rules take the place.
    Payments created from `since` until before `until`; what lies in the future is left out.
    """

    rules: tuple[TestedRule, ...]
    since: datetime
    until: datetime
    with_published: bool = False


async def start_backtest(ports: FraudPorts, actor: Actor, command: StartBacktest) -> Backtest:
    """The backtest, waiting for a worker.

    Raises `NotFound` (a rule or version), `Forbidden`, and `Invalid` for a range or a set of rules that is none.
    """
    ids = [tested.rule_id for tested in command.rules]
    if not 0 < len(ids) <= MOST_TESTED_RULES:
        raise Invalid(("ruleIds",), f"Test from 1 to {MOST_TESTED_RULES} rules at once.")
    if len(set(ids)) < len(ids):
        raise Invalid(("ruleIds",), "Name each rule once.")

    async def work(unit: FraudUnit) -> Backtest:
        at = ports.clock.now()
        tested = [await _tested(unit, one) for one in command.rules]
        authors = {author for author, _ in tested}
        if len(authors) > 1:
            raise Invalid(("ruleIds",), "Test rules of one author at once: the platform's, or one merchant's.")
        author = authors.pop()
        actor.require(Permission.FRAUD_MANAGE, author)
        in_force = await unit.rule_sets.current(author)
        backtest = Backtest(
            id=new_uuid(at),
            merchant_id=author,
            rules=_together([rule for _, rule in tested], in_force if command.with_published else None),
            policy=in_force.policy,
            since=command.since,
            until=min(command.until, at),
            requested_by_id=actor.id,
            requested_by_name=actor.name,
            created_at=at,
        )
        await unit.backtests.add(backtest)
        data = {"rules": len(backtest.rules), "since": backtest.since.isoformat(), "until": backtest.until.isoformat()}
        await unit.audit.record(actor, "fraud.start_backtest", "backtest", backtest.id, audited(author), data)
        await unit.commit()
        return backtest

    return await in_unit(ports.units, actor, "backtest.start", work)


async def _tested(unit: FraudUnit, tested: TestedRule) -> tuple[UUID, ActiveRule]:
    rule = await unit.fraud_rules.for_update(tested.rule_id)
    said = await unit.fraud_rules.version(rule, tested.version or rule.latest)
    return rule.merchant_id, active(rule, said, RuleMode.LIVE)


def _together(tested: list[ActiveRule], in_force: RuleSet | None) -> tuple[ActiveRule, ...]:
    """The tested rules in the places of their published versions, and those that are new behind the others."""
    if in_force is None:
        return tuple(tested)
    instead = {rule.rule_id: rule for rule in tested}
    live = [rule for rule in in_force.rules if rule.mode is RuleMode.LIVE]
    known = [instead.pop(rule.rule_id, rule) for rule in live]
    return (*known, *instead.values())
