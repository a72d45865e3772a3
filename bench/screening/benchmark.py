"""The same payments judged at several sizes of history, in turns: how long it takes, and in how many statements."""

from __future__ import annotations

import asyncio
import gc
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg

from adapters.cel.language import CelLanguage
from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from bench.growth.benchmark import QUICK_SIZES, SIZES
from bench.growth.fill import merchant_ids
from bench.growth.ground import grounds
from bench.report import Report, Table
from bench.rounds import percentile
from bench.screening.buyers import BUSY_ADDRESS, KNOWN_BUYERS, Buyer
from bench.screening.fill import fill
from bench.screening.rules import RULES, rule_sets
from domain.fraud.judging import judge_arrival
from domain.fraud.rule_shelf import RuleShelf
from domain.identity.actor import Actor, ActorKind, Realm, system_actor

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from datetime import datetime

    from bench.options import Options
    from domain.merchants.merchant import Merchant

_ROUNDS, _QUICK_ROUNDS = 2000, 200
# Enough that PostgreSQL has settled on its plans and read what the rounds need.
_WARM_UP = 40
MOST_STATEMENTS = 3
_JOBS = system_actor("bench.screening")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One size's database, and who pays there: at the largest merchant, as the merchant's own client would."""

    size: int
    database: Database
    merchant: Merchant
    actor: Actor
    shelf: RuleShelf
    language: CelLanguage
    newest: datetime
    statements: list[str] = field(default_factory=list)

    async def judge(self, turn: int, address: str | None = None) -> tuple[float, int]:
        """The seconds and the statements that judging another payment takes.

        It is rolled back, so that every round finds the same.
        """
        at = self.newest + timedelta(milliseconds=1 + turn % 1000)
        arrival = Buyer(number=turn % KNOWN_BUYERS).arrival(self.merchant, at, address)
        async with PostgresUnits(self.database).begin(self.actor, "bench") as unit:
            await unit.payments.add(arrival.payment)
            # Statements are told of in the event loop's next round.
            await asyncio.sleep(0)
            self.statements.clear()
            began = time.perf_counter()
            await judge_arrival(self, unit, arrival, at)
            seconds = time.perf_counter() - began
            await asyncio.sleep(0)
            return seconds, len(self.statements)


async def run(options: Options) -> Report:
    """Fill the databases, then judge; raise `AssertionError` when a payment takes more than three statements."""
    sizes = QUICK_SIZES if options.quick else SIZES
    rounds = _QUICK_ROUNDS if options.quick else _ROUNDS
    print(f"screening: {RULES} rules, databases of {', '.join(f'{size:,}' for size in sizes)} payments")
    async with grounds(sizes) as dsns, AsyncExitStack() as stack:
        sites = [await stack.enter_async_context(_site(dsn, size)) for size, dsn in dsns.items()]
        gc.collect()
        gc.freeze()
        usual, most = await _measured(sites, rounds, None)
        busy, _ = await _measured(sites, rounds // 4, BUSY_ADDRESS)
    return _report(sizes, usual, busy, most)


async def _measured(sites: Sequence[Site], rounds: int, address: str | None) -> tuple[dict[int, list[float]], int]:
    seconds: dict[int, list[float]] = {one.size: [] for one in sites}
    most = 0
    for turn in range(-_WARM_UP, rounds):
        # In turns, and the order of sizes turns around: what slows the machine slows all of them.
        for one in sites[:: 1 if turn % 2 == 0 else -1]:
            taken, statements = await one.judge(turn + _WARM_UP, address)
            if turn >= 0:
                seconds[one.size].append(taken)
                most = max(most, statements)
    if most > MOST_STATEMENTS:
        message = f"a payment took {most} statements"
        raise AssertionError(message)
    return seconds, most


@asynccontextmanager
async def _site(dsn: str, size: int) -> AsyncGenerator[Site]:
    largest = merchant_ids()[0]
    database = await Database.connect(dsn, size=1)
    owner = await asyncpg.connect(dsn)
    try:
        async with PostgresUnits(database).begin(_JOBS, "bench") as unit:
            merchant = await unit.merchants.get(largest)
        newest = await fill(owner, merchant, lambda text: print(f"  {text}", flush=True))
        async with PostgresUnits(database).begin(_JOBS, "bench") as unit:
            for rule_set in rule_sets(largest, newest):
                if not (await unit.rule_sets.current(rule_set.merchant_id)).revision:
                    await unit.rule_sets.add(rule_set)
            await unit.commit()
        actor = Actor(kind=ActorKind.CLIENT, id=None, name="shop", realm=Realm.MERCHANT, grants={largest: frozenset()})
        one = Site(
            size=size,
            database=database,
            merchant=merchant,
            actor=actor,
            shelf=RuleShelf(),
            language=CelLanguage(),
            newest=newest,
        )

        def note(query: asyncpg.connection.LoggedQuery) -> None:
            one.statements.append(query.query)

        async with database.connection(actor.visible) as connection:
            connection.add_query_logger(note)
        yield one
    finally:
        await owner.close()
        await database.close()


def _report(
    sizes: Sequence[int], usual: dict[int, list[float]], busy: dict[int, list[float]], statements: int
) -> Report:
    rows = {"usual": usual, "busy address": busy}
    p50, p99 = (
        {name: {size: percentile(one[size], share) for size in sizes} for name, one in rows.items()}
        for share in (0.5, 0.99)
    )
    smallest, largest = sizes[0], sizes[-1]
    return Report(
        name="screening",
        tables=[
            Table(
                title=f"Milliseconds to judge a payment by {RULES} rules, in {statements} statements",
                header=["payment", *(f"p50 {size:,}" for size in sizes), *(f"p99 {size:,}" for size in sizes)],
                rows=[
                    [name, *(f"{of[name][size] * 1000:.2f}" for of in (p50, p99) for size in sizes)] for name in rows
                ],
            )
        ],
        ratios={
            "screening_p50_growth": p50["usual"][largest] / p50["usual"][smallest],
            "screening_p99_growth": p99["usual"][largest] / p99["usual"][smallest],
        },
        details={
            "sizes": list(sizes),
            "rules": RULES,
            "statements": statements,
            **{
                f"{quantile}_ms": {
                    name: {str(size): round(one[size] * 1000, 3) for size in sizes} for name, one in of.items()
                }
                for quantile, of in (("p50", p50), ("p99", p99))
            },
        },
    )
