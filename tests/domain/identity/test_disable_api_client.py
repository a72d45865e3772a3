from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.actor import Actor, ActorKind, Realm
from domain.identity.disable_api_client import DisableApiClient, disable_api_client
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.machine import TransitionNotAllowed
from tests.domain.identity.installation import SYSTEM, Installation

if TYPE_CHECKING:
    from uuid import UUID


async def test_disabling_is_kept_and_told(house: Installation) -> None:
    client = (await house.add_client(await house.add_merchant())).client
    await disable_api_client(house, SYSTEM, DisableApiClient(client_id=client.id))
    stored = await house.authentication.client(client.id)
    assert stored == client.disable()
    assert await house.actions() == ["api_client.created", "api_client.disabled"]
    with pytest.raises(TransitionNotAllowed):
        await disable_api_client(house, SYSTEM, DisableApiClient(client_id=client.id))


async def test_others_cannot(house: Installation) -> None:
    merchant_id, other = await house.add_merchant(), await house.add_merchant()
    client = (await house.add_client(merchant_id)).client
    platform = (await house.add_client(None)).client

    def someone(merchant: UUID, *permissions: Permission) -> Actor:
        return Actor(
            kind=ActorKind.USER,
            id=None,
            name="Eve",
            realm=Realm.MERCHANT,
            grants={merchant: frozenset(permissions)},
        )

    owner_of_other = someone(other, Permission.TEAM_WRITE)
    for client_id in (client.id, platform.id, merchant_id):
        with pytest.raises(NotFound):
            await disable_api_client(house, owner_of_other, DisableApiClient(client_id=client_id))
    with pytest.raises(Forbidden):
        await disable_api_client(
            house, someone(merchant_id, Permission.TEAM_READ), DisableApiClient(client_id=client.id)
        )
    assert await house.authentication.client(client.id) == client
