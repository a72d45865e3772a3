"""The stores of screenings, rule sets, rules and lists, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.fraud.events import FraudRuleEventType
from domain.fraud.rule import RuleStatus
from domain.fraud.rule_set import RuleSet
from domain.fraud.sighting import Seen, Wanted
from domain.kernel.errors import Conflict, NotFound
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import Contention
from tests.fakes.fraud_counting import counted, listed
from tests.fakes.records import tell

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from domain.fraud.fraud_list import FraudList, ListEntry
    from domain.fraud.list_kind import ListKind
    from domain.fraud.rule import FraudRule, RuleVersion
    from domain.fraud.screening import Screening
    from domain.fraud.trace import Trace
    from tests.fakes.transaction import Transaction

_ACTIVE = frozenset({RuleStatus.SHADOW, RuleStatus.PUBLISHED})


class MemoryScreenings:
    """Satisfies `Screenings`; `calls` are the statements that it would have made."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._tables = transaction.tables.fraud
        self._own: dict[UUID, Screening] = {}
        self.calls: list[str] = []

    async def wait_turn(self, trace: Trace) -> None:
        self.calls.append("wait_turn")
        for number in trace.rare:
            await self._transaction.lock(("turn", number))

    async def look(self, trace: Trace, wanted: Wanted) -> Seen:
        self.calls.append("look")
        authors = (PLATFORM, trace.merchant_id)
        before = [one for one in self._tables.traces.values() if one.payment_id != trace.payment_id]
        here = [one for one in before if one.merchant_id == trace.merchant_id]
        first, second = (_newest(self._tables.rule_sets, author).revision for author in authors)
        return Seen(
            revisions=(first, second),
            everywhere={query: counted(before, trace, query) for query in wanted.everywhere},
            here={query: counted(here, trace, query) for query in wanted.here},
            listed={author: listed(self._tables, author, wanted.values, trace.at) for author in authors},
        )

    async def add(self, screening: Screening, trace: Trace) -> None:
        self.calls.append("add")
        self._put(screening)
        self._transaction.later(lambda: self._tables.traces.__setitem__(trace.payment_id, trace))

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> Screening | None:
        found = self._own.get(payment_id, self._tables.screenings.get(payment_id))
        seen = found is not None and found.merchant_id == merchant_id and self._transaction.visible(merchant_id)
        return found if seen else None

    async def save(self, screening: Screening) -> None:
        self.calls.append("save")
        self._put(screening)

    def _put(self, screening: Screening) -> None:
        self._transaction.ensure_within(screening.merchant_id)
        self._own[screening.payment_id] = screening
        self._transaction.later(lambda: self._tables.screenings.__setitem__(screening.payment_id, screening))


def _newest(table: Mapping[tuple[UUID, int], RuleSet], merchant_id: UUID) -> RuleSet:
    own = [rule_set for (author, _), rule_set in table.items() if author == merchant_id]
    return max(own, key=lambda rule_set: rule_set.revision, default=RuleSet(merchant_id=merchant_id))


