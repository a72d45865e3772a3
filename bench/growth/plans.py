"""What PostgreSQL does for a read, and what of it would grow with the table."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from domain.kernel.paging import MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    import asyncpg

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope

    Plan = dict[str, Any]
    Given = tuple[str, Sequence[Any]]

# PostgreSQL plans five times for the values at hand, and then may keep one plan for all values.
_BEFORE_SETTLED = 5
# Tables that stay as they are while payments come in.
_FIXED = frozenset({"merchants"})
_SORTS = frozenset({"Sort", "Incremental Sort"})


@asynccontextmanager
async def statements_on(database: Database, scope: Scope) -> AsyncGenerator[list[Given]]:
    """The statements that the pool's only connection is given meanwhile, with their arguments."""
    seen: list[Given] = []

    def note(query: asyncpg.connection.LoggedQuery) -> None:
        if "set_config" not in query.query:
            seen.append((query.query, query.args))

    # Asked for and given back at once: the reads need it themselves.
    async with database.connection(scope) as connection:
        connection.add_query_logger(note)
    try:
        yield seen
    finally:
        async with database.connection(scope) as connection:
            connection.remove_query_logger(note)


async def plans_of(database: Database, scope: Scope, given: Given) -> tuple[Plan, Plan]:
    """The plan for the values at hand, and the one that PostgreSQL settles on; with the rows that really flowed."""
    sql, values = given
    async with database.connection(scope) as connection:
        kinds = [kind.name for kind in (await connection.prepare(sql)).get_parameters()]
        literals = ", ".join(f"{_literal(value)}::{kind}" for value, kind in zip(values, kinds, strict=True))
        execute = "EXECUTE looked_at" + (f" ({literals})" if kinds else "")
        declared = f" ({', '.join(kinds)})" if kinds else ""
        await connection.execute(f"PREPARE looked_at{declared} AS {sql}")
        try:
            first = await _explained(connection, execute)
            for _ in range(_BEFORE_SETTLED):
                await connection.execute(f"EXPLAIN {execute}")
            return first, await _explained(connection, execute)
        finally:
            await connection.execute("DEALLOCATE looked_at")


async def _explained(connection: asyncpg.Connection, execute: str) -> Plan:
    explained: Any = await connection.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) {execute}")
    return explained[0]["Plan"]


def violations(plan: Plan) -> list[str]:
    """What grows with the table: a sequential scan, or a sort of more rows than the largest page and one more."""
    found: list[str] = []
    for node in _nodes(plan):
        kind = node["Node Type"]
        if not node["Actual Loops"]:
            continue
        if kind.endswith("Seq Scan") and node.get("Relation Name") not in _FIXED:
            found.append(f"{kind} on {node.get('Relation Name')}")
        if kind in _SORTS:
            [below] = [child for child in node["Plans"] if child["Parent Relationship"] == "Outer"]
            if below["Actual Rows"] > MAX_PAGE + 1:
                found.append(f"{kind} of {below['Actual Rows']:,.0f} rows")
    return found


def outline(plan: Plan) -> str:
    """The plan in a line: by which indexes it goes, and how many rows it looked at there."""
    scans: dict[str, float] = {}
    for node in _nodes(plan):
        name = node.get("Index Name") or node.get("Relation Name")
        if name and node["Actual Loops"]:
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            scans[name] = scans.get(name, 0) + rows * node["Actual Loops"]
    return ", ".join(f"{name} {rows:,.0f}" for name, rows in scans.items())


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (list, tuple)):
        return _quoted("{" + ",".join(orjson.dumps(_text(item)).decode() for item in value) + "}")
    return _quoted(_text(value))


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, (UUID, str, int)) else orjson.dumps(value).decode()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
