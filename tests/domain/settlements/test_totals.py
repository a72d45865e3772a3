"""What is gathered is netted: carried in, held, and what is negative carried out, with every cent in one place."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.settlements.line import LineKind
from domain.settlements.schedule import ReserveRule
from domain.settlements.totals import Totals, gathered_of
from tests.builders.settlements import a_reserve

MINOR = st.integers(-(10**12), 10**12)
GATHERED = st.builds(
    Totals,
    captures_minor=st.integers(0, 10**12),
    refunds_minor=st.integers(-(10**12), 10**12),
    fees_minor=MINOR,
    disputes_minor=MINOR,
    adjustments_minor=MINOR,
    reserve_released_minor=st.integers(0, 10**12),
)


@given(
    gathered=GATHERED,
    carried=st.integers(-(10**12), 0),
    percent=st.decimals(Decimal("0.01"), Decimal(100), places=2),
)
def test_what_goes_in_comes_out(gathered: Totals, carried: int, percent: Decimal) -> None:
    totals = gathered.conclude(carried, ReserveRule(percent=percent, days=1))
    assert totals.net_minor >= 0
    assert totals.reserve_held_minor <= 0 <= totals.carried_out_minor
    assert totals.carried_out_minor == 0 or (totals.net_minor, totals.reserve_held_minor) == (0, 0)
    kept = totals.net_minor - totals.reserve_held_minor - totals.carried_out_minor
    assert kept == gathered.net_minor + carried


def test_no_more_is_held_than_is_left() -> None:
    gathered = Totals(captures_minor=10000, refunds_minor=-9500)
    assert gathered.conclude(0, a_reserve("10")).reserve_held_minor == -500
    assert gathered.conclude(-200, a_reserve("10")).reserve_held_minor == -300
    assert gathered.conclude(-500, a_reserve("10")).reserve_held_minor == 0


def test_a_negative_sum_is_the_next_one_s() -> None:
    totals = Totals(refunds_minor=-7000).conclude(-100, a_reserve())
    assert (totals.carried_in_minor, totals.carried_out_minor, totals.net_minor) == (-100, 7100, 0)


def test_sums_of_kinds_become_totals() -> None:
    sums = {
        LineKind.CAPTURE.value: (500, 3),
        LineKind.DISPUTE_FEE.value: (-15, 1),
        LineKind.RESERVE_RELEASE.value: (7, 1),
    }
    found = gathered_of(sums)
    assert found.count == 5
    assert found.totals == Totals(captures_minor=500, dispute_fees_minor=-15, reserve_released_minor=7)
    assert gathered_of({}).totals == Totals()
