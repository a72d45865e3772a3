"""How the rules, lists and policies of the demo came about: by the real verbs, day by day, before any payment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, cast

from adapters.cel.language import CelLanguage
from adapters.postgres.fraud import rows
from app.demo.seed.merchants import MERCHANTS
from app.demo.seed.past_units import PastUnits
from app.demo.seed.rulebook import (
    ENTRIES,
    LISTS,
    PLATFORM_SLUG,
    POLICIES,
    RULES,
    DemoEntries,
    DemoList,
    DemoRule,
    Step,
)
from domain.fraud.add_list_entries import AddListEntries, add_list_entries
from domain.fraud.create_list import CreateList, create_list
from domain.fraud.create_rule import CreateRule, create_rule
from domain.fraud.disable_rule import DisableRule, disable_rule
from domain.fraud.ports import FraudPorts
from domain.fraud.publish_rule import PublishRule, publish_rule
from domain.fraud.rule_shelf import RuleShelf
from domain.fraud.set_score_policy import SetScorePolicy, set_score_policy
from domain.fraud.shadow_rule import ShadowRule, shadow_rule
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import FencedConnection
    from app.demo.seed.people import Cast
    from app.demo.seed.story_clock import StoryClock
    from domain.fraud.rule_set import RuleSet
    from domain.identity.actor import Actor
    from domain.payments.ports import PaymentPorts

_BY_SLUG = {merchant.slug: merchant for merchant in MERCHANTS}
# What happens on one day happens in the morning, a few minutes after each other.
_BETWEEN = timedelta(minutes=4, seconds=37)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What was in force when: rule sets by author, the oldest first, and what is on their lists; `names` are rules'."""

    sets: Mapping[UUID, list[RuleSet]] = field(default_factory=dict)
    entries: list[Record] = field(default_factory=list)


async def tell_rules(connection: FencedConnection, people: Cast, clock: StoryClock, now: datetime) -> InForce:
    """All of it, in the connection's transaction."""
    desk = _RuleDesk(connection, people, clock, now)
    acts = sorted([*desk.acts()], key=lambda act: -act[0])
    for days, same_day in groupby(acts, key=lambda act: act[0]):
        clock.at = now - timedelta(days=days)
        for _, act in same_day:
            clock.at += _BETWEEN
            await act()
    kept = map(rows.rule_set_of, await connection.fetch("SELECT * FROM fraud_rule_sets ORDER BY merchant_id, revision"))
    return InForce(
        sets={author: [*sets] for author, sets in groupby(kept, key=lambda one: one.merchant_id)},
        entries=await connection.fetch("SELECT * FROM fraud_list_entries"),
    )


def author_id(slug: str) -> UUID:
    """The platform's or a merchant's."""
    return PLATFORM if slug == PLATFORM_SLUG else _BY_SLUG[slug].merchant.id


class _RuleDesk:
    def __init__(self, connection: FencedConnection, people: Cast, clock: StoryClock, now: datetime) -> None:
        self._people = people
        self._now = now
        self._ids: dict[tuple[str, str], UUID] = {}
        self._ports = FraudPorts(
            clock=clock,
            units=PastUnits(connection, clock),
            language=CelLanguage(),
            shelf=RuleShelf(),
            # Nobody captures or voids anything here.
            payments=cast("PaymentPorts", None),
        )

    def acts(self) -> Iterator[tuple[int, Callable[[], Awaitable[object]]]]:
        """What was done, each with how many days ago: of one day, what others need comes first."""
        for one in LISTS:
            yield one.made, lambda one=one: self._make(one)
        for entries in ENTRIES:
            yield entries.added, lambda entries=entries: self._list(entries)
        for rule in RULES:
            yield rule.written, lambda rule=rule: self._write(rule)
        for rule in RULES:
            for days, step, reason in rule.steps:
                yield days, lambda rule=rule, step=step, reason=reason: self._take(rule, step, reason)
        for slug, (days, _, _) in POLICIES.items():
            yield days, lambda slug=slug: self._set(slug)

    def _who(self, slug: str, *, second: bool = False) -> Actor:
        if slug == PLATFORM_SLUG:
            return self._people.colleagues(StaffRole.RISK_ANALYST)[second]
        return self._people.people_of(_BY_SLUG[slug], MerchantRole.OWNER)[0]

    async def _make(self, one: DemoList) -> None:
        command = CreateList(
            merchant_id=author_id(one.author), name=one.name, kind=one.kind, description=one.description
        )
        await create_list(self._ports, self._who(one.author), command)

    async def _list(self, entries: DemoEntries) -> None:
        command = AddListEntries(
            merchant_id=author_id(entries.author),
            list_name=entries.list_name,
            values=entries.values,
            reason=entries.reason,
            expires_at=(entries.expires_in and self._now + timedelta(days=entries.expires_in)) or None,
        )
        await add_list_entries(self._ports, self._who(entries.author), command)

    async def _write(self, rule: DemoRule) -> None:
        command = CreateRule(
            merchant_id=author_id(rule.author),
            name=rule.name,
            description=rule.description,
            position=rule.position,
            action=rule.action,
            points=rule.points,
            expression=rule.expression,
        )
        written = await create_rule(self._ports, self._who(rule.author, second=rule.second), command)
        self._ids[rule.author, rule.name] = written.id

    async def _take(self, rule: DemoRule, step: Step, reason: str) -> None:
        rule_id, who = self._ids[rule.author, rule.name], self._who(rule.author, second=rule.second)
        if step is Step.SHADOW:
            await shadow_rule(self._ports, who, ShadowRule(rule_id=rule_id, reason=reason))
        elif step is Step.PUBLISH:
            await publish_rule(self._ports, who, PublishRule(rule_id=rule_id, reason=reason))
        else:
            await disable_rule(self._ports, who, DisableRule(rule_id=rule_id, reason=reason))

    async def _set(self, slug: str) -> None:
        _, policy, reason = POLICIES[slug]
        command = SetScorePolicy(merchant_id=author_id(slug), policy=policy, reason=reason)
        await set_score_policy(self._ports, self._who(slug), command)
