from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.postgres.identity.authentication import assertion_digest, purge_expired
from domain.identity.access_token import AccessToken
from domain.identity.actor import Realm
from domain.identity.sign_in_attempt import LIFETIME, SignInAttempt
from domain.kernel.ids import new_uuid
from tests.domain.identity.people import NOON

if TYPE_CHECKING:
    from tests.domain.identity.installation import Installation


def an_attempt() -> SignInAttempt:
    return SignInAttempt(
        state_hash=b"s" * 32,
        browser_hash=b"b" * 32,
        realm=Realm.STAFF,
        nonce="nonce",
        code_verifier="verifier",
        return_to="/payments",
        created_at=NOON,
        expires_at=NOON + LIFETIME,
    )


async def test_an_attempt_is_taken_once_whoever_asks(house: Installation) -> None:
    await house.authentication.begin_sign_in(an_attempt())
    taken = await asyncio.gather(*(house.authentication.take_sign_in(b"s" * 32) for _ in range(5)))
    assert [attempt for attempt in taken if attempt is not None] == [an_attempt()]


async def test_an_assertion_is_used_once_whoever_asks(house: Installation) -> None:
    digest = assertion_digest("https://login", "jti")
    used = await asyncio.gather(*(house.authentication.use_assertion(digest, NOON) for _ in range(5)))
    assert sorted(used) == [False] * 4 + [True]
    assert assertion_digest("https://loginj", "ti") != digest


async def test_a_refused_assertion_issues_no_token(house: Installation) -> None:
    client = (await house.add_client(None)).client
    assertion = (assertion_digest("x", "y"), NOON + timedelta(hours=1))

    def a_token() -> AccessToken:
        return AccessToken(
            jti=new_uuid(NOON),
            client_id=client.id,
            merchant_id=None,
            issued_at=NOON,
            expires_at=NOON + timedelta(hours=1),
        )

    first, second = a_token(), a_token()
    assert await house.authentication.issue(first, assertion)
    assert not await house.authentication.issue(second, assertion)
    assert await house.authentication.token(first.jti) == first
    assert await house.authentication.token(second.jti) is None
    assert await house.authentication.client_of_token(first.jti) == client
    assert await house.authentication.client_of_token(second.jti) is None


async def test_what_has_expired_is_purged_and_nothing_else(house: Installation) -> None:
    await house.authentication.begin_sign_in(an_attempt())
    await house.authentication.use_assertion(b"x" * 32, NOON + timedelta(hours=1))
    assert await purge_expired(house.database, NOON + LIFETIME) == 0
    assert await purge_expired(house.database, NOON + LIFETIME + timedelta(seconds=1)) == 1
    assert await purge_expired(house.database, NOON + timedelta(hours=2)) == 1
