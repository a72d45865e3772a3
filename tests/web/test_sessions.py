"""Session cookies on a real database: limits, memory, and proof."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.identity.actor import Realm, Scope
from domain.identity.permission import Permission, StaffRole
from domain.identity.revoke_session import RevokeSession, revoke_session
from domain.identity.secret import digest
from domain.identity.session import ABSOLUTE_LIMIT, IDLE_LIMIT
from domain.identity.sign_in_person import SignInPerson, sign_in_person
from domain.identity.start_session import StartSession, start_session
from tests.domain.identity.installation import SYSTEM, Installation, installed
from tests.domain.identity.people import NOON
from web.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

ISSUER = "https://login.example.com"


@pytest.fixture
async def house(database_url: str) -> AsyncGenerator[Installation]:
    async with installed(database_url) as installation:
        yield installation


class Seconds:
    """Time for memories."""

    value = 0.0

    def __call__(self) -> float:
        return self.value


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def sessions(house: Installation, seconds: Seconds) -> Sessions:
    return Sessions(house.authentication, house.clock, monotonic=seconds)


async def a_token(house: Installation, subject: str = "sam") -> str:
    command = SignInPerson(
        realm=Realm.STAFF,
        issuer=ISSUER,
        subject=subject,
        email=f"{subject}@example.com",
        email_verified=True,
        name=subject.title(),
        staff_roles=frozenset({StaffRole.SUPPORT}),
    )
    person = await sign_in_person(house, SYSTEM, command)
    return (await start_session(house, SYSTEM, StartSession(user=person.user, issuer=ISSUER))).token


async def seen_at(house: Installation, token: str) -> object:
    rows = await house.rows("SELECT last_seen_at FROM sessions WHERE token_hash = $1", digest(token))
    return rows[0]["last_seen_at"]


async def test_a_cookie_stands_for_its_person(house: Installation, sessions: Sessions) -> None:
    signed_in = await sessions.actor(await a_token(house), "192.0.2.7")

    assert signed_in is not None
    assert (signed_in.user.name, signed_in.realm, signed_in.actor.address) == ("Sam", Realm.STAFF, "192.0.2.7")
    assert Permission.BALANCES_READ in signed_in.actor.permissions


@pytest.mark.parametrize("value", [None, "", "x", "A" * 43, "A" * 44, "ä" * 43, "A" * 42 + "\n", "' OR 1=1 --"])
async def test_anything_else_stands_for_nobody(house: Installation, sessions: Sessions, value: str | None) -> None:
    await a_token(house)

    assert await sessions.actor(value) is None


async def test_half_an_hour_without_use_ends_it(house: Installation, sessions: Sessions, seconds: Seconds) -> None:
    token = await a_token(house)
    for _ in range(3):  # use keeps it alive beyond the first half hour
        house.clock.advance(IDLE_LIMIT - timedelta(seconds=1))
        seconds.value += 1
        assert await sessions.actor(token) is not None

    house.clock.advance(IDLE_LIMIT)
    seconds.value += 1

    assert await sessions.actor(token) is None


async def test_twelve_hours_end_it_however_busy(house: Installation, sessions: Sessions, seconds: Seconds) -> None:
    token = await a_token(house)
    while house.clock.now() + timedelta(minutes=20) < NOON + ABSOLUTE_LIMIT:
        house.clock.advance(timedelta(minutes=20))
        seconds.value += 1
        assert await sessions.actor(token) is not None

    house.clock.moment = NOON + ABSOLUTE_LIMIT
    seconds.value += 1

    assert await sessions.actor(token) is None


async def test_use_is_noted_once_a_minute(house: Installation, sessions: Sessions, seconds: Seconds) -> None:
    token = await a_token(house)
    noted: list[object] = []
    for _ in range(5):
        house.clock.advance(timedelta(seconds=20))
        seconds.value += 20
        assert await sessions.actor(token) is not None
        noted.append(await seen_at(house, token))

    minute = NOON + timedelta(minutes=1)
    assert noted == [NOON, NOON, minute, minute, minute]


async def test_what_ended_elsewhere_is_over_within_half_a_second(
    house: Installation, sessions: Sessions, seconds: Seconds
) -> None:
    token = await a_token(house)
    signed_in = await sessions.actor(token)
    assert signed_in is not None

    await revoke_session(house, signed_in.actor, RevokeSession(session_id=signed_in.session_id))

    seconds.value = 0.49
    assert await sessions.actor(token) is not None
    seconds.value = 0.5
    assert await sessions.actor(token) is None


async def test_what_ended_here_is_over_at_once(house: Installation, sessions: Sessions) -> None:
    first, second = await a_token(house), await a_token(house, "tim")
    for token in (first, second):
        assert await sessions.actor(token) is not None
    await house.run("UPDATE sessions SET ended_at = $1", NOON)

    sessions.forget(first)
    assert await sessions.actor(first) is None
    assert await sessions.actor(second) is not None
    sessions.forget_all()
    assert await sessions.actor(second) is None


async def test_a_disabled_person_is_out_within_half_a_second(
    house: Installation, sessions: Sessions, seconds: Seconds
) -> None:
    token = await a_token(house)
    assert await sessions.actor(token) is not None
    await house.run("UPDATE users SET status = 'DISABLED'")
    seconds.value = 0.5

    assert await sessions.actor(token) is None


async def test_memory_saves_the_database(house: Installation, sessions: Sessions) -> None:
    token = await a_token(house)
    first = await sessions.actor(token)
    async with house.database.connection(Scope(None)) as connection:
        await connection.execute("DELETE FROM sessions")

    assert await sessions.actor(token) == first


async def test_proof_is_the_sessions_own(house: Installation, sessions: Sessions) -> None:
    mine, others = [await sessions.actor(await a_token(house, name)) for name in ("sam", "tim")]
    assert mine is not None
    assert others is not None

    assert mine.means_it(mine.csrf_token)
    assert [mine.means_it(given) for given in (None, "", others.csrf_token, mine.csrf_token + "x", "\ud800")] == [
        False
    ] * 5
