"""A statement as CSV (RFC 4180): one table with the same columns in every row, in UTF-8 without a mark in front."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from domain.kernel.ids import Prefix, format_id
from domain.kernel.money import plain_notation
from domain.settlements.statement import STATED_KINDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence
    from datetime import datetime

    from domain.settlements.statement import Statement, StatementLine

COLUMNS = (
    "settlement_id",
    "record",
    "line",
    "kind",
    "amount",
    "currency",
    "posted_at",
    "payment_id",
    "payment_reference",
    "dispute_id",
    "ledger_entry_id",
)
# OWASP's list: what a spreadsheet takes for the begin of a formula, also in full width.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_Row = tuple[str, ...]


async def csv_statement(statement: Statement, lines: AsyncIterator[Sequence[StatementLine]]) -> AsyncIterator[bytes]:
    """The header, the opening, all lines, the sums by kind, the closing, what is carried over, and the net."""
    settlement = format_id(Prefix.SETTLEMENT, statement.settlement_id)
    yield _written([COLUMNS, _sum(statement, "OPENING", statement.opening_minor, statement.period_start)])
    number = 0
    async for some in lines:
        yield _written(_line(statement, settlement, place, line) for place, line in enumerate(some, number + 1))
        number += len(some)
    if number != statement.line_count:
        message = f"the statement of {settlement} has {number} lines, not {statement.line_count}"
        raise AssertionError(message)
    cut_off = statement.cut_off
    sums = [_sum(statement, "TOTAL", statement.totals[kind], cut_off, kind) for kind in STATED_KINDS]
    sums.append(_sum(statement, "CLOSING", statement.closing_minor, cut_off))
    if statement.carried_over_minor:
        sums.append(_sum(statement, "CARRIED_OVER", statement.carried_over_minor, cut_off))
    yield _written([*sums, _sum(statement, "NET", statement.net_minor, statement.closed_at)])


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what could be one.

    Also where blanks stand in front, which some of them take off.
    """
    return f"'{text}" if text.lstrip(" \N{NO-BREAK SPACE}").startswith(_BEGINS_FORMULA) else text


def moment_text(moment: datetime | None) -> str:
    """RFC 3339 in UTC, to the second."""
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _line(statement: Statement, settlement: str, number: int, line: StatementLine) -> _Row:
    currency = statement.currency
    return (
        settlement,
        "LINE",
        str(number),
        line.kind.value,
        plain_notation(line.amount_minor, currency.exponent),
        currency.code,
        moment_text(line.posted_at),
        "" if line.payment_id is None else format_id(Prefix.PAYMENT, line.payment_id),
        "" if line.reference is None else safe_cell(line.reference),
        "" if line.dispute_id is None else format_id(Prefix.DISPUTE, line.dispute_id),
        format_id(Prefix.ENTRY, line.entry_id),
    )


def _sum(statement: Statement, record: str, minor: int, moment: datetime | None, kind: str = "") -> _Row:
    currency = statement.currency
    settlement = format_id(Prefix.SETTLEMENT, statement.settlement_id)
    amount = plain_notation(minor, currency.exponent)
    return (settlement, record, "", kind, amount, currency.code, moment_text(moment), "", "", "", "")


def _written(rows: Iterable[_Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
