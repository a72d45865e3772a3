"""Reads of rules, lists and screenings: pages in order, and as many statements for many as for one."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.database import Database
from adapters.postgres.fraud.reads import FraudReads
from domain.fraud.filter import ListEntryFilter, RuleFilter
from domain.fraud.list_kind import STANDARD_LISTS, ListEffect, ListKind
from domain.fraud.rule import RuleAction, RuleStatus
from domain.fraud.rule_set import RuleSet
from domain.identity.actor import Scope
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.paging import PageRequest
from tests.adapters.postgres.fraud.traffic import another_merchant
from tests.builders.fraud import (
    a_judgement,
    a_list,
    a_rule,
    a_rule_set,
    a_screening,
    a_trace,
    a_version,
    an_active_rule,
    an_entry,
)
from tests.builders.moments import MORNING, after
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import asyncpg

    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.rule import FraudRule
    from domain.fraud.screening import Screening
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment

ALL = Scope(None)


@pytest.fixture
def reads(database: Database) -> FraudReads:
    return FraudReads(database)


@asynccontextmanager
async def counted(database_url: str) -> AsyncGenerator[tuple[FraudReads, list[str]]]:
    """Reads on one connection, and the statements that it is given."""
    statements: list[str] = []
    database = await Database.connect(database_url, size=1)

    def note(query: asyncpg.connection.LoggedQuery) -> None:
        statements.append(query.query)

    async with database.connection(ALL) as connection:
        connection.add_query_logger(note)
    yield FraudReads(database), statements
    await database.close()


async def ruled(units: PostgresUnits, *rules: FraudRule, **said: Any) -> None:
    async with units.begin(JOBS, "test") as unit:
        for rule in rules:
            await unit.fraud_rules.add(rule, a_version(rule, number=1, **said))
            for number in range(2, rule.latest + 1):
                await unit.fraud_rules.save(rule, a_version(rule, number=number, action=RuleAction.ALLOW))
        await unit.commit()


async def test_rules_come_newest_first_in_pages(units: PostgresUnits, merchant: Merchant, reads: FraudReads) -> None:
    rules = [a_rule(id=new_uuid(after(number)), merchant_id=merchant.id) for number in range(5)]
    await ruled(units, *rules)
    first = await reads.rules(ALL, RuleFilter(), PageRequest(limit=2))
    assert (first.rows, first.has_next, first.has_previous) == ([rules[4], rules[3]], True, False)
    place = reads.place(first.rows[-1])
    second = await reads.rules(ALL, RuleFilter(), PageRequest(limit=2, cursor=place))
    assert (second.rows, second.has_next) == ([rules[2], rules[1]], True)
    back = await reads.rules(ALL, RuleFilter(), PageRequest(limit=2, cursor=reads.place(rules[1]), backward=True))
    assert back.rows == [rules[3], rules[2]]
    with pytest.raises(Invalid):
        await reads.rules(ALL, RuleFilter(), PageRequest(cursor="x"))


async def test_rules_are_narrowed(units: PostgresUnits, merchant: Merchant, reads: FraudReads) -> None:
    other = await another_merchant(units)
    draft = a_rule(merchant_id=merchant.id)
    live = a_rule(RuleStatus.PUBLISHED, merchant_id=other.id, latest=2)
    platform = a_rule(RuleStatus.SHADOW, merchant_id=PLATFORM, latest=2, shadow=2)
    await ruled(units, draft, live, platform, action=RuleAction.BLOCK)

    async def found(**wanted: Any) -> set[Any]:
        return {rule.id for rule in (await reads.rules(ALL, RuleFilter(**wanted), PageRequest())).rows}

    assert await found() == {draft.id, live.id, platform.id}
    assert await found(platform=True) == {platform.id}
    assert await found(platform=False) == {draft.id, live.id}
    assert await found(merchant_ids=(merchant.id, PLATFORM)) == {draft.id, platform.id}
    assert await found(merchant_ids=()) == set()
    assert await found(status=(RuleStatus.PUBLISHED, RuleStatus.DRAFT)) == {draft.id, live.id}
    # By the version that acts, or is tried, or is the newest.
    assert await found(action=(RuleAction.BLOCK,)) == {draft.id, live.id}
    assert await found(action=(RuleAction.ALLOW, RuleAction.REVIEW)) == {platform.id}


async def test_versions_of_many_rules_take_one_statement(
    units: PostgresUnits, merchant: Merchant, database_url: str
) -> None:
    rules = [a_rule(merchant_id=merchant.id, latest=1 + number % 3) for number in range(50)]
    await ruled(units, *rules)
    async with counted(database_url) as (reads, statements):
        await reads.versions_of(ALL, rules)
        for level in (rules[:1], rules, [rules[2], rules[2]]):
            statements.clear()
            versions = await reads.versions_of(ALL, level)
            assert len(statements) == 1
            assert [[one.number for one in own] for own in versions] == [
                list(range(rule.latest, 0, -1)) for rule in level
            ]
        assert await reads.rules_by_id(ALL, [rules[0].id, new_uuid(MORNING)]) == {rules[0].id: rules[0]}


async def test_the_sets_in_force_are_the_newest(units: PostgresUnits, merchant: Merchant, reads: FraudReads) -> None:
    newest = a_rule_set(an_active_rule(), merchant_id=merchant.id, revision=2)
    async with units.begin(JOBS, "test") as unit:
        await unit.rule_sets.add(a_rule_set(merchant_id=merchant.id))
        await unit.rule_sets.add(newest)
        await unit.commit()
    found = await reads.rule_sets(ALL, [merchant.id, PLATFORM, merchant.id])
    assert found == {merchant.id: newest, PLATFORM: RuleSet(merchant_id=PLATFORM)}


async def test_lists_are_told_with_their_numbers_of_entries(
    units: PostgresUnits, merchant: Merchant, reads: FraudReads
) -> None:
    own = [a_list(merchant_id=merchant.id, name=name, kind=ListKind.CARD) for name in ("testers", "friends")]
    async with units.begin(JOBS, "test") as unit:
        for one in own:
            await unit.fraud_lists.add(one)
        await unit.fraud_lists.put([an_entry(f"{n}@example.com", merchant_id=merchant.id) for n in range(3)])
        await unit.fraud_lists.put([an_entry("fp_1", merchant_id=merchant.id, list_name="testers")])
        await unit.commit()
    found = await reads.lists(ALL, merchant.id)
    assert [one.name for one, _ in found] == [*STANDARD_LISTS, "friends", "testers"]
    assert {one.name: many for one, many in found if many} == {"blocked_emails": 3, "testers": 1}
    assert found[-1][0] == own[0]
    blocked = next(one for one, _ in found if one.name == "blocked_ips")
    assert (blocked.kind, blocked.effect) == (ListKind.IP, ListEffect.BLOCK)
    assert [many for _, many in await reads.lists(ALL, PLATFORM)] == [0] * len(STANDARD_LISTS)


async def test_entries_come_newest_first_and_are_narrowed(
    units: PostgresUnits, merchant: Merchant, reads: FraudReads
) -> None:
    entries = [
        an_entry(
            f"{number}@example.com",
            id=new_uuid(after(number)),
            merchant_id=merchant.id,
            expires_at=after(number) if number % 2 else None,
        )
        for number in range(6)
    ]
    async with units.begin(JOBS, "test") as unit:
        await unit.fraud_lists.put([*entries, an_entry(merchant_id=merchant.id, list_name="allowed_emails")])
        await unit.commit()
    base = ListEntryFilter(merchant_id=merchant.id, list_name="blocked_emails", now=after(3))

    async def found(wanted: ListEntryFilter, **page: Any) -> list[str]:
        return [row.value[0] for row in (await reads.entries(ALL, wanted, PageRequest(**page))).rows]

    assert await found(base) == ["5", "4", "3", "2", "1", "0"]
    assert await found(base, limit=2, cursor=reads.place(entries[4])) == ["3", "2"]
    assert await found(replace(base, expired=True)) == ["3", "1"]
    assert await found(replace(base, expired=False)) == ["5", "4", "2", "0"]
    assert await found(replace(base, value="2@example.com")) == ["2"]
    assert await reads.entries_by_id(ALL, [entries[0].id]) == {entries[0].id: entries[0]}


async def test_screenings_of_many_payments_take_two_statements(
    units: PostgresUnits, merchant: Merchant, database_url: str
) -> None:
    """Each told by the sets that it was judged by, however many there were meanwhile."""
    sets = [a_rule_set(*(an_active_rule() for _ in range(number))) for number in range(3)]
    payments: list[Payment] = []
    screenings: dict[Any, Screening] = {}
    async with units.begin(JOBS, "test") as unit:
        for revision, rule_set in enumerate(sets, 1):
            sets[revision - 1] = replace(rule_set, revision=revision)
            await unit.rule_sets.add(sets[revision - 1])
        for number in range(50):
            payment = await unit.payments.add(a_payment(merchant_id=merchant.id))
            payments.append(payment)
            screenings[payment.id] = a_screening(payment, platform=a_judgement(sets[number % 3]))
            await unit.screenings.add(screenings[payment.id], a_trace(payment))
        await unit.commit()
    unscreened = a_payment(merchant_id=merchant.id)
    async with counted(database_url) as (reads, statements):
        await reads.screenings_of(ALL, payments)
        for level in (payments[:1], [*payments, unscreened]):
            statements.clear()
            found = await reads.screenings_of(ALL, level)
            assert len(statements) == 2
            assert found == {payment.id: screenings[payment.id] for payment in level if payment is not unscreened}
        nobody = Scope(frozenset({new_uuid(MORNING)}))
        assert await reads.screenings_of(nobody, payments) == {}
