"""An account counts its settlements, and its hold keeps the clock away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.settlements.errors import SettlementsHeld
from domain.settlements.settlement_account import Hold
from tests.builders.moments import MORNING, after
from tests.builders.money import JPY, jpy
from tests.builders.settlements import PLAN, a_schedule, a_settlement_account

HOLD = Hold(reason="Audit", held_at=MORNING, held_by_name="Grace Hopper")
ACCOUNT = a_settlement_account(new_uuid(MORNING))


def test_a_hold_is_put_on_once_and_taken_off_once() -> None:
    held = ACCOUNT.put_on_hold(HOLD, after(1))
    assert (held.hold, held.version, held.updated_at) == (HOLD, 2, after(1))
    with pytest.raises(SettlementsHeld, match="since 2026-03-02: Audit"):
        held.put_on_hold(HOLD, after(2))
    assert held.release(after(3)).hold is None
    with pytest.raises(SettlementsHeld, match="not on hold"):
        ACCOUNT.release(after(1))


def test_a_hold_has_a_reason() -> None:
    with pytest.raises(Invalid):
        replace(HOLD, reason=" ")


def test_settlements_are_opened_and_closed_in_turn() -> None:
    assert PLAN.cut_off is not None
    opened = ACCOUNT.open_one(PLAN.closes_at, after(1))
    assert (opened.next_number, opened.open_until) == (3, PLAN.closes_at)
    closed = opened.close_one(PLAN.cut_off, -500, after(2))
    assert (closed.last_cut_off, closed.carried_minor, closed.version) == (PLAN.cut_off, -500, 3)
    with pytest.raises(AssertionError):
        closed.close_one(PLAN.cut_off, 0, after(3))
    assert closed.replan(PLAN.closes_at, after(4)) is closed
    assert closed.replan(None, after(4)).open_until is None


def test_the_minimum_is_in_the_account_s_currency() -> None:
    with pytest.raises(Invalid, match="in EUR"):
        ACCOUNT.reschedule(a_schedule(minimum_payout=jpy(1)), after(1))
    assert a_settlement_account(new_uuid(MORNING), currency=JPY, schedule=a_schedule(minimum_payout=jpy(1)))


@pytest.mark.parametrize("values", [{"carried_minor": 1}, {"next_number": 0}])
def test_what_no_account_can_be(values: dict[str, int]) -> None:
    with pytest.raises(AssertionError):
        a_settlement_account(new_uuid(MORNING), **values)
