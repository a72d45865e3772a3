"""Each invariant of rules, screenings and counters, broken by hand: verification names it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.database import Database
from adapters.postgres.verification.fraud_checks import FRAUD_CHECKS
from domain.fraud.events import FraudRuleEvent, FraudRuleEventType
from domain.fraud.rule import RuleAction, RuleStatus
from domain.fraud.rule_set import ActiveRule, RuleMode
from domain.fraud.screening import RuleOutcome
from domain.identity.actor import Scope
from domain.payments.decline import DeclineCode
from domain.payments.payment import PaymentStatus
from domain.payments.screening import ScreeningDecision
from tests.builders.fraud import (
    a_judgement,
    a_list,
    a_rule,
    a_rule_set,
    a_screening,
    a_trace,
    a_version,
    an_entry,
)
from tests.builders.moments import MORNING, after
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.rule import FraudRule
    from domain.merchants.merchant import Merchant

BROKEN = [
    ("fraud-rule-set", "UPDATE fraud_rules SET shadow = NULL WHERE shadow IS NOT NULL"),
    ("fraud-rule-set", "UPDATE fraud_rules SET published = 2"),
    ("fraud-rule-set", "UPDATE fraud_rules SET status = 'DISABLED', published = NULL, shadow = NULL"),
    ("fraud-rule-set", "UPDATE fraud_rule_versions SET expression = 'false' WHERE number = 1"),
    ("fraud-rule-set", "UPDATE fraud_rule_sets SET rules = rules - 0 WHERE revision = 2"),
    ("fraud-rule-set", "UPDATE fraud_rule_sets SET revision = 3 WHERE revision = 2"),
    ("fraud-rule-set", "DELETE FROM fraud_rule_sets"),
    ("fraud-rule-versions", "DELETE FROM fraud_rule_versions WHERE number = 1"),
    ("fraud-rule-versions", "UPDATE fraud_rules SET latest = 3"),
    ("fraud-events", "UPDATE fraud_rules SET version = 7"),
    ("fraud-events", "DELETE FROM fraud_rules"),
    ("fraud-list-entry", "DELETE FROM fraud_lists"),
    ("fraud-list-entry", "UPDATE fraud_list_entries SET kind = 'CARD' WHERE list_name = 'blocked_emails'"),
    ("fraud-screening", "UPDATE fraud_screenings SET merchant_revision = 9"),
    ("fraud-screening", "UPDATE fraud_screenings SET merchant = jsonb_set(merchant, '{matched}', '[0, 2]')"),
    ("fraud-screening", "UPDATE fraud_screenings SET platform = jsonb_set(platform, '{failed}', '[[0, \"x\"]]')"),
    ("fraud-screening", "UPDATE fraud_screenings SET decision = 'BLOCK' WHERE decision = 'ALLOW'"),
    ("fraud-screening", "UPDATE payments SET decline_code = 'EXPIRED_CARD' WHERE status = 'DECLINED'"),
    ("fraud-trace", "DELETE FROM fraud_traces"),
    ("fraud-trace", "DELETE FROM fraud_screenings"),
    ("fraud-trace", "UPDATE fraud_traces SET amount_minor = amount_minor + 1"),
    ("fraud-volume", "UPDATE fraud_volumes SET payments = payments + 1 WHERE grain = 'hour'"),
    ("fraud-volume", "UPDATE fraud_volumes SET sum_minor = sum_minor + 1 WHERE grain = 'minute'"),
    ("fraud-volume", "DELETE FROM fraud_volumes WHERE grain = 'day'"),
]


async def found(database_url: str, statement: str | None = None) -> list[str]:
    """What is found while something is broken, in a transaction that is rolled back."""
    database = await Database.connect(database_url, size=1, role=None)
    async with database.connection(Scope(None)) as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("SET LOCAL session_replication_role = replica")
        if statement is not None:
            assert not (await connection.execute(statement)).endswith(" 0"), f"{statement} broke nothing"
        lines = [line for check in FRAUD_CHECKS for line in await check.violations(connection)]
        await transaction.rollback()
    await database.close()
    return lines


def told(rule: FraudRule, *types: FraudRuleEventType) -> FraudRule:
    events = tuple(FraudRuleEvent(type=type_, occurred_at=MORNING) for type_ in types)
    return replace(rule, version=rule.version + len(events), events=events)


@pytest.fixture
async def lived(units: PostgresUnits, merchant: Merchant) -> None:
    """A rule that acts while its next version is tried, lists, and payments that were allowed and blocked."""
    draft = a_rule(merchant_id=merchant.id, version=0)
    first, second = a_version(draft, action=RuleAction.BLOCK), a_version(draft, number=2, expression="true")
    async with units.begin(JOBS, "test") as unit:
        rule = await unit.fraud_rules.add(told(draft, FraudRuleEventType.CREATED), first)
        rule = await unit.fraud_rules.save(rule.revise(after(1), {}), second)
        rule = await unit.fraud_rules.save(rule.publish(1, after(2), {}).try_out(2, after(2)))
        assert (rule.status, rule.published, rule.shadow) == (RuleStatus.PUBLISHED, 1, 2)
        rules = tuple(
            ActiveRule(
                rule_id=rule.id,
                version=version.number,
                mode=RuleMode.LIVE if version is first else RuleMode.SHADOW,
                action=version.action,
                expression=version.expression,
                name=rule.name,
            )
            for version in (first, second)
        )
        await unit.rule_sets.add(a_rule_set(merchant_id=merchant.id))
        rule_set = a_rule_set(*rules, merchant_id=merchant.id, revision=2)
        await unit.rule_sets.add(rule_set)
        await unit.fraud_lists.add(a_list(merchant_id=merchant.id))
        await unit.fraud_lists.put(
            [an_entry(merchant_id=merchant.id), an_entry(merchant_id=merchant.id, list_name="regulars")]
        )
        declined = a_payment(
            merchant_id=merchant.id, status=PaymentStatus.DECLINED, decline_code=DeclineCode.FRAUD_SUSPECTED
        )
        for payment, decision in (
            (a_payment(merchant_id=merchant.id), ScreeningDecision.ALLOW),
            (declined, ScreeningDecision.BLOCK),
        ):
            await unit.payments.add(payment)
            judged = a_judgement(rule_set)
            outcome = RuleOutcome.MATCHED if decision is ScreeningDecision.BLOCK else RuleOutcome.FAILED
            results = (replace(judged.results[0], outcome=outcome), judged.results[1])
            screening = a_screening(payment, decision=decision, merchant=replace(judged, results=results))
            await unit.screenings.add(screening, a_trace(payment))
        await unit.commit()


async def test_what_was_done_by_the_stores_is_sound(database_url: str, lived: None) -> None:
    assert await found(database_url) == []


@pytest.mark.parametrize(("name", "statement"), BROKEN)
async def test_finds_and_names_what_is_broken(database_url: str, lived: None, name: str, statement: str) -> None:
    lines = await found(database_url, statement)
    assert name in {line.partition(":")[0] for line in lines}, lines


async def test_minutes_and_hours_that_were_dropped_are_not_missed(database_url: str, lived: None) -> None:
    assert await found(database_url, "DELETE FROM fraud_volumes WHERE grain <> 'day'") == []


def test_every_check_is_broken_by_something() -> None:
    assert {check.name for check in FRAUD_CHECKS} == {name for name, _ in BROKEN}
