"""A job goes on with what was approved and is not done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.carrying_out import carry_out
from domain.kernel.errors import Conflict, Unavailable
from tests.builders.moments import MORNING, after
from tests.domain.approvals.office import JOBS
from tests.fakes.crash import Crash

if TYPE_CHECKING:
    from tests.domain.approvals.office import Office

S = ApprovalStatus
DUE = {"status": S.APPROVED, "next_try_at": MORNING}


async def test_only_what_is_due(office: Office) -> None:
    office.keep(**DUE)
    office.keep(status=S.APPROVED, next_try_at=after(1))
    for status in S:
        if status is not S.APPROVED:
            office.keep(status=status)
    assert await office.carry_out() == 1
    ((actor, request),) = office.actions.performed
    assert (actor, request.tries) == (JOBS, 1)


async def test_it_asks_again_and_again_at_growing_intervals(office: Office) -> None:
    office.keep(**DUE)
    office.actions.raises = [Unavailable("not now")] * 5
    for pause in (0, 60, 300, 900, 3600):
        if pause:
            assert await office.carry_out(after_seconds=pause - 1) == 0
        assert await office.carry_out(after_seconds=1 if pause else 0) == 1
    assert (office.now.status, office.now.tries) == (S.APPROVED, 5)
    assert await office.carry_out(after_seconds=3600) == 1
    assert office.now.status is S.SUCCEEDED


async def test_workers_at_once_do_it_once(office: Office) -> None:
    for _ in range(6):
        office.keep(**DUE)
    assert sum(await asyncio.gather(*(office.carry_out() for _ in range(3)))) == 6
    assert len({request.id for _, request in office.actions.performed}) == len(office.actions.performed) == 6


@pytest.mark.parametrize("point", ["approval.lease.committed", "approval.succeed.before_commit"])
async def test_a_worker_that_dies_is_followed_by_another(office: Office, point: str) -> None:
    office.keep(**DUE)
    office.units.die_at(point)
    with pytest.raises(Crash):
        await office.carry_out()
    assert await office.carry_out(after_seconds=59) == 0
    assert await office.carry_out(after_seconds=1) == 1
    assert office.now.status is S.SUCCEEDED


async def test_one_that_goes_wrong_holds_up_no_other(office: Office) -> None:
    for _ in range(3):
        office.keep(**DUE)
    office.actions.raises = [None, ZeroDivisionError(), Conflict("all is refunded")]
    with pytest.raises(ExceptionGroup, match="could not be carried out"):
        await office.carry_out()
    statuses = sorted(request.status for request in office.units.tables.approval_requests.values())
    assert statuses == [S.APPROVED, S.FAILED, S.SUCCEEDED]


async def test_who_comes_late_with_a_failure_does_not_speak_for_who_took_over(office: Office) -> None:
    """The approver hears a no, hangs until a job has leased the request, and the job gets it done."""
    approved = office.keep(**DUE)

    async def lease() -> None:
        async with office.units.begin(JOBS, "lease") as unit:
            assert len(await unit.approvals.lease_due(MORNING, 1)) == 1
            await unit.commit()

    office.actions.meanwhile = lease
    office.actions.raises = [Conflict("a refund is under way")]
    assert (await carry_out(office.ports, office.approver, approved)).status is S.APPROVED
    assert await office.carry_out(after_seconds=60) == 1
    assert office.now.status is S.SUCCEEDED
