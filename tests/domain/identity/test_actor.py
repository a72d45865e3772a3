from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.actor import ROLES, Actor, ActorKind, Realm, Scope, system_actor
from domain.identity.permission import MerchantRole, Permission, StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import new_uuid
from tests.builders.identity import a_staff_actor, an_actor
from tests.domain.identity.people import NOON

if TYPE_CHECKING:
    from uuid import UUID

OURS, THEIRS = new_uuid(NOON), new_uuid(NOON)
READ, WRITE = Permission.PAYMENTS_READ, Permission.PAYMENTS_WRITE


def a_client_of(*merchants: UUID, grants: frozenset[Permission] = frozenset({READ})) -> Actor:
    granted = dict.fromkeys(merchants, grants)
    return Actor(kind=ActorKind.CLIENT, id=new_uuid(NOON), name="shop", realm=Realm.MERCHANT, grants=granted)


def staff(*permissions: Permission) -> Actor:
    return Actor(
        kind=ActorKind.USER, id=new_uuid(NOON), name="Ada", realm=Realm.STAFF, everywhere=frozenset(permissions)
    )


def test_another_merchant_does_not_exist() -> None:
    with pytest.raises(NotFound):
        a_client_of(OURS).require(READ, THEIRS)


def test_a_missing_permission_at_an_own_merchant_is_named() -> None:
    with pytest.raises(Forbidden) as refused:
        a_client_of(OURS).require(WRITE, OURS)
    assert refused.value.permission == WRITE


def test_staff_see_every_merchant_and_lack_what_they_lack() -> None:
    actor = staff(READ)
    actor.require(READ, THEIRS)
    with pytest.raises(Forbidden):
        actor.require(WRITE, THEIRS)
    assert actor.visible == Scope(None)


def test_a_scope_holds_only_merchants_with_the_permission() -> None:
    actor = Actor(
        kind=ActorKind.USER,
        id=None,
        name="Eve",
        realm=Realm.MERCHANT,
        grants={OURS: frozenset({READ, WRITE}), THEIRS: frozenset({READ})},
    )
    assert actor.scope(WRITE) == Scope(frozenset({OURS}))
    assert actor.scope(READ) == Scope(frozenset({OURS, THEIRS}))
    assert actor.visible == Scope(frozenset({OURS, THEIRS}))
    assert actor.permissions == {READ, WRITE}
    with pytest.raises(Forbidden):
        actor.scope(Permission.REFUNDS_WRITE)


def test_narrowing_never_widens() -> None:
    assert Scope(frozenset({OURS})).narrow([OURS, THEIRS]) == Scope(frozenset({OURS}))
    assert Scope(None).narrow([THEIRS]) == Scope(frozenset({THEIRS}))
    assert not Scope(frozenset()).covers(OURS)


def test_the_only_merchant_is_only_known_of_one() -> None:
    assert a_client_of(OURS).only_merchant == OURS
    for actor in (a_client_of(OURS, THEIRS), staff(READ)):
        with pytest.raises(Invalid) as refused:
            _ = actor.only_merchant
        assert refused.value.path == ("merchantId",)


def test_the_system_may_do_everything() -> None:
    actor = system_actor("jobs.expire_payments")
    assert actor.permissions == set(Permission)
    assert actor.visible == Scope(None)


@pytest.mark.parametrize("wanted", MerchantRole)
@pytest.mark.parametrize("held", MerchantRole)
def test_an_owner_stands_in_for_every_role_of_the_merchant(held: MerchantRole, wanted: MerchantRole) -> None:
    actor = an_actor(OURS, role=held)
    assert actor.holds(wanted, OURS) == (held in {wanted, MerchantRole.OWNER})
    assert not actor.holds(wanted, THEIRS)


@pytest.mark.parametrize("wanted", StaffRole)
@pytest.mark.parametrize("held", StaffRole)
def test_an_admin_stands_in_for_every_role_of_the_staff(held: StaffRole, wanted: StaffRole) -> None:
    stands_in = {wanted, StaffRole.ADMIN}
    if wanted is StaffRole.APPROVER:
        stands_in.add(StaffRole.FINANCE_OPERATIONS)
    assert a_staff_actor(held).holds(wanted, OURS) == (held in stands_in)


def test_finance_operations_stand_in_for_the_approver_and_not_the_other_way_round() -> None:
    assert a_staff_actor(StaffRole.FINANCE_OPERATIONS).holds(StaffRole.APPROVER, OURS)
    assert not a_staff_actor(StaffRole.APPROVER).holds(StaffRole.FINANCE_OPERATIONS, OURS)
    assert not an_actor(OURS, role=MerchantRole.FINANCE).holds(StaffRole.APPROVER, OURS)


def test_no_role_of_one_house_is_one_of_the_other() -> None:
    assert not any(a_staff_actor().holds(role, OURS) for role in MerchantRole)
    assert not any(an_actor(OURS).holds(role, OURS) for role in StaffRole)
    assert len(ROLES) == len(MerchantRole) + len(StaffRole)


def test_machines_and_the_system_have_no_role() -> None:
    for actor in (a_client_of(OURS, grants=frozenset(Permission)), system_actor("jobs")):
        assert not any(actor.holds(role, OURS) for role in ROLES.values())
