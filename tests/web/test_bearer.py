from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.identity.disable_api_client import DisableApiClient, disable_api_client
from domain.identity.rotate_signing_keys import RotateSigningKeys, rotate_signing_keys
from domain.identity.signing_key import PUBLISHED_AFTER, PUBLISHED_AHEAD, TOKEN_LIFETIME
from tests.domain.identity.installation import SYSTEM, installed
from tests.web.oauth.authorization import Authorization, authorization
from web.bearer import RECHECK_SECONDS, TokenRefused

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def server(database_url: str) -> AsyncGenerator[Authorization]:
    async with installed(database_url) as house, authorization(house) as running:
        yield running


async def test_a_revocation_takes_effect_within_a_second_in_every_process(server: Authorization) -> None:
    created, second = await server.a_client(), server.second_process()
    header = f"Bearer {await server.token(created)}"
    for process in (server, second):
        assert (await process.bearer.authenticate(header)).id == created.client.id
    assert created.secret is not None
    auth = (created.client.client_id, created.secret)
    await server.http.post("/oauth/revoke", data={"token": header.split()[1]}, auth=auth)
    assert RECHECK_SECONDS < 1
    for process in (server, second):
        process.monotonic.seconds += RECHECK_SECONDS
        with pytest.raises(TokenRefused):
            await process.bearer.authenticate(header)


async def test_a_disabled_client_is_out_within_a_second(server: Authorization) -> None:
    created = await server.a_client()
    header = f"Bearer {await server.token(created)}"
    await server.bearer.authenticate(header)
    await disable_api_client(server.house, SYSTEM, DisableApiClient(client_id=created.client.id))
    server.monotonic.seconds += RECHECK_SECONDS
    with pytest.raises(TokenRefused):
        await server.bearer.authenticate(header)


async def test_scopes_that_the_client_lost_are_lost_to_its_tokens(server: Authorization) -> None:
    created = await server.a_client()
    header = f"Bearer {await server.token(created)}"
    await server.bearer.authenticate(header)
    await server.house.run("UPDATE api_clients SET scopes = '{payments:read,ledger:read}'")
    server.monotonic.seconds += RECHECK_SECONDS
    assert (await server.bearer.authenticate(header)).permissions == {"payments:read"}


async def test_a_client_moved_to_another_merchant_needs_a_new_token(server: Authorization) -> None:
    created = await server.a_client()
    header = f"Bearer {await server.token(created)}"
    await server.house.run("UPDATE api_clients SET merchant_id = $1", await server.house.add_merchant())
    with pytest.raises(TokenRefused):
        await server.bearer.authenticate(header)


async def test_the_database_is_asked_at_most_twice_a_second(server: Authorization) -> None:
    header = f"Bearer {await server.token(await server.a_client())}"
    await server.bearer.authenticate(header)
    before = await reads(server)
    await asyncio.gather(*(server.bearer.authenticate(header) for _ in range(50)))
    assert await reads(server) == before
    server.monotonic.seconds += RECHECK_SECONDS
    await asyncio.gather(*(server.bearer.authenticate(header) for _ in range(50)))
    assert await reads(server) == before + 1


async def reads(server: Authorization) -> int:
    """How often a primary key of access_tokens was looked up, in all connections."""
    await server.house.run("SELECT pg_stat_force_next_flush()")
    await asyncio.gather(*(server.house.run("SELECT pg_stat_force_next_flush(), pg_sleep(0.05)") for _ in range(5)))
    [row] = await server.house.rows(
        "SELECT idx_scan + seq_scan AS n FROM pg_stat_all_tables WHERE relname = 'access_tokens'"
    )
    return row["n"]


async def test_the_cache_forgets_the_oldest(server: Authorization) -> None:
    created = await server.a_client()
    server.bearer._most_tokens = 2
    headers = [f"Bearer {await server.token(created)}" for _ in range(4)]
    for header in headers * 2:
        assert (await server.bearer.authenticate(header)).id == created.client.id
    assert len(server.bearer._known) == 2


async def test_tokens_outlive_a_rotation_and_new_ones_are_signed_with_the_new_key(server: Authorization) -> None:
    created, second = await server.a_client(), server.second_process()
    first_key = (await server.keyring.signing_key()).kid
    await second.keyring.key_set()
    server.house.clock.advance(timedelta(hours=1))
    key = await rotate_signing_keys(server.house, SYSTEM, RotateSigningKeys(older_than=timedelta(0)))
    assert key is not None
    server.house.clock.advance(timedelta(minutes=1))
    assert {k["kid"] for k in (await second.keyring.key_set())["keys"]} == {first_key, key.kid}
    assert (await server.keyring.signing_key()).kid == first_key

    server.house.clock.advance(PUBLISHED_AHEAD - timedelta(minutes=1, seconds=1))
    old = f"Bearer {await server.token(created)}"
    server.house.clock.advance(timedelta(seconds=1))
    new = f"Bearer {await server.token(created)}"
    assert (await server.keyring.signing_key()).kid == key.kid
    server.house.clock.advance(TOKEN_LIFETIME - timedelta(seconds=2))
    for process in (server, second):
        for header in (old, new):
            assert (await process.bearer.authenticate(header)).id == created.client.id
    server.house.clock.advance(PUBLISHED_AFTER + timedelta(minutes=1))
    assert [k["kid"] for k in (await second.keyring.key_set())["keys"]] == [key.kid]
