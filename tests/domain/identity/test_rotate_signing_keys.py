from __future__ import annotations

import asyncio
from datetime import timedelta

from domain.identity.rotate_signing_keys import ROTATION_INTERVAL, RotateSigningKeys, rotate_signing_keys
from domain.identity.signing_key import PUBLISHED_AHEAD, signer
from tests.domain.identity.installation import SYSTEM, Installation

NOW = RotateSigningKeys(older_than=timedelta(0))


async def test_the_first_key_signs_at_once_and_later_ones_are_published_first(house: Installation) -> None:
    first = await rotate_signing_keys(house, SYSTEM, RotateSigningKeys())
    assert first is not None
    assert await rotate_signing_keys(house, SYSTEM, RotateSigningKeys()) is None
    house.clock.advance(ROTATION_INTERVAL)
    second = await rotate_signing_keys(house, SYSTEM, RotateSigningKeys())
    assert second is not None
    keys = await house.authentication.published_keys(house.clock.now())
    assert [key.id for key in keys] == [second.id, first.id]
    current = signer(keys, house.clock.now())
    assert current is not None
    assert current.id == first.id
    house.clock.advance(PUBLISHED_AHEAD)
    assert signer(keys, house.clock.now()) == second


async def test_a_key_that_waits_is_not_overtaken(house: Installation) -> None:
    await rotate_signing_keys(house, SYSTEM, NOW)
    house.clock.advance(timedelta(seconds=1))
    assert await rotate_signing_keys(house, SYSTEM, NOW) is not None
    assert await rotate_signing_keys(house, SYSTEM, NOW) is None
    house.clock.advance(PUBLISHED_AHEAD)
    assert await rotate_signing_keys(house, SYSTEM, NOW) is not None


async def test_any_number_at_once_make_one_first_key(house: Installation) -> None:
    command = RotateSigningKeys(older_than=None)
    made = await asyncio.gather(*(rotate_signing_keys(house, SYSTEM, command) for _ in range(5)))
    assert len([key for key in made if key is not None]) == 1
    assert len(await house.rows("SELECT FROM signing_keys")) == 1
    assert await house.actions() == ["signing_key.created"]
