"""Whether the floor does Paydesk's work: the same statements, the same rows, an answer of the same shape."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import httpx2

from app.settings import load_settings
from app.verify import verified
from bench.serving import paydesk_environ
from bench.write.contenders import FLOOR, PAYDESK
from bench.write.request import PATH, body

if TYPE_CHECKING:
    from pathlib import Path

    from bench.write.contenders import Contender

_PAYMENTS = 20
_LOGGED = re.compile(r"^LOG: +(?:statement|execute [^:]*): (.*?)(?=^[A-Z]+: |\Z)", re.MULTILINE | re.DOTALL)
# Of authentication, which asks at most every half second, and of the fence, which moves when authentication has asked.
_BESIDE = re.compile(r"set_config|FROM api_clients|FROM signing_keys|ALTER SYSTEM|pg_reload_conf")
_TABLES = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
"""
OPTIONS = {"log_line_prefix": "", "log_parameter_max_length": "0"}


class Disagreement(RuntimeError):
    """The floor does something else than Paydesk; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What both do for one payment: the statements in order, and how many rows come into which table."""

    statements: list[str]
    rows: dict[str, float]

    @property
    def round_trips(self) -> int:
        """How often the server waits for PostgreSQL; repetitions of one statement travel together."""
        return sum(now != before for now, before in zip(self.statements, ["", *self.statements], strict=False))

    def kinds(self) -> dict[str, int]:
        """The statements by what they do and to which table, each with how often it is sent."""
        return dict(Counter(map(_kind, self.statements)))

    @property
    def commits(self) -> int:
        """How many transactions PostgreSQL makes durable."""
        return self.statements.count("COMMIT;")


async def agreement(contenders: dict[str, Contender], dsn: str, log: Path) -> Agreement:
    """Send both the same and compare what comes of it; raise `Disagreement`."""
    connection = await asyncpg.connect(dsn)
    try:
        found = {name: await _of(contender, connection, log) for name, contender in contenders.items()}
    finally:
        await connection.close()
    (ours, answer), (floor, floor_answer) = found[PAYDESK], found[FLOOR]
    if ours.statements != floor.statements:
        raise Disagreement(_difference(ours.statements, floor.statements))
    if ours.rows != floor.rows:
        raise Disagreement(f"Paydesk writes {ours.rows}, the floor {floor.rows}")
    if _shape(answer) != _shape(floor_answer):
        raise Disagreement(f"Paydesk answers {answer}, the floor {floor_answer}")
    await require_true_books(dsn)
    return ours


async def require_true_books(dsn: str) -> None:
    """Raise `Disagreement` when `paydesk verify` finds something."""
    violations = await verified(load_settings(paydesk_environ(dsn, 80)))
    if violations:
        raise Disagreement("\n".join(violations))


async def _of(contender: Contender, connection: asyncpg.Connection, log: Path) -> tuple[Agreement, Any]:
    async with httpx2.AsyncClient(base_url=contender.server.url, trust_env=False) as client:
        answer = await _pay(client, contender.token)
        before = await _rows(connection)
        for _ in range(_PAYMENTS):
            await _pay(client, contender.token)
        after = await _rows(connection)
        statements = await _logged(connection, log, client, contender.token)
    rows = {table: (count - before[table]) / _PAYMENTS for table, count in after.items() if count != before[table]}
    return Agreement(statements=statements, rows=rows), answer


async def _logged(connection: asyncpg.Connection, log: Path, client: httpx2.AsyncClient, token: str) -> list[str]:
    """What one payment sends, as PostgreSQL saw it."""
    await connection.execute("ALTER SYSTEM SET log_statement = 'all'")
    await connection.execute("SELECT pg_reload_conf()")
    try:
        # Backends read their settings again between two commands: this one may still pass by unseen.
        await _pay(client, token)
        begins = await asyncio.to_thread(_size, log)
        await _pay(client, token)
    finally:
        await connection.execute("ALTER SYSTEM RESET log_statement")
        await connection.execute("SELECT pg_reload_conf()")
    said = (await asyncio.to_thread(log.read_bytes))[begins:].decode()
    statements = [" ".join(text.split()) for text in _LOGGED.findall(said)]
    return [statement for statement in statements if not _BESIDE.search(statement)]


async def _pay(client: httpx2.AsyncClient, token: str) -> Any:  # noqa: ANN401 - JSON
    answer = await client.post(PATH, json=body(uuid4().hex), headers={"authorization": f"Bearer {token}"})
    answer.raise_for_status()
    return answer.json()["data"]


async def _rows(connection: asyncpg.Connection) -> dict[str, int]:
    tables = [row["relname"] for row in await connection.fetch(_TABLES)]
    counts = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608 - ours
    return {table: int(count or 0) for table, count in zip(tables, counts, strict=True)}


def _kind(statement: str) -> str:
    words = statement.rstrip(";").split()
    if words[0] == "SELECT":
        return f"SELECT {words[words.index('FROM') + 1]}{' FOR UPDATE' if words[-1] == 'UPDATE' else ''}"
    return " ".join(words[: {"INSERT": 3, "UPDATE": 2}.get(words[0], 1)])


def _shape(value: object) -> object:
    """Names, types and order of a JSON value; what stands in it may differ."""
    if isinstance(value, dict):
        return {name: _shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_shape(part) for part in value]
    return type(value).__name__


def _size(path: Path) -> int:
    return path.stat().st_size


def _difference(ours: list[str], floor: list[str]) -> str:
    for number, (statement, other) in enumerate(zip(ours, floor, strict=False), 1):
        if statement != other:
            return f"statement {number} differs.\nPaydesk: {statement}\nfloor:   {other}"
    return f"Paydesk sends {len(ours)} statements, the floor {len(floor)}"
