"""The parts of the documents that follow from the code: `python -m tests.docs.generated --write` brings them up to date."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

from app.settings import settings_table
from domain.kernel.machine import finals
from tests.architecture.tree import ROOT, contexts
from tests.docs.fraud_expressions import PAGE as FRAUD_EXPRESSIONS
from tests.docs.fraud_expressions import expressions_page
from tests.docs.reason_codes import PAGE as REASON_CODES
from tests.docs.reason_codes import reason_code_tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum
    from pathlib import Path

    Table = Mapping[StrEnum, frozenset[StrEnum]]

MACHINES = ROOT / "docs" / "state-machines.md"
OPERATIONS = ROOT / "docs" / "operations.md"
COMMAND = "python -m tests.docs.generated --write"
_BEGIN, _END = "<!-- settings: generated -->\n", "<!-- end of settings -->\n"
_INTRODUCTION = f"""\
# State machines

Generated from the transition tables of the domain by `.venv/bin/{COMMAND}`; do not edit.
What the states mean stands in [domain.md](domain.md).
"""
_CODES = f"""\
# Reason codes

Generated from the catalogues in [`domain/disputes/reason_codes/`](../domain/disputes/reason_codes/) by
`.venv/bin/{COMMAND}`; do not edit. `Days` are calendar days for the answer to a chargeback; what a notice says of its
deadline comes before any number here.

"""


def machines() -> dict[str, Table]:
    """Every transition table of the domain, by the module that holds it."""
    tables: dict[str, Table] = {}
    for module in contexts():
        # Captures go through the states of operations, and have that table only by import.
        if "\nTRANSITIONS: " in module.text:
            tables[str(module.path)] = importlib.import_module(module.dotted).TRANSITIONS
    return tables


def machines_page() -> str:
    """docs/state-machines.md as it has to be."""
    return _INTRODUCTION + "".join(_chapter(path, table) for path, table in machines().items())


def reason_codes_page() -> str:
    """docs/reason-codes.md as it has to be."""
    return _CODES + reason_code_tables()


def operations_page() -> str:
    """docs/operations.md with the settings as they are."""
    before, begin, rest = OPERATIONS.read_text().partition(_BEGIN)
    _, end, after = rest.partition(_END)
    assert begin
    assert end
    return f"{before}{begin}\n{settings_table()}\n{end}{after}"


def pages() -> dict[Path, str]:
    """Every document of which something is generated, as it has to be."""
    return {
        MACHINES: machines_page(),
        OPERATIONS: operations_page(),
        REASON_CODES: reason_codes_page(),
        FRAUD_EXPRESSIONS: expressions_page(),
    }


def _chapter(path: str, table: Table) -> str:
    statuses = list(type(next(iter(table))))
    arrows = [f"  {status} --> {target}" for status in statuses for target in statuses if target in table[status]]
    ends = [f"  {status} --> [*]" for status in statuses if status in finals(table)]
    name = path.rpartition("/")[2].removesuffix(".py").replace("_", " ").capitalize()
    diagram = "\n".join(["stateDiagram-v2", f"  [*] --> {statuses[0]}", *arrows, *ends])
    return f"\n## {name}\n\n[`{path}`](../{path})\n\n```mermaid\n{diagram}\n```\n"


if __name__ == "__main__":
    for page, text in pages().items():
        current = page.exists() and page.read_text() == text
        if "--write" in sys.argv[1:]:
            page.write_text(text)
        sys.stdout.write(f"{page.relative_to(ROOT)} {'is current' if current else 'was out of date'}\n")
