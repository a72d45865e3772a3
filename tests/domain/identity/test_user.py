from __future__ import annotations

from datetime import timedelta

import pytest

from domain.identity.actor import Realm
from domain.identity.permission import StaffRole
from domain.identity.user import TRANSITIONS, UserStatus
from domain.kernel.errors import Invalid
from domain.kernel.machine import TransitionNotAllowed
from tests.domain.identity.people import NOON, a_user


def test_every_status_has_its_arrows() -> None:
    assert set(TRANSITIONS) == set(UserStatus)


def test_disabling_and_enabling() -> None:
    disabled = a_user().disable()
    assert not disabled.active
    assert disabled.enable().active
    with pytest.raises(TransitionNotAllowed):
        disabled.disable()


def test_an_identity_is_bound_once() -> None:
    linked = a_user().link("https://login", "s-1")
    assert linked.linked
    assert linked.link("https://login", "s-1") == linked
    with pytest.raises(Invalid):
        linked.link("https://login", "s-2")


def test_half_an_identity_is_none() -> None:
    with pytest.raises(Invalid):
        a_user(issuer="https://login")


def test_only_staff_have_staff_roles() -> None:
    with pytest.raises(Invalid):
        a_user(staff_roles=frozenset({StaffRole.ADMIN}))
    with pytest.raises(Invalid):
        a_user().grant(StaffRole.ADMIN)


def test_groups_replace_groups_and_the_granted_role_stays() -> None:
    user = a_user(realm=Realm.STAFF).grant(StaffRole.AUDITOR)
    first = user.signed_in(NOON, name="Ada", email=None, staff_roles=frozenset({StaffRole.SUPPORT}))
    later = first.signed_in(NOON + timedelta(days=1), name="Ada L.", email="l@example.com")
    assert first.roles == {StaffRole.AUDITOR, StaffRole.SUPPORT}
    assert first.email == user.email
    assert later.roles == {StaffRole.AUDITOR}
    assert (later.name, later.email) == ("Ada L.", "l@example.com")
