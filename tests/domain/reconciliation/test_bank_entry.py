"""Ids of entries follow from their statement and position."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.ids import moment_of, new_uuid
from domain.reconciliation.bank_entry import MOST_POSITIONS, BankEntry, entry_id
from tests.builders.moments import MORNING
from tests.builders.money import EUR

STATEMENT = new_uuid(MORNING)


@given(st.integers(1, MOST_POSITIONS - 1), st.integers(1, MOST_POSITIONS - 1))
def test_ids_are_in_the_order_of_positions_and_each_is_its_own(one: int, other: int) -> None:
    first, second = entry_id(STATEMENT, one), entry_id(STATEMENT, other)
    assert (first < second, first == second) == (one < other, one == other)


def test_an_id_is_a_uuid_of_the_statement_s_millisecond() -> None:
    id_ = entry_id(STATEMENT, 7)
    assert (id_.version, id_.variant, moment_of(id_)) == (7, UUID(int=STATEMENT.int).variant, moment_of(STATEMENT))
    assert entry_id(new_uuid(MORNING), 7) != id_


def test_what_comes_is_positive() -> None:
    entry = BankEntry(
        id=entry_id(STATEMENT, 1),
        statement_id=STATEMENT,
        position=1,
        line=9,
        amount_minor=-1250,
        currency=EUR,
        booked_on=MORNING.date(),
    )
    assert (entry.amount.plain, entry.incoming) == ("-12.50", False)