class MemoryRuleSets:
    """Satisfies `RuleSets`. Everybody is judged by the platform's, and so may read them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.fraud.rule_sets
        self._own: dict[tuple[UUID, int], RuleSet] = {}
        self.calls: list[str] = []

    async def current(self, merchant_id: UUID) -> RuleSet:
        self.calls.append("current")
        if merchant_id != PLATFORM and not self._transaction.visible(merchant_id):
            return RuleSet(merchant_id=merchant_id)
        return _newest({**self._table, **self._own}, merchant_id)

    async def add(self, rule_set: RuleSet) -> None:
        self._transaction.ensure_within(rule_set.merchant_id)
        key = (rule_set.merchant_id, rule_set.revision)
        await self._transaction.lock(("rule set", *key))
        if key in self._table:
            raise Contention("The rules were changed at the same time; try again.")
        self._own[key] = rule_set
        self._transaction.later(lambda: self._table.__setitem__(key, rule_set))


class MemoryFraudRules:
    """Satisfies `FraudRules`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.fraud.rules
        self._versions = transaction.tables.fraud.versions
        self._own: dict[tuple[UUID, int], RuleVersion] = {}

    async def for_update(self, rule_id: UUID) -> FraudRule:
        what = "The fraud rule"
        self._transaction.get(self._table, rule_id, what)
        await self._transaction.lock(rule_id)
        return self._transaction.get(self._table, rule_id, what)

    async def add(self, rule: FraudRule, version: RuleVersion) -> FraudRule:
        return self._write(rule, version)

    async def save(self, rule: FraudRule, version: RuleVersion | None = None) -> FraudRule:
        known = self._transaction.get(self._table, rule.id, "The fraud rule")
        if known.version != rule.version - len(rule.events):
            raise Contention("The rule was changed at the same time; try again.")
        return self._write(rule, version)

    async def version(self, rule: FraudRule, number: int) -> RuleVersion:
        key = (rule.id, number)
        found = self._own.get(key, self._versions.get(key))
        if found is None or not self._transaction.visible(found.merchant_id):
            raise NotFound("The version of the rule")
        return found

    async def was_published(self, rule: FraudRule, operation_id: UUID) -> bool:
        events = [one for one in self._transaction.tables.events if one.subject_id == rule.id]
        published = [one for one in events if one.name == FraudRuleEventType.PUBLISHED.value]
        return any(one.data.get("operation_id") == str(operation_id) for one in published)

    async def active(self, merchant_id: UUID) -> list[tuple[FraudRule, RuleVersion]]:
        rules = [row for row in self._transaction.rows(self._table) if row.merchant_id == merchant_id]
        found: list[tuple[FraudRule, RuleVersion]] = []
        for rule in sorted(rules, key=lambda rule: (rule.position, rule.id)):
            if rule.status in _ACTIVE:
                numbers = [number for number in (rule.published, rule.shadow) if number is not None]
                found += [(rule, await self.version(rule, number)) for number in numbers]
        return found

    def _write(self, rule: FraudRule, version: RuleVersion | None) -> FraudRule:
        saved = replace(rule, events=())
        self._transaction.put(self._table, saved)
        tell(self._transaction, "fraud_rule", rule)
        if version is not None:
            key = (version.rule_id, version.number)
            self._own[key] = version
            self._transaction.later(lambda: self._versions.__setitem__(key, version))
        return saved


class MemoryFraudLists:
    """Satisfies `FraudLists`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._lists = transaction.tables.fraud.lists
        self._entries = transaction.tables.fraud.entries
        self._own: dict[tuple[UUID, str, str], ListEntry | None] = {}

    async def kinds(self, merchant_id: UUID) -> Mapping[str, ListKind]:
        if not self._transaction.visible(merchant_id):
            return {}
        return {name: one.kind for (author, name), one in self._lists.items() if author == merchant_id}

    async def add(self, fraud_list: FraudList) -> None:
        self._transaction.ensure_within(fraud_list.merchant_id)
        key = (fraud_list.merchant_id, fraud_list.name)
        await self._transaction.lock(("list", *key))
        if key in self._lists:
            raise Conflict(f"There is a list {fraud_list.name} already; choose another name.")
        self._transaction.later(lambda: self._lists.__setitem__(key, fraud_list))

    async def put(self, entries: Sequence[ListEntry]) -> list[ListEntry]:
        kept: list[ListEntry] = []
        for entry in entries:
            key = (entry.merchant_id, entry.list_name, entry.value)
            known = self._seen().get(key)
            # An entry that is replaced goes on under its id, so that whoever has the id still finds it.
            kept.append(entry if known is None else replace(entry, id=known.id))
            self._write(key, kept[-1])
        return kept

    async def remove(self, merchant_id: UUID, list_name: str, values: Collection[str]) -> list[ListEntry]:
        if not self._transaction.visible(merchant_id):
            return []
        keys = [(merchant_id, list_name, value) for value in dict.fromkeys(values)]
        seen = self._seen()
        removed = [(key, seen[key]) for key in keys if key in seen]
        for key, _ in removed:
            self._write(key, None)
        return [entry for _, entry in removed]

    async def count(self, merchant_id: UUID, list_name: str) -> int:
        seen = self._seen() if self._transaction.visible(merchant_id) else {}
        return sum((author, name) == (merchant_id, list_name) for author, name, _ in seen)

    def _seen(self) -> dict[tuple[UUID, str, str], ListEntry]:
        both = {**self._entries, **self._own}
        return {key: entry for key, entry in both.items() if entry is not None}

    def _write(self, key: tuple[UUID, str, str], entry: ListEntry | None) -> None:
        self._transaction.ensure_within(key[0])
        self._own[key] = entry
        table = self._entries

        def write() -> None:
            table.pop(key, None)
            if entry is not None:
                table[key] = entry

        self._transaction.later(write)
