from __future__ import annotations

import pytest

from domain.identity.acting import actor_of_user
from domain.identity.actor import Realm
from domain.identity.permission import StaffRole
from domain.identity.revoke_session import RevokeSession, revoke_session
from domain.identity.start_session import StartSession, start_session
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from tests.domain.identity.installation import SYSTEM, Installation
from tests.domain.identity.people import NOON, a_user
from tests.domain.identity.test_sign_in_person import invite, sign_in


async def test_people_end_their_own_and_nobody_elses(house: Installation) -> None:
    await invite(house)
    person = await sign_in(house)
    started = await start_session(house, SYSTEM, StartSession(user=person.user, issuer="https://login"))
    command = RevokeSession(session_id=started.session.id)
    support = actor_of_user(a_user(realm=Realm.STAFF, staff_roles=frozenset({StaffRole.SUPPORT})), [])
    for other in (support, actor_of_user(a_user(), [])):
        with pytest.raises(NotFound):
            await revoke_session(house, other, command)
    assert await house.authentication.session(started.session.token_hash) is not None

    ended = await revoke_session(house, person.actor, command)
    assert ended.ended_at == NOON
    assert await house.authentication.session(started.session.token_hash) is None
    assert await revoke_session(house, person.actor, command) == ended
    assert (await house.actions()).count("session.ended") == 1


async def test_one_that_does_not_exist(house: Installation) -> None:
    with pytest.raises(NotFound):
        await revoke_session(house, SYSTEM, RevokeSession(session_id=new_uuid(NOON)))
