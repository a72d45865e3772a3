from __future__ import annotations

from domain.identity.secret import digest
from domain.identity.start_session import StartSession, start_session
from tests.domain.identity.installation import SYSTEM, Installation
from tests.domain.identity.test_sign_in_person import invite, sign_in


async def test_the_token_is_kept_as_a_digest_and_finds_the_person(house: Installation) -> None:
    merchant_id = await invite(house)
    person = await sign_in(house)
    started = await start_session(
        house, SYSTEM, StartSession(user=person.user, issuer="https://login", provider_sid="sid", id_token="hint")
    )
    assert started.session.token_hash == digest(started.token)
    state = await house.authentication.session(digest(started.token))
    assert state is not None
    assert state.session == started.session
    assert state.user == person.user
    assert [m.merchant_id for m in state.memberships] == [merchant_id]
    assert await house.authentication.session(digest("other")) is None


async def test_the_session_before_ends(house: Installation) -> None:
    await invite(house)
    user = (await sign_in(house)).user
    before = await start_session(house, SYSTEM, StartSession(user=user, issuer="https://login"))
    await start_session(house, SYSTEM, StartSession(user=user, issuer="https://login", replaces=before.token))
    assert await house.authentication.session(digest(before.token)) is None
    # A made-up token of the browser replaces nothing and does no harm.
    await start_session(house, SYSTEM, StartSession(user=user, issuer="https://login", replaces="made-up"))
    assert len(await house.rows("SELECT FROM sessions WHERE ended_at IS NULL")) == 2
