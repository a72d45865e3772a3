"""Work is repeated when the database made it give way, three times at most, and for nothing else."""

from __future__ import annotations

import pytest

from domain.kernel.errors import Conflict, Unavailable
from domain.kernel.unit import MOST_ATTEMPTS, Contention, in_unit
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.fakes.unit import MemoryUnit, MemoryUnits

MERCHANT = a_merchant()
ACTOR = an_actor(MERCHANT)


class Work:
    """Adds a merchant, and fails as often as it is told."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.attempts = 0

    async def __call__(self, unit: MemoryUnit) -> int:
        self.attempts += 1
        await unit.merchants.add(MERCHANT)
        if self.errors:
            raise self.errors.pop(0)
        await unit.commit()
        return self.attempts


@pytest.mark.parametrize("failures", range(MOST_ATTEMPTS))
async def test_work_that_gave_way_is_done_again_from_the_start(failures: int) -> None:
    units = MemoryUnits()
    work = Work(*[Contention("gave way")] * failures)
    assert await in_unit(units, ACTOR, "work", work) == failures + 1
    assert units.tables.merchants == {MERCHANT.id: MERCHANT}


async def test_after_three_attempts_it_is_unavailable_and_nothing_is_written() -> None:
    units = MemoryUnits()
    work = Work(*[Contention("gave way")] * MOST_ATTEMPTS)
    with pytest.raises(Unavailable):
        await in_unit(units, ACTOR, "work", work)
    assert work.attempts == MOST_ATTEMPTS
    assert units.tables.merchants == {}


@pytest.mark.parametrize("error", [Conflict("no"), Unavailable("away"), ValueError("a mistake")])
async def test_any_other_failure_is_final(error: Exception) -> None:
    units = MemoryUnits()
    work = Work(error)
    with pytest.raises(type(error)):
        await in_unit(units, ACTOR, "work", work)
    assert work.attempts == 1
    assert units.tables.merchants == {}


async def test_work_may_decide_not_to_commit() -> None:
    units = MemoryUnits()

    async def look(unit: MemoryUnit) -> str:
        await unit.merchants.add(MERCHANT)
        return "seen"

    assert await in_unit(units, ACTOR, "look", look) == "seen"
    assert units.tables.merchants == {}
    assert units.passed == []
