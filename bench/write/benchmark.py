"""Throughput of payments, Paydesk against the floor, over 1, 8 and 32 connections in turns."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import asyncpg

from bench.cluster import migrated_cluster
from bench.load import drive
from bench.report import Report, Table
from bench.rounds import interleaved
from bench.write.agreement import OPTIONS, agreement, require_true_books
from bench.write.contenders import FLOOR, PAYDESK, contenders
from bench.write.cost import commit_milliseconds, cost

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bench.load import Figures
    from bench.options import Options
    from bench.write.agreement import Agreement
    from bench.write.contenders import Contender
    from bench.write.cost import Cost

_CONNECTIONS = (8, 1, 32)
_HEADLINE = 8


@dataclass(slots=True)
class _Measured:
    """All rounds of one contender over so many connections."""

    figures: list[Figures] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)

    def per_second(self) -> float:
        return median(figures.per_second for figures in self.figures)

    def latency(self, name: str) -> float:
        return median(getattr(figures, name) for figures in self.figures)

    def each(self, name: str) -> float:
        """A cost per payment, those of the warm-ups among them."""
        return sum(getattr(spent, name) for spent in self.costs) / sum(spent.payments for spent in self.costs)


@dataclass(frozen=True, slots=True)
class _Bench:
    """The open connection and clocks that rounds are measured with."""

    connection: asyncpg.Connection
    postmaster: int
    seconds: float

    def round_of(self, contender: Contender, connections: int, into: _Measured) -> Callable[[], Awaitable[float]]:
        """One round, to be run again and again."""

        async def run() -> float:
            before = await cost(self.connection, contender.server, self.postmaster)
            figures = await drive(contender.load(connections, self.seconds))
            into.costs.append(await cost(self.connection, contender.server, self.postmaster) - before)
            into.figures.append(figures)
            return figures.per_second

        return run


async def run(options: Options) -> Report:
    """Check that both do the same, then measure in turns; raise `Disagreement` when they do not."""
    # Many short turns: what slows the machine for some seconds then meets both alike.
    rounds, seconds = (5, 0.6) if options.quick else (9, 3.0)
    async with (
        migrated_cluster(OPTIONS) as cluster,
        contenders(cluster.dsn) as both,
    ):
        agreed = await agreement(both, cluster.dsn, cluster.log_path)
        connection = await asyncpg.connect(cluster.dsn)
        try:
            postmaster = _parent(await connection.fetchval("SELECT pg_backend_pid()"))
            bench = _Bench(connection, postmaster, seconds)
            disk = await commit_milliseconds(connection)
            measured: dict[int, dict[str, _Measured]] = {}
            for connections in _CONNECTIONS:
                of = measured[connections] = {name: _Measured() for name in both}
                await interleaved(rounds, {n: bench.round_of(both[n], connections, of[n]) for n in both})
        finally:
            await connection.close()
        await require_true_books(cluster.dsn)
    return _report(measured, agreed, disk)


def _parent(pid: int) -> int:
    # The name in brackets may hold anything; behind it come the state and the parent.
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()[1])


def _report(measured: dict[int, dict[str, _Measured]], agreed: Agreement, disk: tuple[float, float]) -> Report:
    ratios = {connections: _ratio(of[PAYDESK], of[FLOOR]) for connections, of in measured.items()}
    return Report(
        name="write",
        tables=[_throughput(measured, ratios), _costs(measured[_HEADLINE], agreed), _sent(agreed), _disk(disk)],
        ratios={
            "write_vs_floor" if connections == _HEADLINE else f"write_vs_floor_{connections}": ratio
            for connections, ratio in ratios.items()
        },
        details={
            "rows_per_payment": agreed.rows,
            "round_trips_per_payment": agreed.round_trips,
            "commits_per_payment": agreed.commits,
            "round_trip_ms": disk[0],
            "durable_commit_ms": disk[1],
            "rounds": _details(measured),
        },
    )


def _ratio(ours: _Measured, floor: _Measured) -> float:
    """The median of the rounds' own ratios: two turns that follow each other have met the same disk."""
    pairs = zip(ours.figures, floor.figures, strict=True)
    return median(own.per_second / other.per_second for own, other in pairs)


def _throughput(measured: dict[int, dict[str, _Measured]], ratios: dict[int, float]) -> Table:
    rows = [
        [
            str(connections),
            *(f"{of[name].per_second():.0f}" for name in (PAYDESK, FLOOR)),
            f"{ratios[connections]:.2f}",
            *(f"{of[name].latency(figure):.1f}" for figure in ("p50_ms", "p99_ms") for name in (PAYDESK, FLOOR)),
        ]
        for connections, of in sorted(measured.items())
    ]
    header = ["connections", "Paydesk/s", "floor/s", "ratio", "p50 ms", "floor p50", "p99 ms", "floor p99"]
    return Table(title="createPayment with automatic capture", header=header, rows=rows)


def _costs(of: dict[str, _Measured], agreed: Agreement) -> Table:
    rows = [
        [
            {PAYDESK: "Paydesk", FLOOR: "floor"}[name],
            str(agreed.round_trips),
            str(agreed.commits),
            f"{each.each('wal_bytes') / 1024:.1f}",
            f"{each.each('server_cpu_seconds') * 1000:.2f}",
            f"{each.each('postgres_cpu_seconds') * 1000:.2f}",
        ]
        for name, each in of.items()
    ]
    header = ["", "round trips", "commits", "WAL KiB", "server CPU ms", "PostgreSQL CPU ms"]
    return Table(title=f"What one payment costs, at {_HEADLINE} connections", header=header, rows=rows)


def _sent(agreed: Agreement) -> Table:
    rows = [[name, str(number)] for name, number in agreed.kinds().items()]
    return Table(title="What one payment sends", header=["statement", "times"], rows=rows)


def _disk(disk: tuple[float, float]) -> Table:
    read, written = disk
    rows = [["SELECT 1", f"{read:.2f}"], ["the smallest durable transaction", f"{written:.2f}"]]
    return Table(title="What an idle PostgreSQL takes for", header=["", "ms"], rows=rows)


def _details(measured: dict[int, dict[str, _Measured]]) -> dict[str, Any]:
    return {
        f"{name}_{connections}": [asdict(figures) for figures in each.figures]
        for connections, of in measured.items()
        for name, each in of.items()
    }
