"""A yes is committed, then done, then recorded: once, whatever dies in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import FIRST_TRY_SECONDS, ApprovalStatus
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.errors import ApproverIsRequester, ApproverLacksRole, RequestExpired
from domain.approvals.party import party_of
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.kernel.unit import Contention
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.fakes.crash import Crash

if TYPE_CHECKING:
    from tests.domain.approvals.office import Office

S = ApprovalStatus
NAMES = ["approval_request.approved", "approval_request.succeeded", "approvals.approve", "approvals.succeed"]


async def test_it_is_done_and_recorded(office: Office) -> None:
    done = await office.approve(office.keep())
    assert (done.status, done.decided_by and done.decided_by.id) == (S.SUCCEEDED, office.approver.id)
    assert office.now == done
    ((actor, performed),) = office.actions.performed
    assert (actor, performed.status) == (office.approver, S.APPROVED)
    assert office.told() == NAMES
    assert [event.sequence for event in office.units.tables.events] == [2, 3]


async def test_no_transaction_is_open_meanwhile(office: Office) -> None:
    request = office.keep()
    seen: list[ApprovalStatus] = []

    async def look() -> None:
        async with office.units.begin(office.approver, "look") as unit:
            seen.append((await unit.approvals.for_update(request.id)).status)

    office.actions.meanwhile = look
    await office.approve(request)
    assert seen == [S.APPROVED]


@pytest.mark.parametrize("error", [Conflict("all is refunded"), Invalid(("amount",), "too much"), NotFound("It")])
async def test_what_cannot_be_done_fails_with_the_reason(office: Office, error: Conflict) -> None:
    office.actions.raises.append(error)
    failed = await office.approve(office.keep())
    assert (failed.status, failed.failure, failed.next_try_at) == (S.FAILED, error.message, None)
    assert office.told()[1] == "approval_request.failed"
    assert await office.carry_out(after_seconds=10**6) == 0


@pytest.mark.parametrize("error", [Unavailable("not now"), Contention("too many")])
async def test_what_cannot_be_told_stays_approved_for_the_job(office: Office, error: Unavailable) -> None:
    office.actions.raises.append(error)
    approved = await office.approve(office.keep())
    assert (approved.status, office.now.status) == (S.APPROVED, S.APPROVED)
    assert await office.carry_out(after_seconds=FIRST_TRY_SECONDS - 1) == 0
    assert await office.carry_out(after_seconds=1) == 1
    assert (office.now.status, len(office.actions.performed)) == (S.SUCCEEDED, 2)


@pytest.mark.parametrize(
    ("point", "left"),
    [
        ("approval.approve.before_commit", S.REQUIRES_REVIEW),
        ("approval.approve.committed", S.APPROVED),
        ("approval.succeed.before_commit", S.APPROVED),
        ("approval.succeed.committed", S.SUCCEEDED),
    ],
)
async def test_a_crash_between_the_beats(office: Office, point: str, left: ApprovalStatus) -> None:
    request = office.keep()
    office.units.die_at(point)
    with pytest.raises(Crash):
        await office.approve(request)
    assert office.now.status is left
    if left is S.REQUIRES_REVIEW:
        await office.approve(request)
    await office.carry_out(after_seconds=FIRST_TRY_SECONDS)
    assert office.now.status is S.SUCCEEDED
    assert sorted(office.told()) == sorted(NAMES)


async def test_a_crash_while_it_is_done(office: Office) -> None:
    office.actions.raises.append(Crash())
    with pytest.raises(Crash):
        await office.approve(office.keep())
    assert office.now.status is S.APPROVED
    await office.carry_out(after_seconds=FIRST_TRY_SECONDS)
    assert office.now.status is S.SUCCEEDED


async def test_a_program_error_is_no_failure_of_the_request(office: Office) -> None:
    office.actions.raises.append(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await office.approve(office.keep())
    assert office.now.status is S.APPROVED


async def test_the_same_yes_again_is_the_same(office: Office) -> None:
    request = office.keep()
    first = await office.approve(request)
    assert await office.approve(request) == first
    assert (len(office.actions.performed), office.told()) == (1, NAMES)


async def test_the_same_yes_again_while_it_cannot_be_told_leaves_it_to_the_job(office: Office) -> None:
    request = office.keep()
    office.actions.raises.append(Unavailable("not now"))
    await office.approve(request)
    assert (await office.approve(request)).status is S.APPROVED
    assert len(office.actions.performed) == 1


async def test_two_at_once_are_one_effect(office: Office) -> None:
    request = office.keep()
    others = [an_actor(office.merchant) for _ in range(5)]
    results = await asyncio.gather(*(office.approve(request, actor) for actor in others), return_exceptions=True)
    assert sum(isinstance(result, TransitionNotAllowed) for result in results) == 4
    assert (len(office.actions.performed), office.now.status) == (1, S.SUCCEEDED)
    assert office.told() == NAMES


async def test_the_database_may_have_it_give_way(office: Office) -> None:
    request = office.keep()
    office.units.raise_at("approval.approve.before_commit", Contention("again"), Contention("again"))
    assert (await office.approve(request)).status is S.SUCCEEDED
    assert office.told() == NAMES


async def test_who_may_not(office: Office) -> None:
    request = office.keep(role=MerchantRole.OWNER)
    refused = [
        (office.requester, Forbidden),
        (an_actor(office.merchant, role=MerchantRole.VIEWER), Forbidden),
        (office.approver, ApproverLacksRole),
        (an_actor(a_merchant()), NotFound),
    ]
    for actor, error in refused:
        with pytest.raises(error):
            await office.approve(request, actor)
    assert (office.now, office.actions.performed, office.told()) == (request, [], [])


async def test_who_asked_may_not_whatever_else_they_are(office: Office) -> None:
    owner = an_actor(office.merchant)
    request = office.keep(requested_by=party_of(owner))
    with pytest.raises(ApproverIsRequester):
        await office.approve(request, owner)
    assert office.now == request


async def test_what_ran_out_is_too_late(office: Office) -> None:
    request = office.keep(expires_at=MORNING)
    with pytest.raises(RequestExpired):
        await office.approve(request)
    assert office.actions.performed == []


async def test_nothing_by_that_id(office: Office) -> None:
    with pytest.raises(NotFound, match="The request for approval"):
        await approve_request(office.ports, office.approver, ApproveRequest(request_id=new_uuid(MORNING)))
