from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.identity.actor import Realm
from domain.identity.create_staff import CreateStaff, create_staff
from domain.identity.errors import Refusal, SignInRefused
from domain.identity.invite_user import InviteUser, invite_user
from domain.identity.permission import MerchantRole, StaffRole
from domain.identity.sign_in_person import SignedInPerson, SignInPerson, sign_in_person
from tests.domain.identity.installation import SYSTEM, Installation

if TYPE_CHECKING:
    from uuid import UUID


async def sign_in(house: Installation, **changes: Any) -> SignedInPerson:
    values: dict[str, Any] = {
        "realm": Realm.MERCHANT,
        "issuer": "https://login.example.com",
        "subject": "s-1",
        "email": "Ada@example.com",
        "email_verified": True,
        "name": "Ada",
    }
    return await sign_in_person(house, SYSTEM, SignInPerson(**(values | changes)))


async def invite(
    house: Installation, email: str = "ada@example.com", role: MerchantRole = MerchantRole.FINANCE
) -> UUID:
    merchant_id = await house.add_merchant()
    await invite_user(house, SYSTEM, InviteUser(merchant_id=merchant_id, email=email, role=role))
    return merchant_id


async def refusal_of(house: Installation, **changes: Any) -> Refusal:
    before = await house.actions()
    with pytest.raises(SignInRefused) as refused:
        await sign_in(house, **changes)
    assert await house.actions() == before
    return refused.value.reason


async def test_an_invited_person_with_a_verified_address_becomes_a_member(house: Installation) -> None:
    merchant_id = await invite(house)
    person = await sign_in(house)
    assert person.first_time
    assert [(m.merchant_id, m.role) for m in person.memberships] == [(merchant_id, MerchantRole.FINANCE)]
    assert set(person.actor.grants) == {merchant_id}
    assert await house.actions() == ["invitation.created", "invitation.accepted", "user.signed_in"]


async def test_the_second_time_only_issuer_and_subject_count(house: Installation) -> None:
    await invite(house)
    first = await sign_in(house)
    second = await sign_in(house, email="new@example.com", email_verified=False)
    third = await sign_in(house, email=None)
    assert {first.user.id} == {second.user.id, third.user.id}
    assert not second.first_time
    assert third.user.email == "ada@example.com"
    assert (await sign_in(house, email="new@example.com")).user.email == "new@example.com"


async def test_an_unverified_address_opens_no_invitation(house: Installation) -> None:
    await invite(house)
    assert await refusal_of(house, email_verified=False) is Refusal.EMAIL_NOT_VERIFIED
    assert await refusal_of(house, email=None) is Refusal.EMAIL_NOT_VERIFIED


async def test_nobody_comes_in_uninvited_or_too_late(house: Installation) -> None:
    assert await refusal_of(house) is Refusal.NOT_INVITED
    await invite(house)
    house.clock.advance(timedelta(days=7))
    assert await refusal_of(house) is Refusal.NOT_INVITED


async def test_another_subject_with_the_same_address_is_refused_even_when_invited(house: Installation) -> None:
    await invite(house)
    await sign_in(house)
    assert await refusal_of(house, subject="s-2") is Refusal.EMAIL_TAKEN
    await invite(house)
    assert await refusal_of(house, subject="s-2") is Refusal.EMAIL_TAKEN
    assert await refusal_of(house, issuer="https://other.example.com") is Refusal.EMAIL_TAKEN


async def test_a_second_invitation_adds_a_merchant(house: Installation) -> None:
    first = await invite(house)
    await sign_in(house)
    second = await invite(house)
    assert {m.merchant_id for m in (await sign_in(house)).memberships} == {first, second}


async def test_a_disabled_person_stays_out(house: Installation) -> None:
    await invite(house)
    await sign_in(house)
    await house.run("UPDATE users SET status = 'DISABLED'")
    assert await refusal_of(house) is Refusal.DISABLED


async def test_a_person_whose_last_membership_is_gone_stays_out(house: Installation) -> None:
    await invite(house)
    await sign_in(house)
    await house.run("DELETE FROM memberships")
    assert await refusal_of(house) is Refusal.NOT_INVITED


async def test_someone_set_up_beforehand_is_linked_by_an_invitation(house: Installation) -> None:
    await invite(house)
    first = await sign_in(house)
    await house.run("UPDATE users SET issuer = NULL, subject = NULL")
    assert await refusal_of(house) is Refusal.EMAIL_TAKEN
    await invite(house)
    assert (await sign_in(house)).user.id == first.user.id


async def test_staff_roles_follow_the_groups_at_each_sign_in(house: Installation) -> None:
    staff = {"realm": Realm.STAFF, "staff_roles": frozenset({StaffRole.SUPPORT})}
    first = await sign_in(house, **staff)
    second = await sign_in(house, realm=Realm.STAFF, staff_roles=frozenset({StaffRole.AUDITOR}))
    assert first.user.id == second.user.id
    assert (first.user.roles, second.user.roles) == ({StaffRole.SUPPORT}, {StaffRole.AUDITOR})
    assert await refusal_of(house, realm=Realm.STAFF) is Refusal.NO_STAFF_ROLE


async def test_staff_without_a_group_stay_out(house: Installation) -> None:
    assert await refusal_of(house, realm=Realm.STAFF) is Refusal.NO_STAFF_ROLE


async def test_a_staff_invitation_gives_its_role_for_good(house: Installation) -> None:
    await create_staff(house, SYSTEM, CreateStaff(email="ADA@example.com", role=StaffRole.ADMIN))
    assert await refusal_of(house, realm=Realm.STAFF, email_verified=False) is Refusal.NO_STAFF_ROLE
    assert (await sign_in(house, realm=Realm.STAFF)).user.roles == {StaffRole.ADMIN}
    assert (await sign_in(house, realm=Realm.STAFF, email=None)).user.roles == {StaffRole.ADMIN}


async def test_a_merchants_person_gets_no_staff_role_from_a_group(house: Installation) -> None:
    await invite(house)
    person = await sign_in(house, staff_roles=frozenset({StaffRole.ADMIN}))
    assert person.user.roles == frozenset()
    assert person.actor.everywhere == frozenset()


async def test_ten_first_sign_ins_at_once_make_one_person(house: Installation) -> None:
    await invite(house)
    people = await asyncio.gather(*(sign_in(house) for _ in range(10)))
    assert len({person.user.id for person in people}) == 1
    assert len(await house.rows("SELECT FROM memberships")) == 1
