from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.identity.acting import actor_of_user
from domain.identity.errors import AlreadyInvited, AlreadyMember
from domain.identity.invitation import InvitationStatus
from domain.identity.invite_user import InviteUser, invite_user
from domain.identity.membership import Membership
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import new_uuid
from tests.domain.identity.installation import SYSTEM, Installation
from tests.domain.identity.people import NOON, a_user
from tests.domain.identity.test_sign_in_person import invite, sign_in

if TYPE_CHECKING:
    from uuid import UUID


def command(merchant_id: UUID, email: str = "ada@example.com") -> InviteUser:
    return InviteUser(merchant_id=merchant_id, email=email, role=MerchantRole.VIEWER)


async def test_an_owner_invites(house: Installation) -> None:
    merchant_id = await house.add_merchant()
    user = a_user()
    owner = actor_of_user(
        user,
        [Membership(id=user.id, merchant_id=merchant_id, user_id=user.id, role=MerchantRole.OWNER, created_at=NOON)],
    )
    invitation = await invite_user(house, owner, command(merchant_id, "Bob@Example.com"))
    assert (invitation.email, invitation.status) == ("bob@example.com", InvitationStatus.PENDING)
    assert await house.actions() == ["invitation.created"]


@pytest.mark.parametrize("role", [role for role in MerchantRole if role is not MerchantRole.OWNER])
async def test_nobody_else_does(house: Installation, role: MerchantRole) -> None:
    merchant_id, user = await house.add_merchant(), a_user()
    membership = Membership(id=user.id, merchant_id=merchant_id, user_id=user.id, role=role, created_at=NOON)
    with pytest.raises(Forbidden):
        await invite_user(house, actor_of_user(user, [membership]), command(merchant_id))
    with pytest.raises(NotFound):
        await invite_user(house, actor_of_user(user, [membership]), command(await house.add_merchant()))
    assert await house.rows("SELECT FROM invitations") == []


async def test_one_open_invitation_at_a_time(house: Installation) -> None:
    merchant_id = await house.add_merchant()
    results = await asyncio.gather(
        *(invite_user(house, SYSTEM, command(merchant_id)) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadyInvited"] * 4 + ["Invitation"]
    house.clock.advance(timedelta(days=8))
    await invite_user(house, SYSTEM, command(merchant_id))
    statuses = [row["status"] for row in await house.rows("SELECT status FROM invitations ORDER BY id")]
    assert statuses == ["EXPIRED", "PENDING"]
    with pytest.raises(AlreadyInvited):
        await invite_user(house, SYSTEM, command(merchant_id))


async def test_a_member_is_not_invited_again(house: Installation) -> None:
    merchant_id = await invite(house)
    await sign_in(house)
    with pytest.raises(AlreadyMember):
        await invite_user(house, SYSTEM, command(merchant_id))


async def test_what_cannot_be(house: Installation) -> None:
    with pytest.raises(NotFound):
        await invite_user(house, SYSTEM, command(new_uuid(NOON)))
    with pytest.raises(Invalid):
        await invite_user(house, SYSTEM, command(await house.add_merchant(), "nobody"))
