"""Whether a server's memory stays where it is over a hundred thousand requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.load import Load, drive
from bench.read.contenders import LIST, PAYDESK
from bench.report import Table

if TYPE_CHECKING:
    from bench.read.contenders import Contender, Field

FIRST = 10_000
ALL = 100_000
# Longer than this is nobody's patience: a shorter page then, which goes the same ways.
_MOST_SECONDS = 300
_ROWS = (50, 10, 2)
_CONNECTIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the process that answers held, in bytes, after so many requests for a page of `rows`."""

    rows: int
    resident: dict[int, int]

    @property
    def growth(self) -> float:
        """At the end, as a multiple of what it was after the first tenth."""
        return self.resident[ALL] / self.resident[FIRST]

    def table(self) -> Table:
        """For people."""
        title = f"memory, list of {self.rows} at {_CONNECTIONS} connections"
        rows = [[f"{count:,}", f"{held / 2**20:.1f}"] for count, held in self.resident.items()]
        return Table(title=title, header=["requests", "resident MiB"], rows=rows)


async def growth(field: Field) -> Memory | None:
    """Send them all to Paydesk, and look; None where nobody tells what a process holds."""
    rows = await _longest_page((await field.contenders())[PAYDESK])
    resident: dict[int, int] = {}
    for count, until in ((FIRST, FIRST), (ALL - FIRST, ALL)):
        await drive(_load((await field.contenders())[PAYDESK], rows, count))
        worker = field.ours.worker()
        if worker is None:
            return None
        resident[until] = worker.resident_bytes
    return Memory(rows=rows, resident=resident)


async def _longest_page(contender: Contender) -> int:
    for rows in _ROWS:
        figures = await drive(_load(contender, rows, None))
        if ALL / figures.per_second <= _MOST_SECONDS:
            return rows
    return _ROWS[-1]


def _load(contender: Contender, rows: int, count: int | None) -> Load:
    # As many digits as before, or the length of the body would be wrong.
    request = contender.requests[LIST].replace('"first":50', f'"first":{rows:>2}')
    return Load(
        port=contender.server.port,
        requests=[request],
        connections=_CONNECTIONS,
        seconds=1,
        warm_up_seconds=0,
        count=count,
    )
