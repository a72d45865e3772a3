"""A settlement is opened, closed and paid out, and says so each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.settlements.settlement import TRANSITIONS, Plan, Settlement, SettlementStatus, new_settlement
from domain.settlements.totals import Totals
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR, eur
from tests.builders.settlements import PLAN, a_settlement

OPEN, CLOSED, PAID_OUT = SettlementStatus
TOTALS = Totals(captures_minor=10000, fees_minor=-175)


def close(settlement: Settlement) -> Settlement:
    return settlement.close(PLAN, TOTALS, 2, new_uuid(MORNING), after(60), "Blue Bicycle")


def test_a_new_one_is_open_and_says_until_when() -> None:
    settlement = new_settlement(
        merchant_id=new_uuid(MORNING), currency=EUR, number=3, period_start=MORNING, plan=PLAN, at=after(1)
    )
    assert (settlement.status, settlement.version, settlement.totals.net_minor) == (OPEN, 1, 0)
    (event,) = settlement.events
    assert event.type.value == "settlement.opened"
    assert event.data == {
        "number": 3,
        "currency": "EUR",
        "cut_off": "2026-03-03T00:00:00+00:00",
        "settles_on": "2026-03-04",
    }


def test_closing_says_every_sum_that_is_not_zero() -> None:
    closed = close(a_settlement())
    assert (closed.status, closed.net, closed.line_count, closed.version) == (CLOSED, eur("98.25"), 2, 2)
    (event,) = closed.events
    assert event.type.value == "settlement.closed"
    assert event.data["captures_minor"] == 10000
    assert event.data["net_minor"] == 9825
    assert "refunds_minor" not in event.data


def test_paying_out() -> None:
    payout_id = new_uuid(MORNING)
    paid = close(a_settlement()).pay_out(payout_id, after(120))
    assert (paid.status, paid.payout_id, paid.paid_out_at, paid.version) == (PAID_OUT, payout_id, after(120), 3)
    assert (paid.events[-1].type.value, paid.events[-1].data) == ("settlement.paid_out", {"payout_id": str(payout_id)})


def test_nothing_goes_back() -> None:
    assert {OPEN: {CLOSED}, CLOSED: {PAID_OUT}, PAID_OUT: frozenset()} == TRANSITIONS
    with pytest.raises(TransitionNotAllowed):
        close(close(a_settlement()))
    with pytest.raises(TransitionNotAllowed):
        a_settlement().pay_out(new_uuid(MORNING), MORNING)
    with pytest.raises(TransitionNotAllowed):
        a_settlement(PAID_OUT).pay_out(new_uuid(MORNING), MORNING)


def test_another_plan_is_told_and_the_same_is_not() -> None:
    settlement = a_settlement()
    assert settlement.reschedule(PLAN, MORNING) is settlement
    moved = settlement.reschedule(Plan(), MORNING)
    assert (moved.cut_off, moved.settles_on, moved.events[0].type.value) == (None, None, "settlement.rescheduled")


def test_when_it_is_due_and_cut_off() -> None:
    settlement = a_settlement()
    assert PLAN.closes_at is not None
    assert PLAN.cut_off is not None
    assert not settlement.is_due(PLAN.closes_at - timedelta(microseconds=1))
    assert settlement.is_due(PLAN.closes_at)
    assert not a_settlement(CLOSED).is_due(PLAN.closes_at)
    manual = a_settlement(plan=Plan())
    assert not manual.is_due(PLAN.closes_at)
    assert manual.effective_cut_off(MORNING) == MORNING
    assert settlement.effective_cut_off(MORNING) == MORNING
    assert settlement.effective_cut_off(PLAN.closes_at) == PLAN.cut_off


@pytest.mark.parametrize("values", [{"closed_at": MORNING}, {"status": CLOSED}, {"totals": Totals(refunds_minor=-1)}])
def test_what_no_settlement_can_be(values: dict[str, object]) -> None:
    with pytest.raises(AssertionError):
        replace(a_settlement(), **values)  # pyright: ignore[reportArgumentType] - as the parameters have them
