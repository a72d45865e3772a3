"""Backtests to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.fraud.backtest_rows import backtest_of
from adapters.postgres.keyset import slice_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.fraud.backtest import Backtest
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice


class BacktestReads:
    """Satisfies `api.fraud.reads.BacktestReads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def backtests(self, scope: Scope, rule_id: UUID | None, request: PageRequest) -> Slice[Backtest]:
        """One page, newest first; those that test a rule, or all."""
        conditions = Conditions()
        conditions.scope(scope)
        if rule_id is not None:
            conditions.add("rules @> {}::jsonb", [{"rule_id": str(rule_id)}])
        text = newest_first("fraud_backtests", conditions, request)
        async with self._database.connection(scope) as connection:
            return slice_of(await connection.fetch(text, *conditions.arguments), request, backtest_of)

    async def backtests_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, Backtest]:
        """Those within the scope."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.add("id = ANY ({}::uuid[])", list(ids))
        text = f"SELECT * FROM fraud_backtests WHERE {conditions}"  # noqa: S608 - values are bound
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(text, *conditions.arguments)
        return {row["id"]: backtest_of(row) for row in found}
