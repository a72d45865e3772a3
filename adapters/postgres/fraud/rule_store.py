"""The write side of rules and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import bindparam, select

from adapters.postgres.fraud import rows, tables
from adapters.postgres.statement import Statement, insert_row
from adapters.postgres.versioned import VersionedTable
from domain.fraud.events import FraudRuleEventType
from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.fraud.rule import FraudRule, RuleVersion

_T = tables.fraud_rules
_V = tables.fraud_rule_versions
_CHANGING = (
    "name",
    "description",
    "status",
    "position",
    "latest",
    "published",
    "shadow",
    "releases",
    "updated_at",
    "version",
)
_WRITTEN = VersionedTable(_T, "fraud_rule", "The rule", rows.rule_values, _CHANGING)
_LOCK = Statement(select(_T).where(_T.c.id == bindparam("id")).with_for_update())
_INSERT_VERSION = insert_row(_V)
_VERSION = Statement(
    select(_V).where(
        _V.c.merchant_id == bindparam("merchant_id"),
        _V.c.rule_id == bindparam("rule_id"),
        _V.c.number == bindparam("number"),
    )
)
# One statement: of two, the second could see a rule as somebody has left it meanwhile.
_ACTIVE = """
SELECT r.*, v.number AS said_number, v.created_at AS said_at, v.action, v.points, v.expression, v.reason, v.author_id,
       v.author_name
FROM fraud_rules AS r
JOIN fraud_rule_versions AS v
    ON v.merchant_id = r.merchant_id AND v.rule_id = r.id AND v.number IN (r.published, r.shadow)
WHERE r.merchant_id = $1 AND r.status IN ('SHADOW', 'PUBLISHED')
ORDER BY r.position, r.id, v.number IS NOT DISTINCT FROM r.published DESC
"""
_WAS_PUBLISHED = """
SELECT EXISTS (
    SELECT FROM events WHERE merchant_id = $1 AND subject_id = $2 AND name = $3 AND data ->> 'operation_id' = $4
)
"""


class RuleStore:
    """Satisfies `domain.fraud.ports.FraudRules` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def for_update(self, rule_id: UUID) -> FraudRule:
        """The rule, locked until the unit ends; raise `NotFound`, also for one that the actor may only read."""
        row = await self._connection.fetchrow(_LOCK.sql, *_LOCK.args(id=rule_id))
        if row is None:
            what = "The fraud rule"
            raise NotFound(what)
        return rows.rule_of(row)

    async def add(self, rule: FraudRule, version: RuleVersion) -> FraudRule:
        """A new one with its first version and its events; returned without them."""
        saved = await _WRITTEN.add(self._connection, self._events, rule)
        await self._add_version(version)
        return saved

    async def save(self, rule: FraudRule, version: RuleVersion | None = None) -> FraudRule:
        """A changed one, with its newest version if there is one more; raise `Contention` when it was changed."""
        saved = await _WRITTEN.save(self._connection, self._events, rule)
        if version is not None:
            await self._add_version(version)
        return saved

    async def version(self, rule: FraudRule, number: int) -> RuleVersion:
        """One version; raise `NotFound`."""
        arguments = _VERSION.args(merchant_id=rule.merchant_id, rule_id=rule.id, number=number)
        row = await self._connection.fetchrow(_VERSION.sql, *arguments)
        if row is None:
            what = "The version of the rule"
            raise NotFound(what)
        return rows.version_of(row)

    async def was_published(self, rule: FraudRule, operation_id: UUID) -> bool:
        """Whether this operation has published a version of the rule, whatever became of the rule since."""
        arguments = (rule.merchant_id, rule.id, FraudRuleEventType.PUBLISHED.value, str(operation_id))
        return bool(await self._connection.fetchval(_WAS_PUBLISHED, *arguments))

    async def active(self, merchant_id: UUID) -> list[tuple[FraudRule, RuleVersion]]:
        """What an author has published or in shadow, each with the version; by position, then the oldest first."""
        found = await self._connection.fetch(_ACTIVE, merchant_id)
        return [(rows.rule_of(row), rows.said_version_of(row)) for row in found]

    async def _add_version(self, version: RuleVersion) -> None:
        try:
            await self._connection.execute(_INSERT_VERSION.sql, *_INSERT_VERSION.args(**rows.version_values(version)))
        except asyncpg.UniqueViolationError as error:
            message = "The rule was changed at the same time; try again."
            raise Contention(message) from error
