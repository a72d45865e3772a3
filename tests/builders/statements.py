"""Closed settlements, and what their statements say."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.kernel.ids import new_uuid
from domain.settlements.line import LineKind
from domain.settlements.settlement import Plan, Settlement, SettlementStatus
from domain.settlements.statement import STATED_KINDS, Statement, StatementExcerpt, StatementLine, statement_of
from domain.settlements.totals import Totals
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from domain.kernel.money import Currency

_FIELDS = {
    LineKind.CAPTURE: "captures_minor",
    LineKind.REFUND: "refunds_minor",
    LineKind.FEE: "fees_minor",
    LineKind.DISPUTE: "disputes_minor",
    LineKind.DISPUTE_FEE: "dispute_fees_minor",
    LineKind.DISPUTE_REVERSAL: "dispute_reversals_minor",
    LineKind.RESERVE_HOLD: "reserve_held_minor",
    LineKind.RESERVE_RELEASE: "reserve_released_minor",
    LineKind.ADJUSTMENT: "adjustments_minor",
}


def a_line(kind: LineKind, minor: int, seconds: int = 0, **values: Any) -> StatementLine:
    """A line posted so many seconds after the morning began."""
    defaults: dict[str, Any] = {"entry_id": new_uuid(after(seconds)), "position": 0, "posted_at": after(seconds)}
    return StatementLine(kind=kind, amount_minor=minor, **{**defaults, **values})


def a_closed_settlement(
    lines: Sequence[StatementLine] = (), *, carried_minor: int = 0, currency: Currency = EUR, **values: Any
) -> Settlement:
    """A settlement of these lines, with what the one before could not pay (zero or negative)."""
    sums: Counter[str] = Counter()
    for line in lines:
        sums[_FIELDS[line.kind]] += line.amount_minor
    out = max(0, -(sum(sums.values()) + carried_minor))
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "merchant_name": "Blue Bicycle",
        "number": 42,
        "currency": currency,
        "status": SettlementStatus.CLOSED,
        "period_start": after(-86_400),
        "plan": Plan(cut_off=after(86_400), settles_on=date(2026, 3, 4), closes_at=after(90_000)),
        "totals": Totals(**sums, carried_in_minor=carried_minor, carried_out_minor=out),
        "line_count": len(lines) + bool(carried_minor) + bool(out),
        "opened_at": MORNING,
        "closed_at": after(90_000),
        "version": 2,
    }
    return Settlement(**{**defaults, **values})


def a_statement(lines: Sequence[StatementLine] = (), **values: Any) -> Statement:
    """The statement of such a settlement."""
    statement = statement_of(a_closed_settlement(lines, **values))
    assert statement is not None
    return statement


def excerpts(lines: Sequence[StatementLine], most: int = 50) -> list[StatementExcerpt]:
    """The first of each kind."""
    by_kind = {kind: [line for line in lines if line.kind is kind] for kind in STATED_KINDS}
    return [StatementExcerpt(kind=kind, lines=found[:most], more=len(found) > most) for kind, found in by_kind.items()]


async def in_pieces(lines: Sequence[StatementLine], size: int = 2) -> AsyncIterator[Sequence[StatementLine]]:
    """The lines as a storage gives them, some at a time."""
    for begin in range(0, len(lines), size):
        yield lines[begin : begin + size]
