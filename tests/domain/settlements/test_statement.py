"""A statement adds up: opening and lines are the closing, and that is either paid or carried over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.settlements.line import LineKind
from domain.settlements.settlement import Plan, SettlementStatus
from domain.settlements.statement import STATED_KINDS, StatementFormat, statement_of
from domain.settlements.totals import Totals
from tests.builders.moments import after
from tests.builders.money import JPY
from tests.builders.statements import a_closed_settlement, a_line, a_statement

if TYPE_CHECKING:
    from domain.settlements.statement import StatementLine

K = LineKind
LINES = [a_line(K.CAPTURE, 10_000), a_line(K.FEE, -175), a_line(K.REFUND, -2_500), a_line(K.RESERVE_HOLD, -1_000)]


def test_it_says_what_the_settlement_does() -> None:
    settlement = a_closed_settlement(LINES, carried_minor=-325)
    statement = statement_of(settlement)
    assert statement is not None
    assert (statement.settlement_id, statement.merchant_id) == (settlement.id, settlement.merchant_id)
    assert (statement.number, statement.currency.code, statement.merchant_name) == (42, "EUR", "Blue Bicycle")
    assert (statement.period_start, statement.cut_off, statement.closed_at) == (
        after(-86_400),
        after(86_400),
        after(90_000),
    )
    assert statement.settles_on == date(2026, 3, 4)
    assert (statement.opening_minor, statement.closing_minor, statement.net_minor) == (-325, 6_000, 6_000)
    assert statement.carried_over_minor == 0
    assert [statement.totals[kind] for kind in (K.CAPTURE, K.FEE, K.REFUND, K.RESERVE_HOLD)] == [
        10_000,
        -175,
        -2_500,
        -1_000,
    ]
    assert tuple(statement.totals) == STATED_KINDS


def test_what_is_carried_over_is_no_line() -> None:
    statement = a_statement([a_line(K.REFUND, -2_500)], carried_minor=-500)
    assert statement.line_count == 1
    assert (statement.closing_minor, statement.net_minor, statement.carried_over_minor) == (-3_000, 0, -3_000)


def test_an_open_settlement_has_none() -> None:
    planned = Plan(cut_off=after(86_400), settles_on=date(2026, 3, 4), closes_at=after(90_000))
    open_one = a_closed_settlement(status=SettlementStatus.OPEN, closed_at=None, plan=planned)
    assert statement_of(open_one) is None


def test_one_that_is_paid_out_says_the_same() -> None:
    settlement = a_closed_settlement(LINES)
    assert statement_of(settlement) == statement_of(settlement.pay_out(settlement.id, after(100_000)))


def test_sums_that_are_wrong_are_no_statement() -> None:
    with pytest.raises(AssertionError, match="does not add up"):
        a_statement(totals=Totals(captures_minor=100, carried_out_minor=5))
    with pytest.raises(AssertionError, match="does not add up"):
        a_statement(totals=Totals(carried_in_minor=100))


@given(
    st.lists(st.tuples(st.sampled_from(STATED_KINDS), st.integers(-(10**9), 10**9).filter(bool))), st.integers(-1000, 0)
)
def test_opening_and_lines_are_the_closing(amounts: list[tuple[LineKind, int]], carried: int) -> None:
    lines: list[StatementLine] = [a_line(kind, minor) for kind, minor in amounts]
    statement = a_statement(lines, carried_minor=carried)
    closing = statement.opening_minor + sum(line.amount_minor for line in lines)
    assert statement.closing_minor == closing
    assert (statement.net_minor, statement.carried_over_minor) == (max(0, closing), min(0, closing))
    assert statement.line_count == len(lines)


def test_its_files_are_named_by_currency_and_number() -> None:
    assert a_statement().file_name(StatementFormat.CSV) == "settlement-EUR-000042.csv"
    assert a_statement(currency=JPY, number=1_234_567).file_name(StatementFormat.PDF) == "settlement-JPY-1234567.pdf"
