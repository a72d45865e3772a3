from __future__ import annotations

from domain.identity.acting import actor_of_client, actor_of_user
from domain.identity.actor import ActorKind, Realm, Scope
from domain.identity.membership import Membership
from domain.identity.permission import MERCHANT_ROLES, STAFF_ROLES, MerchantRole, Permission, StaffRole
from domain.kernel.ids import new_uuid
from tests.domain.identity.people import NOON, a_client, a_user


def test_a_member_acts_at_its_merchants_only() -> None:
    user, merchant = a_user(), new_uuid(NOON)
    membership = Membership(
        id=new_uuid(NOON), merchant_id=merchant, user_id=user.id, role=MerchantRole.FINANCE, created_at=NOON
    )
    actor = actor_of_user(user, [membership])
    assert actor.kind is ActorKind.USER
    assert actor.everywhere == frozenset()
    assert actor.grants == {merchant: MERCHANT_ROLES[MerchantRole.FINANCE]}
    assert actor.visible == Scope(frozenset({merchant}))
    assert (actor.roles, actor.roles_everywhere) == ({merchant: MerchantRole.FINANCE}, frozenset())


def test_staff_act_everywhere_with_all_their_roles() -> None:
    user = a_user(realm=Realm.STAFF, staff_roles=frozenset({StaffRole.SUPPORT}), granted_role=StaffRole.AUDITOR)
    actor = actor_of_user(user, [])
    assert actor.everywhere == STAFF_ROLES[StaffRole.SUPPORT] | STAFF_ROLES[StaffRole.AUDITOR]
    assert (actor.roles, actor.roles_everywhere) == ({}, {StaffRole.SUPPORT, StaffRole.AUDITOR})


def test_a_membership_gives_staff_no_role_of_a_merchant() -> None:
    user = a_user(realm=Realm.STAFF, staff_roles=frozenset({StaffRole.SUPPORT}))
    membership = Membership(
        id=new_uuid(NOON), merchant_id=new_uuid(NOON), user_id=user.id, role=MerchantRole.OWNER, created_at=NOON
    )
    actor = actor_of_user(user, [membership])
    assert (actor.roles, actor.grants) == ({}, {})


def test_staff_without_a_role_may_do_nothing() -> None:
    assert actor_of_user(a_user(realm=Realm.STAFF), []).permissions == frozenset()


def test_a_client_has_what_both_it_and_its_token_have() -> None:
    client = a_client()
    actor = actor_of_client(client, frozenset({Permission.PAYMENTS_READ, Permission.LEDGER_READ}))
    assert client.merchant_id is not None
    assert actor.grants == {client.merchant_id: frozenset({Permission.PAYMENTS_READ})}
    assert (actor.roles, actor.roles_everywhere) == ({}, frozenset())
    assert actor.realm is Realm.MERCHANT


def test_a_client_of_the_platform_acts_everywhere() -> None:
    actor = actor_of_client(a_client(merchant_id=None), frozenset(Permission))
    assert actor.everywhere == {Permission.PAYMENTS_READ, Permission.PAYMENTS_WRITE}
    assert actor.realm is Realm.STAFF
