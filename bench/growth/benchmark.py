"""The same reads at several sizes, in turns: times, how they grow, and the plans behind them."""

from __future__ import annotations

import gc
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.growth.cases import Case, cases, combined
from bench.growth.ground import grounds
from bench.growth.plans import outline, plans_of, statements_on, violations
from bench.growth.site import Site, site
from bench.report import Report, Table
from bench.rounds import percentile
from domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.options import Options

SIZES = (10_000, 1_000_000, 5_000_000)
QUICK_SIZES = (10_000, 50_000)
_ROUNDS = 500
_QUICK_ROUNDS = 60
# PostgreSQL settles on a plan after five; the others warm its caches with what the rounds will ask for.
_WARM_UP = 40
_QUICK_WARM_UP = 8
_UNCHECKED_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One read's times in seconds at each size, how many rows it gave there, and its plans."""

    name: str
    seconds: dict[int, list[float]]
    rows: dict[int, float]
    outlines: dict[int, str]
    violations: list[str]

    def p50(self, size: int) -> float:
        """The median, in milliseconds."""
        return percentile(self.seconds[size], 0.5) * 1000

    def p99(self, size: int) -> float:
        """What one time in a hundred is above, in milliseconds."""
        return percentile(self.seconds[size], 0.99) * 1000


async def run(options: Options) -> Report:
    """Fill the databases, read, and look at the plans.

    A read whose plan grows with the table has no ratio; `violations` among the details says why.
    """
    sizes = QUICK_SIZES if options.quick else SIZES
    rounds, warm_up = (_QUICK_ROUNDS, _QUICK_WARM_UP) if options.quick else (_ROUNDS, _WARM_UP)
    print(f"growth: databases of {', '.join(f'{size:,}' for size in sizes)} payments")
    async with grounds(sizes) as dsns, AsyncExitStack() as stack:
        sites = [await stack.enter_async_context(site(dsn, size)) for size, dsn in dsns.items()]
        gc.collect()
        gc.freeze()
        measured = [await _measured(case, sites, rounds, warm_up) for case in cases()]
        unlucky = [await _measured(case, sites, _UNCHECKED_ROUNDS, 1) for case in combined()]
    return _report(sizes, measured, unlucky)


async def _measured(case: Case, sites: Sequence[Site], rounds: int, warm_up: int) -> Measured:
    seconds: dict[int, list[float]] = {one.size: [] for one in sites}
    rows: dict[int, int] = dict.fromkeys(seconds, 0)
    for turn in range(-warm_up, rounds):
        # In turns, and the order of sizes turns around: what slows the machine slows all of them.
        for one in sites[:: 1 if turn % 2 == 0 else -1]:
            began = time.perf_counter()
            found = await _rows(case, one, turn)
            if turn >= 0:
                seconds[one.size].append(time.perf_counter() - began)
                rows[one.size] += found
    outlines: dict[int, str] = {}
    wrong: list[str] = []
    for one in sites:
        outlines[one.size], found_wrong = await _looked_into(case, one)
        wrong += [f"{case.name} at {one.size:,}: {what}" for what in found_wrong]
    return Measured(
        name=case.name,
        seconds=seconds,
        rows={size: many / rounds for size, many in rows.items()},
        outlines=outlines,
        violations=list(dict.fromkeys(wrong)),
    )


async def _rows(case: Case, one: Site, turn: int) -> int:
    try:
        return await case.read(one, turn)
    except Unavailable:
        # PostgreSQL gave it up at the statement's timeout; the time until then says so.
        return 0


async def _looked_into(case: Case, one: Site) -> tuple[str, list[str]]:
    async with statements_on(one.database, case.scope) as given:
        await _rows(case, one, 1)
    outlines: list[str] = []
    wrong: list[str] = []
    for statement in given:
        try:
            first, settled = await plans_of(one.database, case.scope, statement)
        except Unavailable:
            return "given up", ["given up"]
        outlines.append(outline(settled))
        wrong += [*violations(first), *violations(settled)]
    return "; ".join(outlines), wrong


def _report(sizes: Sequence[int], measured: Sequence[Measured], unlucky: Sequence[Measured]) -> Report:
    smallest, largest = sizes[0], sizes[-1]
    wrong = [violation for one in measured for violation in one.violations]
    tables = [_times(f"Milliseconds a read, and its growth from {smallest:,} to {largest:,}", sizes, measured)]
    if wrong:
        tables.append(Table(title="VIOLATIONS: these plans grow", header=["where"], rows=[[line] for line in wrong]))
    tables += [
        _times("Filters that no index answers alone: no goal, but an end", sizes, unlucky),
        Table(
            title=f"Plans at {largest:,}: by which indexes, and rows looked at",
            header=["read", "plan"],
            rows=[[one.name, one.outlines[largest]] for one in (*measured, *unlucky)],
        ),
    ]
    return Report(
        name="growth",
        tables=tables,
        ratios={
            f"growth_{one.name}_p50": one.p50(largest) / one.p50(smallest) for one in measured if not one.violations
        },
        details={
            "sizes": list(sizes),
            "violations": wrong,
            "reads": {one.name: _details(one, sizes) for one in measured},
            "combined": {one.name: _details(one, sizes) for one in unlucky},
        },
    )


def _times(title: str, sizes: Sequence[int], measured: Sequence[Measured]) -> Table:
    header = ["read", "rows", *(f"p50 {size:,}" for size in sizes), "growth", *(f"p99 {size:,}" for size in sizes)]
    return Table(
        title=title,
        header=header,
        rows=[
            [
                one.name,
                " ".join(dict.fromkeys(f"{rows:.0f}" for rows in one.rows.values())),
                *(f"{one.p50(size):.2f}" for size in sizes),
                f"{one.p50(sizes[-1]) / one.p50(sizes[0]):.2f}",
                *(f"{one.p99(size):.2f}" for size in sizes),
            ]
            for one in measured
        ],
    )


def _details(one: Measured, sizes: Sequence[int]) -> dict[str, Any]:
    return {
        "rows": {str(size): round(one.rows[size], 1) for size in sizes},
        "p50_ms": {str(size): round(one.p50(size), 3) for size in sizes},
        "p99_ms": {str(size): round(one.p99(size), 3) for size in sizes},
        "plans": {str(size): one.outlines[size] for size in sizes},
    }
