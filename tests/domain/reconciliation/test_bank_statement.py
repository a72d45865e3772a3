"""A statement counts once opening and entries make closing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.reconciliation.bank_statement import BankStatement, StatementStatus, StatementTotals
from tests.builders.moments import MORNING
from tests.builders.money import EUR

DAY = MORNING.date()
READING = BankStatement(
    id=new_uuid(MORNING),
    import_id=new_uuid(MORNING),
    ordinal=1,
    account="eur-main",
    currency=EUR,
    reference="STM-1",
    opening_minor=1000,
    opening_on=DAY,
    closing_minor=700,
    closing_on=DAY,
    identity="one",
    created_at=MORNING,
)
TOTALS = StatementTotals(entries=3, credits_minor=200, debits_minor=500, noted=1, content="c", line=9)


def test_it_counts_once_it_is_finished() -> None:
    done = READING.finish(TOTALS, None, MORNING)
    assert (done.status, done.stored, done.noted, done.gap_minor) == (StatementStatus.IMPORTED, 3, 1, None)
    assert [m.plain for m in (done.opening, done.credits, done.debits, done.closing)] == [
        "10.00",
        "2.00",
        "5.00",
        "7.00",
    ]
    assert READING.finish(TOTALS, -5, MORNING).gap_minor == -5


def test_a_repeated_one_never_counts() -> None:
    repeated = READING.repeat(TOTALS)
    assert (repeated.status, repeated.imported_at) == (StatementStatus.DUPLICATE, None)
    with pytest.raises(TransitionNotAllowed):
        repeated.finish(TOTALS, None, MORNING)


def test_one_that_does_not_add_up_cannot_be() -> None:
    with pytest.raises(AssertionError, match="breaks an invariant"):
        READING.finish(replace(TOTALS, debits_minor=499), None, MORNING)
