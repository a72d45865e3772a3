from __future__ import annotations

from domain.identity.actor import Realm
from domain.identity.end_provider_sessions import EndProviderSessions, end_provider_sessions
from domain.identity.start_session import StartSession, start_session
from tests.domain.identity.installation import SYSTEM, Installation
from tests.domain.identity.test_sign_in_person import invite, sign_in


async def test_the_providers_session_names_ours(house: Installation) -> None:
    await invite(house)
    person = await sign_in(house)
    issuer = person.user.issuer
    assert issuer is not None
    first, second = [
        (await start_session(house, SYSTEM, StartSession(user=person.user, issuer=issuer, provider_sid=sid))).session
        for sid in ("first", "second")
    ]

    async def end(realm: Realm, subject: str | None, sid: str | None, of: str = issuer) -> list[object]:
        command = EndProviderSessions(realm=realm, issuer=of, subject=subject, provider_sid=sid)
        return [session.id for session in await end_provider_sessions(house, SYSTEM, command)]

    assert await end(Realm.STAFF, None, "first") == []
    assert await end(Realm.MERCHANT, None, "first", "https://another") == []
    assert await end(Realm.MERCHANT, None, None) == []
    assert await end(Realm.MERCHANT, "nobody", None) == []
    assert await end(Realm.MERCHANT, person.user.subject, "first") == [first.id]
    assert await end(Realm.MERCHANT, None, "first") == []
    assert await end(Realm.MERCHANT, person.user.subject, None) == [second.id]
    assert (await house.actions()).count("session.ended_by_provider") == 2
