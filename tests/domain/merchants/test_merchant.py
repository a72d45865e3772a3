"""Every arrow of the merchant's machine, and what a merchant may be called."""

from __future__ import annotations

import pytest

from domain.kernel.errors import Invalid
from domain.kernel.machine import TransitionNotAllowed
from domain.merchants.errors import MerchantSuspended
from domain.merchants.merchant import TRANSITIONS, MerchantStatus
from tests.builders.merchants import a_merchant
from tests.builders.moments import after

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
