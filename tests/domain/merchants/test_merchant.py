"""Every arrow of the merchant's machine, and what a merchant may be called."""

from __future__ import annotations

import pytest

from domain.kernel.errors import Invalid
from domain.kernel.machine import TransitionNotAllowed
from domain.merchants.errors import MerchantSuspended
from domain.merchants.merchant import TRANSITIONS, MerchantStatus
from tests.builders.merchants import a_fee_plan, a_merchant
from tests.builders.moments import MORNING, after

ARROWS = {(MerchantStatus.ACTIVE, MerchantStatus.SUSPENDED), (MerchantStatus.SUSPENDED, MerchantStatus.ACTIVE)}


def test_the_table_knows_every_status() -> None:
    assert set(TRANSITIONS) == set(MerchantStatus)


@pytest.mark.parametrize("target", MerchantStatus)
@pytest.mark.parametrize("current", MerchantStatus)
def test_every_cell_of_the_table(current: MerchantStatus, target: MerchantStatus) -> None:
    merchant = a_merchant(status=current, version=4)
    if (current, target) not in ARROWS:
        with pytest.raises(TransitionNotAllowed):
            merchant.move(target, after(60))
        return
    moved = merchant.move(target, after(60))
    assert (moved.status, moved.version, moved.updated_at) == (target, 5, after(60))
    assert moved.created_at == merchant.created_at


def test_a_suspended_merchant_takes_no_payments() -> None:
    a_merchant().ensure_active()
    with pytest.raises(MerchantSuspended) as refusal:
        a_merchant(status=MerchantStatus.SUSPENDED).ensure_active()
    assert refusal.value.code == "INVALID_STATE"


def test_another_name() -> None:
    renamed = a_merchant().rename("Red Bicycle", after(60))
    assert (renamed.name, renamed.version, renamed.updated_at) == ("Red Bicycle", 2, after(60))


@pytest.mark.parametrize("name", ["", " ", "x" * 256, "a\x00b", "4242 4242 4242 4242"])
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_merchant(name=name)
    assert refusal.value.path == ("name",)
    with pytest.raises(Invalid):
        a_merchant().rename(name, after(60))


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Pacific/Apia"])
def test_time_zones_go_by_their_iana_names(name: str) -> None:
    assert a_merchant().relocate(name, after(60)).time_zone == name


@pytest.mark.parametrize("name", ["", "Berlin", "../etc/passwd", "UTC+1"])
def test_what_is_no_time_zone(name: str) -> None:
    with pytest.raises(Invalid):
        a_merchant(time_zone=name)


OLD, NEW, NEWER = a_fee_plan("1.5"), a_fee_plan("1.4"), a_fee_plan("1.3")


def test_the_first_plan_holds_from_the_beginning() -> None:
    merchant = a_merchant(fee_plan=OLD)
    assert [merchant.fee_plan_at(after(seconds)) for seconds in (-(10**6), 0, 10**6)] == [OLD] * 3


def test_a_plan_from_now_on() -> None:
    changed = a_merchant(fee_plan=OLD).change_fee_plan(NEW, after(60), after(60))
    assert (changed.fee_plan, changed.fee_plan_since, changed.next_fee_plans) == (NEW, after(60), ())
    assert (changed.version, changed.updated_at) == (2, after(60))
    assert [changed.fee_plan_at(after(seconds)) for seconds in (59, 60, 61)] == [None, NEW, NEW]


def test_a_plan_from_a_later_moment_on() -> None:
    changed = a_merchant(fee_plan=OLD).change_fee_plan(NEW, after(3600), after(60))
    assert (changed.fee_plan, changed.fee_plan_since) == (OLD, None)
    assert [changed.fee_plan_at(after(seconds)) for seconds in (0, 3599, 3600)] == [OLD, OLD, NEW]


def test_plans_follow_each_other() -> None:
    merchant = (
        a_merchant(fee_plan=OLD).change_fee_plan(NEW, after(100), after(1)).change_fee_plan(NEWER, after(200), after(2))
    )
    assert [one.effective_from for one in merchant.next_fee_plans] == [after(100), after(200)]
    assert [merchant.fee_plan_at(after(seconds)) for seconds in (99, 100, 199, 200)] == [OLD, NEW, NEW, NEWER]


def test_a_newer_version_stands_in_for_what_was_to_begin_after_it() -> None:
    merchant = (
        a_merchant(fee_plan=OLD).change_fee_plan(NEW, after(200), after(1)).change_fee_plan(NEWER, after(100), after(2))
    )
    assert [merchant.fee_plan_at(after(seconds)) for seconds in (99, 100, 200)] == [OLD, NEWER, NEWER]
    at_the_same_time = (
        a_merchant(fee_plan=OLD).change_fee_plan(NEW, after(9), after(1)).change_fee_plan(NEWER, after(9), after(2))
    )
    assert [one.plan for one in at_the_same_time.next_fee_plans] == [NEWER]


def test_what_has_begun_is_remembered_until_the_next_change() -> None:
    waiting = a_merchant(fee_plan=OLD).change_fee_plan(NEW, after(100), after(1))
    changed = waiting.change_fee_plan(NEWER, after(300), after(150))
    assert (changed.fee_plan, changed.fee_plan_since) == (NEW, after(100))
    assert [changed.fee_plan_at(after(seconds)) for seconds in (99, 100, 300)] == [None, NEW, NEWER]
    assert waiting.change_fee_plan(NEWER, after(150), after(150)).fee_plan_since == after(150)


def test_a_name_changes_no_plan() -> None:
    merchant = a_merchant(fee_plan=OLD).change_fee_plan(NEW, after(100), MORNING)
    assert merchant.rename("Red Bicycle", after(200)).next_fee_plans == merchant.next_fee_plans
