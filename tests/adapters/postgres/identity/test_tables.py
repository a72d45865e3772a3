"""The database repeats what the nouns forbid, and hides what is another merchant's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from domain.identity.actor import Actor, ActorKind, Realm, Scope
from domain.identity.permission import Permission
from tests.domain.identity.test_sign_in_person import invite, sign_in

if TYPE_CHECKING:
    from tests.domain.identity.installation import Installation

TENANT_TABLES = ("memberships", "invitations", "api_clients", "access_tokens")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET email = 'ADA@example.com'",
        "UPDATE users SET issuer = NULL",
        "UPDATE users SET status = 'ASLEEP'",
        "UPDATE users SET granted_role = 'ADMIN'",
        "UPDATE users SET staff_roles = '{ADMIN}'",
        "UPDATE memberships SET role = 'KING'",
        "UPDATE invitations SET expires_at = created_at",
        "UPDATE api_clients SET secret_hash = NULL",
        "UPDATE api_clients SET secret_hash = 'short'",
        "UPDATE api_clients SET auth_method = 'private_key_jwt'",
        "UPDATE api_clients SET scopes = '{}'",
        "UPDATE api_clients SET merchant_id = gen_random_uuid()",
    ],
)
async def test_what_no_row_can_be(house: Installation, change: str) -> None:
    await invite(house)
    await sign_in(house)
    await house.add_client(await house.add_merchant())
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await house.run(change)


async def test_a_merchant_sees_its_own_rows_only(house: Installation) -> None:
    mine, other = await invite(house), await invite(house, "bob@example.com")
    await sign_in(house)
    await sign_in(house, subject="s-2", email="bob@example.com")
    for merchant_id in (mine, other, None):
        await house.add_client(merchant_id)
    await house.run(
        "INSERT INTO access_tokens SELECT gen_random_uuid(), id, merchant_id, now(), now() + interval '1 hour' FROM api_clients"
    )
    fence = Scope(frozenset({mine}))
    async with house.database.connection(fence) as connection:
        for table in TENANT_TABLES:
            rows = await connection.fetch(f"SELECT merchant_id FROM {table}")
            assert [row["merchant_id"] for row in rows] == [mine], table
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("UPDATE api_clients SET merchant_id = $1", other)


async def test_a_unit_is_fenced_to_its_actor_and_rolls_back_without_a_commit(house: Installation) -> None:
    mine, other = await house.add_merchant(), await house.add_merchant()
    own, foreign = (await house.add_client(mine)).client, (await house.add_client(other)).client
    actor = Actor(kind=ActorKind.USER, id=None, name="Ada", realm=Realm.MERCHANT, grants={mine: frozenset(Permission)})
    async with house.units.begin(actor, "test") as unit:
        assert await unit.api_clients.get(foreign.id) is None
        assert await unit.api_clients.get(own.id) == own
        await unit.api_clients.save(own.disable())
    assert await house.authentication.client(own.id) == own
