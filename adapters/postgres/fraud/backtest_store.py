"""The write side of backtests, and the payments that they read."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, select

from adapters.postgres.fraud.backtest_rows import backtest_of, backtest_values
from adapters.postgres.fraud.backtest_tables import fraud_backtests
from adapters.postgres.fraud.matching import entries_of
from adapters.postgres.fraud.tested_payments import TestedStatement, count_statement, tested_statement
from adapters.postgres.hydration import hydrator
from adapters.postgres.statement import Statement, insert_row, update_row
from domain.fraud.backtest import TestedPayment
from domain.fraud.facts import address_of
from domain.fraud.list_kind import KIND_OF_VARIABLE
from domain.fraud.velocity import VelocityFigures
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM, Prefix, format_id
from domain.payments.screening import ScreeningDecision

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from asyncpg import Record

    from adapters.postgres.database import FencedConnection
    from domain.fraud.backtest import Backtest
    from domain.fraud.expression import Needs
    from domain.fraud.variables import FactValue
    from domain.fraud.velocity import VelocityQuery

_T = fraud_backtests
_INSERT = insert_row(_T)
_CHANGING = ("status", "total", "processed", "cursor_at", "cursor_id", "tally", "failure", "tries", "leased_until")
_UPDATE = update_row(_T, *_CHANGING, "started_at", "finished_at")
_LOCK = Statement(select(_T).where(_T.c.id == bindparam("id")).with_for_update())
_NEXT = """
SELECT * FROM fraud_backtests
WHERE status IN ('QUEUED', 'RUNNING') AND (leased_until IS NULL OR leased_until <= $1)
ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_ENTRIES = """
SELECT list_name, value FROM fraud_list_entries
WHERE merchant_id = $1 AND list_name = ANY ($2::text[]) AND value = ANY ($3::text[])
  AND (expires_at IS NULL OR expires_at > now())
"""
_BEFORE_ALL = UUID(int=0)
_IDS = {"payment.merchant": Prefix.MERCHANT, "customer.id": Prefix.CUSTOMER}
_DECISIONS = {None: None, **{decision.value: decision for decision in ScreeningDecision}}
_statement = lru_cache(maxsize=64)(tested_statement)
_NOTHING: dict[Any, Any] = {}
_UNLISTED: frozenset[tuple[str, str]] = frozenset()
_SCORE = "gateway.score"
_IP = "ip.address"


class BacktestStore:
    """Satisfies `domain.fraud.ports.Backtests` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def for_update(self, backtest_id: UUID) -> Backtest:
        """The backtest, locked until the unit ends; raise `NotFound`."""
        row = await self._connection.fetchrow(_LOCK.sql, *_LOCK.args(id=backtest_id))
        if row is None:
            what = "The backtest"
            raise NotFound(what)
        return backtest_of(row)

    async def add(self, backtest: Backtest) -> None:
        """A new one, which waits for a worker."""
        await self._connection.execute(_INSERT.sql, *_INSERT.args(**backtest_values(backtest)))

    async def save(self, backtest: Backtest) -> None:
        """A changed one."""
        values = backtest_values(backtest)
        arguments = _UPDATE.args(**values, key_merchant_id=backtest.merchant_id, key_id=backtest.id)
        await self._connection.execute(_UPDATE.sql, *arguments)

    async def lease(self, at: datetime) -> Backtest | None:
        """The oldest one that waits, or whose worker is silent; leased, so that nobody else runs it."""
        row = await self._connection.fetchrow(_NEXT, at)
        if row is None:
            return None
        leased = backtest_of(row).run(at)
        await self.save(leased)
        return leased

    async def count(self, backtest: Backtest) -> int:
        """How many payments its range has."""
        statement = count_statement(backtest.merchant_id)
        counted = await self._connection.fetchval(statement, backtest.since, backtest.until, *_whose(backtest))
        return int(counted or 0)

    async def payments(self, backtest: Backtest, needs: Needs, limit: int) -> Sequence[TestedPayment]:
        """The next payments of its range after its cursor, the oldest first, with what is needed of each."""
        statement = _statement(backtest.merchant_id, needs)
        cursor = backtest.cursor or (backtest.since, _BEFORE_ALL)
        arguments = (backtest.since, backtest.until, *cursor, limit, *_whose(backtest))
        found = await self._connection.fetch(statement.text, *arguments)
        payments = [_hydrator(statement)(row) for row in found]
        return await self._listed(backtest, needs, payments) if needs.lists else payments

    async def _listed(
        self, backtest: Backtest, needs: Needs, payments: Sequence[TestedPayment]
    ) -> Sequence[TestedPayment]:
        """The payments with the lists that have any of their values; of IP addresses also by their networks."""
        asked: dict[str, set[str]] = {}
        for payment in payments:
            for variable in KIND_OF_VARIABLE.keys() & payment.values.keys():
                value = str(payment.values[variable])
                if value and value not in asked:
                    asked[value] = set(entries_of(KIND_OF_VARIABLE[variable], value))
        wanted = list(set().union(*asked.values()))
        found = await self._connection.fetch(_ENTRIES, backtest.merchant_id, list(needs.lists), wanted)
        names: dict[str, set[str]] = {}
        for row in found:
            names.setdefault(row["value"], set()).add(row["list_name"])
        listed = {
            value: hits
            for value, entries in asked.items()
            if (hits := frozenset((name, value) for entry in entries for name in names.get(entry, ())))
        }
        return [
            replace(payment, listed=hits) if (hits := _hits(payment.values, listed)) else payment
            for payment in payments
        ]


def _whose(backtest: Backtest) -> tuple[UUID, ...]:
    return () if backtest.merchant_id == PLATFORM else (backtest.merchant_id,)


@lru_cache(maxsize=64)
def _hydrator(statement: TestedStatement) -> Callable[[Record], TestedPayment]:
    names, first = statement.variables, statement.first_variable
    last = first + len(names)
    ids = [(name, prefix) for name, prefix in _IDS.items() if name in names]
    queries = list(enumerate(statement.queries))

    def values(row: Record) -> dict[str, FactValue]:
        made: dict[str, Any] = dict(zip(names, row[first:last], strict=True))
        for name, prefix in ids:
            made[name] = "" if made[name] is None else format_id(prefix, made[name])
        if made.get(_IP):
            made[_IP] = address_of(made[_IP])
        if _SCORE in made and made[_SCORE] is None:
            # Nobody knows it: a rule that asks for it cannot be evaluated.
            del made[_SCORE]
        return made

    def velocities(row: Record) -> dict[VelocityQuery, VelocityFigures]:
        return {query: _figures(row, number, query) for number, query in queries}

    return hydrator(
        TestedPayment,
        {
            "values": values,
            "velocities": velocities if queries else lambda _: _NOTHING,
            "listed": lambda _: _UNLISTED,
            "decided": _DECISIONS,
        },
    )


def _figures(row: Record, number: int, query: VelocityQuery) -> VelocityFigures:
    return VelocityFigures(
        count=row[f"q{number}_count"],
        sum_minor=row[f"q{number}_sum"],
        distinct={one: row[f"q{number}_{one.value}"] for one in query.distinct},
    )


def _hits(
    values: Mapping[str, FactValue], listed: Mapping[str, frozenset[tuple[str, str]]]
) -> frozenset[tuple[str, str]]:
    return frozenset().union(*(listed.get(str(values[name]), ()) for name in KIND_OF_VARIABLE.keys() & values.keys()))
