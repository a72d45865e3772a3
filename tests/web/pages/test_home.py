from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.identity.acting import actor_of_user
from domain.identity.actor import Realm
from domain.identity.membership import Membership
from domain.identity.permission import MerchantRole, Permission, StaffRole
from tests.domain.identity.people import NOON, a_session, a_user
from web.pages.home import person, welcome
from web.pages.words import PERMISSIONS, role_name
from web.sessions import SignedIn


def signed_in(*memberships: Membership, **user: object) -> SignedIn:
    one = a_user(**user)
    return SignedIn(
        actor=actor_of_user(one, memberships),
        user=one,
        memberships=memberships,
        session=a_session(user_id=one.id, expires_at=NOON + timedelta(hours=1)),
    )


def test_every_permission_has_words() -> None:
    assert set(PERMISSIONS) == set(Permission)


def test_roles_read_like_words() -> None:
    assert role_name(StaffRole.FINANCE_OPERATIONS) == "Finance operations"


def test_a_name_cannot_write_markup() -> None:
    page = person(signed_in(name="<img src=x>"), {}, graphiql=True)

    assert "<img" not in page
    assert "&lt;img src=x&gt;" in page


def test_staff_see_their_roles_and_what_these_allow() -> None:
    staff = signed_in(realm=Realm.STAFF, staff_roles=frozenset({StaffRole.SUPPORT}), granted_role=StaffRole.AUDITOR)
    page = person(staff, {}, graphiql=True)

    assert "<dt>Roles</dt><dd>Auditor, Support</dd>" in page
    assert PERMISSIONS[Permission.AUDIT_READ] in page
    assert PERMISSIONS[Permission.REFUNDS_WRITE] not in page
    assert "Your merchants" not in page


def test_somebody_without_any_right_is_told_what_to_do() -> None:
    assert "Ask an administrator" in person(signed_in(), {}, graphiql=True)


def test_each_merchant_stands_with_its_role() -> None:
    first, second = uuid4(), uuid4()
    mine = [
        Membership(id=uuid4(), merchant_id=merchant, user_id=uuid4(), role=role, created_at=NOON)
        for merchant, role in ((first, MerchantRole.OWNER), (second, MerchantRole.VIEWER))
    ]
    page = person(signed_in(*mine), {first: "Bread & Butter"}, graphiql=True)

    assert "<tr><td>Bread &amp; Butter</td><td>Owner</td></tr><tr><td>A merchant</td><td>Viewer</td></tr>" in page


@pytest.mark.parametrize("graphiql", [True, False])
def test_graphiql_is_offered_where_it_is_served(graphiql: bool) -> None:  # noqa: FBT001
    assert ('href="/graphql"' in person(signed_in(), {}, graphiql=graphiql)) is graphiql


def test_the_form_carries_the_sessions_proof() -> None:
    assert '<input type="hidden" name="csrf_token" value="csrf">' in person(signed_in(), {}, graphiql=True)


def test_only_doors_that_open_are_shown() -> None:
    assert "/sign-in/staff" not in welcome([Realm.MERCHANT])
    assert "/sign-in/merchant" in welcome([Realm.MERCHANT])
    assert "not set up" in welcome([])
