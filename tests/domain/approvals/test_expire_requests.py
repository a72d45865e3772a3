"""What nobody decided in time ends by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import LIFETIME, ApprovalStatus
from domain.approvals.errors import RequestExpired
from domain.approvals.expire_requests import ExpireRequests, expire_requests
from tests.builders.moments import MORNING, after
from tests.domain.approvals.office import JOBS

if TYPE_CHECKING:
    from tests.domain.approvals.office import Office

WEEK = int(LIFETIME.total_seconds())


async def expire(office: Office, limit: int = 200) -> int:
    return await expire_requests(office.ports, JOBS, ExpireRequests(limit=limit))


async def test_a_week_and_no_day_less(office: Office) -> None:
    office.keep()
    office.clock.pass_by(WEEK - 1)
    assert await expire(office) == 0
    office.clock.pass_by(1)
    assert await expire(office) == 1
    assert (office.now.status, office.now.finished_at) == (ApprovalStatus.EXPIRED, MORNING + LIFETIME)
    assert office.told() == ["approval_request.expired", "approvals.expire"]
    assert await expire(office) == 0


async def test_the_oldest_first_and_no_more_than_asked_for(office: Office) -> None:
    requests = [office.keep(expires_at=after(second)) for second in (3, 1, 2)]
    office.clock.pass_by(60)
    assert await expire(office, limit=2) == 2
    left = [r.id for r in office.units.tables.approval_requests.values() if r.status is ApprovalStatus.REQUIRES_REVIEW]
    assert left == [requests[0].id]


@pytest.mark.parametrize(
    "status", [status for status in ApprovalStatus if status is not ApprovalStatus.REQUIRES_REVIEW]
)
async def test_what_was_decided_stays(office: Office, status: ApprovalStatus) -> None:
    request = office.keep(status=status)
    office.clock.pass_by(2 * WEEK)
    assert await expire(office) == 0
    assert office.now == request


async def test_a_decision_at_the_same_time_wins_or_loses_whole(office: Office) -> None:
    request = office.keep()
    office.clock.pass_by(WEEK - 1)

    async def late() -> int:
        office.clock.pass_by(1)
        return await expire(office)

    approved, expired = await asyncio.gather(office.approve(request), late(), return_exceptions=True)
    kept = office.units.tables.approval_requests[request.id].status
    if isinstance(approved, BaseException):
        assert isinstance(approved, RequestExpired)
        assert (expired, kept) == (1, ApprovalStatus.EXPIRED)
    else:
        assert (expired, kept) == (0, ApprovalStatus.SUCCEEDED)


async def test_one_that_cannot_be_ended_holds_up_no_other(office: Office) -> None:
    for second in (1, 2):
        office.keep(expires_at=after(second))
    office.clock.pass_by(60)
    office.units.raise_at("approval.expire.before_commit", ZeroDivisionError())
    with pytest.raises(ExceptionGroup, match="could not be expired"):
        await expire(office)
    statuses = sorted(request.status for request in office.units.tables.approval_requests.values())
    assert statuses == [ApprovalStatus.EXPIRED, ApprovalStatus.REQUIRES_REVIEW]
    assert await expire(office) == 1
