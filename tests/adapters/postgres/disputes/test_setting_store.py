"""Who can be given a dispute: active staff, and the active people of its merchant."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from domain.kernel.errors import NotFound
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.unit import PostgresUnits
    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant

_PERSON = "INSERT INTO users (id, realm, name, status, created_at) VALUES ($1, $2, 'Ada', $3, now())"
_MEMBER = "INSERT INTO memberships (merchant_id, id, user_id, role, created_at) VALUES ($1, $2, $2, 'OWNER', now())"


async def a_person(
    owner: asyncpg.Connection, merchant_id: UUID | None = None, *, realm: str = "MERCHANT", status: str = "ACTIVE"
) -> UUID:
    person = uuid4()
    await owner.execute(_PERSON, person, realm, status)
    if merchant_id is not None:
        await owner.execute(_MEMBER, merchant_id, person)
    return person


async def found(units: PostgresUnits, actor: Actor, person: UUID, merchant: Merchant) -> bool:
    async with units.begin(actor, "test") as unit:
        try:
            await unit.colleagues.ensure(person, merchant.id)
        except NotFound as error:
            assert error.path == ("assigneeId",)
            return False
        return True


@pytest.mark.parametrize("of_merchant", [True, False])
async def test_who_can_be_given_a_dispute(
    units: PostgresUnits, owner: asyncpg.Connection, merchant: Merchant, *, of_merchant: bool
) -> None:
    other = a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(other)
        await unit.commit()
    asks = an_actor(merchant) if of_merchant else JOBS
    expected = {
        await a_person(owner, merchant.id): True,
        await a_person(owner, realm="STAFF"): True,
        await a_person(owner, other.id): False,
        await a_person(owner): False,
        await a_person(owner, merchant.id, status="DISABLED"): False,
        await a_person(owner, realm="STAFF", status="DISABLED"): False,
        uuid4(): False,
    }
    assert {person: await found(units, asks, person, merchant) for person in expected} == expected
