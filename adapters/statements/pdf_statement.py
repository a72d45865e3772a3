"""A statement as PDF, set by Typst; what it says comes as data, so that no text of anybody's is markup."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import typst

from adapters.statements.csv_statement import moment_text
from domain.kernel.ids import Prefix, format_id
from domain.kernel.money import plain_notation
from domain.settlements.line import LineKind
from domain.settlements.statement import STATED_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.settlements.statement import Statement, StatementExcerpt, StatementLine

_TEMPLATE = files("adapters.statements").joinpath("statement.typ").read_bytes()
_WORDS = {
    LineKind.CAPTURE: "Captures",
    LineKind.REFUND: "Refunds",
    LineKind.FEE: "Fees",
    LineKind.DISPUTE: "Disputes",
    LineKind.DISPUTE_FEE: "Dispute fees",
    LineKind.DISPUTE_REVERSAL: "Dispute reversals",
    LineKind.RESERVE_HOLD: "Held in reserve",
    LineKind.RESERVE_RELEASE: "Released from reserve",
    LineKind.ADJUSTMENT: "Adjustments",
}


def pdf_statement(statement: Statement, excerpts: Sequence[StatementExcerpt]) -> bytes:
    """Without a date of its making and with the fonts inside Typst: the same bytes on any machine, any day."""
    return typst.compile(
        _TEMPLATE,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"statement": json.dumps(_document(statement, excerpts))},
        timestamp=0,
    )


def _document(statement: Statement, excerpts: Sequence[StatementExcerpt]) -> dict[str, object]:
    currency = statement.currency
    return {
        "id": format_id(Prefix.SETTLEMENT, statement.settlement_id),
        "title": f"Settlement {statement.number}",
        "merchant": statement.merchant_name or "",
        "merchant_id": format_id(Prefix.MERCHANT, statement.merchant_id),
        "currency": currency.code,
        "facts": [
            ["From", _moment(statement.period_start) or "the first posting"],
            ["To", _moment(statement.cut_off)],
            *([] if statement.settles_on is None else [["Settles on", statement.settles_on.isoformat()]]),
            ["Closed", _moment(statement.closed_at)],
            ["Lines", str(statement.line_count)],
        ],
        "sums": _sums(statement),
        "result": _result(statement),
        "kinds": [_kind(statement, excerpt) for excerpt in excerpts if excerpt.lines],
    }


def _sums(statement: Statement) -> list[list[str]]:
    exponent = statement.currency.exponent
    return [
        ["Opening: carried over from before", plain_notation(statement.opening_minor, exponent)],
        *([_WORDS[kind], plain_notation(statement.totals[kind], exponent)] for kind in STATED_KINDS),
        ["Closing", plain_notation(statement.closing_minor, exponent)],
    ]


def _result(statement: Statement) -> list[str]:
    exponent = statement.currency.exponent
    if statement.carried_over_minor:
        return ["Carried over to the next settlement", plain_notation(statement.carried_over_minor, exponent)]
    return ["Net: made available", plain_notation(statement.net_minor, exponent)]


def _kind(statement: Statement, excerpt: StatementExcerpt) -> dict[str, object]:
    exponent = statement.currency.exponent
    return {
        "title": _WORDS[excerpt.kind],
        "rows": [_row(line, exponent) for line in excerpt.lines],
        "note": f"These are the first {len(excerpt.lines)}; the CSV has all of them." if excerpt.more else "",
    }


def _row(line: StatementLine, exponent: int) -> list[str]:
    about = (
        format_id(Prefix.DISPUTE, line.dispute_id)
        if line.dispute_id
        else format_id(Prefix.PAYMENT, line.payment_id)
        if line.payment_id
        else format_id(Prefix.ENTRY, line.entry_id)
    )
    return [_moment(line.posted_at), about, line.reference or "", plain_notation(line.amount_minor, exponent)]


def _moment(moment: datetime | None) -> str:
    return moment_text(moment).replace("T", " ").replace("Z", "")
