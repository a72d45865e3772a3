from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.actor import Actor, ActorKind, Realm
from domain.identity.api_client import ClientAuthMethod
from domain.identity.create_api_client import CreateApiClient, create_api_client
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import new_uuid
from tests.domain.identity.people import NOON

if TYPE_CHECKING:
    from tests.domain.identity.installation import Installation

READ = frozenset({Permission.PAYMENTS_READ})


async def test_the_secret_is_shown_and_only_its_digest_is_kept(house: Installation) -> None:
    created = await house.add_client(await house.add_merchant())
    assert created.secret is not None
    [row] = await house.rows("SELECT api_clients::text AS everything FROM api_clients")
    assert created.secret not in row["everything"]
    stored = await house.authentication.client(created.client.id)
    assert stored == created.client
    assert stored is not None
    assert stored.knows(created.secret)
    assert await house.actions() == ["api_client.created"]


async def test_a_client_with_keys_has_no_secret(house: Installation) -> None:
    jwks = {"keys": [{"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ"}]}
    created = await house.add_client(None, auth_method=ClientAuthMethod.PRIVATE_KEY_JWT, jwks=jwks)
    assert created.secret is None
    assert await house.authentication.client(created.client.id) == created.client


async def test_nobody_gives_what_they_do_not_have(house: Installation) -> None:
    merchant_id = await house.add_merchant()
    actor = Actor(
        kind=ActorKind.USER,
        id=None,
        name="Ada",
        realm=Realm.MERCHANT,
        grants={merchant_id: READ | {Permission.TEAM_WRITE}},
    )
    command = CreateApiClient(merchant_id=merchant_id, name="Shop", scopes=READ | {Permission.LEDGER_READ})
    with pytest.raises(Forbidden):
        await create_api_client(house, actor, command)
    with pytest.raises(Forbidden):
        await create_api_client(house, actor, CreateApiClient(merchant_id=None, name="Shop", scopes=READ))
    with pytest.raises(NotFound):
        await create_api_client(
            house, actor, CreateApiClient(merchant_id=await house.add_merchant(), name="Shop", scopes=READ)
        )
    assert await house.rows("SELECT FROM api_clients") == []
    allowed = CreateApiClient(merchant_id=merchant_id, name="Shop", scopes=READ)
    assert (await create_api_client(house, actor, allowed)).client.scopes == READ


async def test_what_cannot_be(house: Installation) -> None:
    with pytest.raises(NotFound):
        await house.add_client(new_uuid(NOON))
    with pytest.raises(Invalid):
        await house.add_client(None, name="  ")
    with pytest.raises(Invalid):
        await house.add_client(None, scopes=frozenset())
