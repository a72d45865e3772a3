"""The statement that the page on settlements goes through line by line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.statements.csv_statement import csv_statement
from domain.settlements.line import LineKind
from tests.builders.statements import a_line, a_statement, in_pieces

if TYPE_CHECKING:
    from domain.settlements.statement import StatementLine

_MERCHANT, _SETTLEMENT = UUID("019cadc6-9a80-7000-8000-000000000001"), UUID("019cadc6-9a80-7000-8000-000000000002")
_K = LineKind


def _line(kind: LineKind, minor: int, seconds: int, sale: int | None = None, **values: object) -> StatementLine:
    entry = UUID(f"019cadc6-{seconds & 0xFFFF:04x}-7000-8000-{seconds:012x}")
    paid = {} if sale is None else {"payment_id": UUID(int=_SETTLEMENT.int + sale), "reference": f"order-{4710 + sale}"}
    return a_line(kind, minor, seconds, entry_id=entry, **{**paid, **values})


LINES = [
    _line(_K.CAPTURE, 120_00, 100, 1),
    _line(_K.CAPTURE, 80_00, 200, 2),
    _line(_K.REFUND, -20_00, 400, 1),
    _line(_K.FEE, -2_05, 100, 1),
    _line(_K.FEE, -1_45, 200, 2),
    _line(_K.DISPUTE, -40_00, 600, 3, dispute_id=UUID(int=_SETTLEMENT.int + 9)),
    _line(_K.DISPUTE_FEE, -15_00, 600, 3, dispute_id=UUID(int=_SETTLEMENT.int + 9)),
    _line(_K.RESERVE_HOLD, -20_00, 90_000),
    _line(_K.RESERVE_RELEASE, 18_50, 700),
    _line(_K.ADJUSTMENT, 5_00, 800),
]


async def example() -> str:
    """As it is downloaded."""
    statement = a_statement(LINES, id=_SETTLEMENT, merchant_id=_MERCHANT, carried_minor=-12_30)
    return b"".join([piece async for piece in csv_statement(statement, in_pieces(LINES))]).decode()


_SHOWN = ("record", "line", "kind", "amount", "currency", "posted_at", "payment_reference")


async def shown() -> str:
    """The same without the columns of ids, for the page."""
    rows = list(csv.DictReader(io.StringIO(await example(), newline="")))
    return "\n".join(",".join(row) for row in [_SHOWN, *([row[name] for name in _SHOWN] for row in rows)]) + "\n"
