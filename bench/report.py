"""A benchmark's outcome: tables for people, ratios for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from bench.machine import machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.options import Options

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells are shown as they are; the first column is left-aligned, all others right."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        """The table as Markdown, so that it reads well on a terminal and can be put into a page."""
        lines = [list(self.header), *map(list, self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        shown = [self._line(lines[0], widths), "| " + " | ".join(rule) + " |"]
        shown += [self._line(line, widths) for line in lines[1:]]
        return "\n".join([f"### {self.title}", "", *shown])

    @staticmethod
    def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
        padded = [cells[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True))]
        return "| " + " | ".join(padded) + " |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`ratios` are flat and named after what they compare; `details` is whatever explains them."""

    name: str
    tables: Sequence[Table]
    ratios: dict[str, float]
    details: dict[str, Any] = field(default_factory=dict)


def publish(report: Report, options: Options) -> None:
    """Print the tables and write `bench/results/NAME.json`."""
    where = machine()
    units = {"cores": " cores", "memory_mib": " MiB"}
    told = ", ".join(f"{value}{units.get(name, '')}" for name, value in where.items())
    print(f"\n## {report.name}{' (quick)' if options.quick else ''}: {told}\n")
    for table in report.tables:
        print(table.text() + "\n")
    ratios = {name: round(value, 3) for name, value in report.ratios.items()}
    for name, value in ratios.items():
        print(f"{name} = {value}")
    RESULTS.mkdir(exist_ok=True)
    content = {
        "name": report.name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": options.quick,
        "machine": where,
        "ratios": ratios,
        **report.details,
    }
    path = RESULTS / f"{report.name}.json"
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
    print(f"\nWritten to {path}")
