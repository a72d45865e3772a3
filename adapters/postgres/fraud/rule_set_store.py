"""The write side of rule sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import bindparam, select

from adapters.postgres.fraud import rows, tables
from adapters.postgres.statement import Statement, insert_row
from domain.fraud.rule_set import RuleSet
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.postgres.database import FencedConnection

_T = tables.fraud_rule_sets
_INSERT = insert_row(_T)
_NEWEST = Statement(
    select(_T).where(_T.c.merchant_id == bindparam("merchant_id")).order_by(_T.c.revision.desc()).limit(1)
)


class RuleSetStore:
    """Satisfies `domain.fraud.ports.RuleSets` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def current(self, merchant_id: UUID) -> RuleSet:
        """The newest one, empty and of revision 0 when there is none."""
        row = await self._connection.fetchrow(_NEWEST.sql, *_NEWEST.args(merchant_id=merchant_id))
        return RuleSet(merchant_id=merchant_id) if row is None else rows.rule_set_of(row)

    async def add(self, rule_set: RuleSet) -> None:
        """The next revision; raise `Contention` when somebody else has made it."""
        try:
            await self._connection.execute(_INSERT.sql, *_INSERT.args(**rows.rule_set_values(rule_set)))
        except asyncpg.UniqueViolationError as error:
            message = "The rules were changed at the same time; try again."
            raise Contention(message) from error
