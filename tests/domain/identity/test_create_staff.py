from __future__ import annotations

import pytest

from domain.identity.acting import actor_of_user
from domain.identity.actor import Realm
from domain.identity.create_staff import CreateStaff, create_staff
from domain.identity.errors import AlreadyInvited
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden
from tests.domain.identity.installation import SYSTEM, Installation
from tests.domain.identity.people import a_user

COMMAND = CreateStaff(email="Ada@example.com", role=StaffRole.SUPPORT)


async def test_it_keeps_one_invitation(house: Installation) -> None:
    invitation = await create_staff(house, SYSTEM, COMMAND)
    assert (invitation.merchant_id, invitation.email) == (None, "ada@example.com")
    with pytest.raises(AlreadyInvited):
        await create_staff(house, SYSTEM, COMMAND)
    assert await house.actions() == ["staff.invited"]


async def test_only_who_manages_the_team_everywhere_may(house: Installation) -> None:
    support = actor_of_user(a_user(realm=Realm.STAFF, staff_roles=frozenset({StaffRole.SUPPORT})), [])
    with pytest.raises(Forbidden):
        await create_staff(house, support, COMMAND)
    assert await house.rows("SELECT FROM staff_invitations") == []
