"""CSV: every line once, sums that add up, no formulas, and memory that does not grow with the lines."""

from __future__ import annotations

import csv
import io
import tracemalloc
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from adapters.statements.csv_statement import COLUMNS, csv_statement, safe_cell
from domain.kernel.ids import Prefix, format_id
from domain.settlements.line import LineKind
from domain.settlements.statement import STATED_KINDS
from tests.builders.moments import after
from tests.builders.money import EUR, JPY, KWD
from tests.builders.statements import a_line, a_statement, in_pieces

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from domain.kernel.money import Currency
    from domain.settlements.statement import StatementLine

K = LineKind
PAYMENT, DISPUTE = UUID(int=7), UUID(int=8)
LINES = [
    a_line(K.CAPTURE, 10_000, 1, payment_id=PAYMENT, reference="order 1"),
    a_line(K.CAPTURE, 5, 2, payment_id=PAYMENT, reference='a "b", c'),
    a_line(K.FEE, -175, 1, payment_id=PAYMENT),
    a_line(K.DISPUTE, -4_000, 3, payment_id=PAYMENT, dispute_id=DISPUTE),
    a_line(K.RESERVE_HOLD, -1_000, 4),
]


async def written(lines: Sequence[StatementLine] = LINES, **values: Any) -> bytes:
    statement = a_statement(lines, **values)
    return b"".join([piece async for piece in csv_statement(statement, in_pieces(lines))])


async def rows(lines: Sequence[StatementLine] = LINES, **values: Any) -> list[dict[str, str]]:
    text = (await written(lines, **values)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def test_a_table_as_rfc_4180_has_it() -> None:
    content = await written()
    assert content.startswith(",".join(COLUMNS).encode() + b"\r\n")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 1 + 1 + len(LINES) + len(STATED_KINDS) + 2
    assert '"a ""b"", c"' in content.decode()
    table = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert {len(row) for row in table} == {len(COLUMNS)}


async def test_each_line_says_what_it_is_of() -> None:
    statement_id = UUID(int=5)
    found = [row for row in await rows(id=statement_id) if row["record"] == "LINE"]
    assert [row["line"] for row in found] == ["1", "2", "3", "4", "5"]
    assert found[3] == {
        "settlement_id": format_id(Prefix.SETTLEMENT, statement_id),
        "record": "LINE",
        "line": "4",
        "kind": "DISPUTE",
        "amount": "-40.00",
        "currency": "EUR",
        "posted_at": "2026-03-02T09:00:03Z",
        "payment_id": format_id(Prefix.PAYMENT, PAYMENT),
        "payment_reference": "",
        "dispute_id": format_id(Prefix.DISPUTE, DISPUTE),
        "ledger_entry_id": format_id(Prefix.ENTRY, LINES[3].entry_id),
    }


@pytest.mark.parametrize(
    ("currency", "opening", "net"), [(EUR, "-3.25", "45.05"), (JPY, "-325", "4505"), (KWD, "-0.325", "4.505")]
)
async def test_opening_and_lines_are_the_closing(currency: Currency, opening: str, net: str) -> None:
    found = await rows(carried_minor=-325, currency=currency)
    by_record = {record: [row for row in found if row["record"] == record] for record in {r["record"] for r in found}}
    amounts = {record: sum((Decimal(row["amount"]) for row in some), Decimal(0)) for record, some in by_record.items()}
    assert by_record["OPENING"][0]["amount"] == opening
    assert amounts["OPENING"] + amounts["LINE"] == amounts["CLOSING"]
    assert amounts["TOTAL"] == amounts["LINE"]
    assert (by_record["CLOSING"][0]["amount"], by_record["NET"][0]["amount"]) == (net, net)
    assert "CARRIED_OVER" not in by_record
    assert [row["record"] for row in found][-2:] == ["CLOSING", "NET"]
    for total in by_record["TOTAL"]:
        of_kind = [Decimal(row["amount"]) for row in by_record["LINE"] if row["kind"] == total["kind"]]
        assert Decimal(total["amount"]) == sum(of_kind, Decimal(0))


async def test_what_cannot_be_paid_is_carried_over() -> None:
    found = await rows([a_line(K.REFUND, -2_500)], carried_minor=-500)
    ends = [(row["record"], row["amount"]) for row in found][-3:]
    assert ends == [("CLOSING", "-30.00"), ("CARRIED_OVER", "-30.00"), ("NET", "0.00")]


async def test_an_empty_one_has_its_sums() -> None:
    found = await rows([], period_start=None)
    assert [row["record"] for row in found] == ["OPENING", *["TOTAL"] * len(STATED_KINDS), "CLOSING", "NET"]
    assert {row["amount"] for row in found} == {"0.00"}
    assert found[0]["posted_at"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\n=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        "  =1",
        "\xa0=1",
    ],
)
async def test_a_text_never_becomes_a_formula(text: str) -> None:
    found = [row for row in await rows([a_line(K.CAPTURE, 1, reference=text)]) if row["record"] == "LINE"]
    assert found[0]["payment_reference"] == f"'{text}"


@pytest.mark.parametrize("text", ["", "order 1", "a=b", "1-2", "'quoted", "mail@example.com", "日本"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


async def test_amounts_stay_numbers() -> None:
    found = await rows()
    assert {row["amount"] for row in found if row["record"] == "LINE"} >= {"-1.75", "0.05", "100.00"}


async def test_a_statement_that_lacks_a_line_breaks_off() -> None:
    statement = a_statement(LINES)
    with pytest.raises(AssertionError, match="has 4 lines, not 5"):
        _ = [piece async for piece in csv_statement(statement, in_pieces(LINES[:4]))]


async def test_a_hundred_thousand_lines_take_no_more_memory_than_a_few() -> None:
    count, size = 100_000, 1_000
    payment, entry = UUID(int=1), UUID(int=2)

    async def lines() -> AsyncIterator[list[StatementLine]]:
        for _ in range(count // size):
            yield [
                a_line(K.CAPTURE, 1, entry_id=entry, payment_id=payment, reference="order", posted_at=after(0))
                for _ in range(size)
            ]

    whole = a_statement([a_line(K.CAPTURE, count)], line_count=count)
    tracemalloc.start()
    try:
        written_bytes = 0
        async for piece in csv_statement(whole, lines()):
            written_bytes += len(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert written_bytes > 10_000_000
    assert peak < 3_000_000
