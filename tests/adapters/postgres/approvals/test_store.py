"""The table repeats who may decide what, and of two who decide at once one does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from domain.approvals.approval_request import FIRST_TRY_SECONDS, ApprovalStatus
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.expire_requests import ExpireRequests, expire_requests
from domain.approvals.reject_request import RejectRequest, reject_request
from domain.kernel.ids import PLATFORM
from domain.kernel.machine import TransitionNotAllowed
from domain.payments.operation import OperationType
from tests.builders.approvals import a_publication, an_approval_request
from tests.builders.identity import an_actor
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.gateway import Fault, StandInGateway

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

    Owner = asyncpg.Connection
S = ApprovalStatus


async def add(units: PostgresUnits, merchant: Merchant, status: ApprovalStatus) -> None:
    async with units.begin(JOBS, "test") as unit:
        await unit.approvals.add(an_approval_request(status, merchant_id=merchant.id))
        await unit.commit()


REFUSED = [
    (S.APPROVED, "decided_by_kind = requested_by_kind, decided_by_id = requested_by_id", "approver"),
    (S.SUCCEEDED, "requested_by_id = decided_by_id", "approver"),
    (S.FAILED, "requested_by_id = decided_by_id", "approver"),
    (S.REJECTED, "requested_by_id = decided_by_id", "approver"),
    (S.APPROVED, "decided_by_kind = 'CLIENT'", "approver"),
    (S.APPROVED, "decided_by_kind = 'SYSTEM', decided_by_id = NULL", "approver"),
    (S.APPROVED, "decided_by_id = NULL", "approver"),
    (S.CANCELED, "decided_by_id = uuidv7()", "canceler"),
    (S.REQUIRES_REVIEW, "status = 'APPROVED'", "decided|approver|due"),
    (S.REQUIRES_REVIEW, "status = 'SUCCEEDED'", "decided|approver|finished"),
    (S.REQUIRES_REVIEW, "status = 'EXPIRED'", "finished"),
    (S.REQUIRES_REVIEW, "decided_at = now()", "decided"),
    (S.APPROVED, "decided_by_name = NULL", "decided"),
    (S.APPROVED, "finished_at = now()", "finished"),
    (S.APPROVED, "next_try_at = NULL", "due"),
    (S.SUCCEEDED, "next_try_at = now()", "due"),
    (S.SUCCEEDED, "failure = 'no'", "failed"),
    (S.FAILED, "failure = NULL", "failed"),
    (S.REJECTED, "status = 'DONE'", "status"),
    (S.REQUIRES_REVIEW, "action = 'PAY_OUT'", "action"),
    (S.REQUIRES_REVIEW, "amount_minor = 0", "amount"),
    (S.REQUIRES_REVIEW, "amount_minor = 1000000000001", "amount"),
    (S.REQUIRES_REVIEW, "requested_by_id = NULL", "requester"),
    (S.REQUIRES_REVIEW, "requested_by_kind = 'ROBOT'", "requested_by_kind"),
    (S.REQUIRES_REVIEW, "subject_type = 'customer'", "subject"),
    (S.REQUIRES_REVIEW, "currency = 'euro'", "currency"),
    (S.REQUIRES_REVIEW, "version = 0", "version"),
    (S.REQUIRES_REVIEW, "tries = -1", "tries"),
    (S.REQUIRES_REVIEW, "amount_minor = NULL, currency = NULL, currency_exponent = NULL", "without_amount"),
    (S.REQUIRES_REVIEW, "action = 'PUBLISH_FRAUD_RULE'", "without_amount"),
    (S.REQUIRES_REVIEW, "currency = NULL", "without_amount"),
    (S.REQUIRES_REVIEW, "currency_exponent = NULL", "without_amount"),
    (S.REQUIRES_REVIEW, f"merchant_id = '{PLATFORM}'", "platform"),
]


@pytest.mark.parametrize(("status", "change", "constraint"), REFUSED)
async def test_what_no_row_can_be(
    units: PostgresUnits, owner: Owner, merchant: Merchant, status: ApprovalStatus, change: str, constraint: str
) -> None:
    await add(units, merchant, status)
    with pytest.raises(asyncpg.CheckViolationError, match=rf"ck_approval_requests_({constraint})"):
        await owner.execute(f"UPDATE approval_requests SET {change}")


async def test_an_operation_has_one_request(units: PostgresUnits, owner: Owner, merchant: Merchant) -> None:
    await add(units, merchant, S.REQUIRES_REVIEW)
    await add(units, merchant, S.EXPIRED)
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_approval_requests_operation"):
        await owner.execute(
            "UPDATE approval_requests SET operation_id = (SELECT operation_id FROM approval_requests LIMIT 1)"
        )


@pytest.mark.parametrize("status", [S.APPROVED, S.SUCCEEDED, S.FAILED, S.REJECTED])
async def test_nobody_decides_what_they_asked_for_of_the_platform(
    units: PostgresUnits, owner: Owner, status: ApprovalStatus
) -> None:
    async with units.begin(JOBS, "test") as unit:
        await unit.approvals.add(a_publication(status))
        await unit.commit()
    with pytest.raises(asyncpg.CheckViolationError, match="ck_approval_requests_approver"):
        await owner.execute("UPDATE approval_requests SET decided_by_id = requested_by_id")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("threshold_minor = -1", "threshold"),
        ("action = 'PAY_OUT'", "action"),
        ("currency = 'euro'", "currency"),
        ("threshold_minor = NULL", "without_amount"),
        ("action = 'PUBLISH_FRAUD_RULE'", "without_amount"),
        ("currency = 'XXX'", "without_amount"),
        (f"merchant_id = '{PLATFORM}'", "platform"),
    ],
)
async def test_what_no_policy_can_be(
    units: PostgresUnits, owner: Owner, merchant: Merchant, change: str, constraint: str
) -> None:
    await _desk(units, merchant).want_approval(eur(50))
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_approval_policies_{constraint}"):
        await owner.execute(f"UPDATE approval_policies SET {change}")


async def test_a_request_is_never_deleted(units: PostgresUnits, merchant: Merchant) -> None:
    await add(units, merchant, S.EXPIRED)
    async with units.begin(JOBS, "test") as unit:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await unit.approvals._connection.execute("DELETE FROM approval_requests")


def _desk(units: PostgresUnits, merchant: Merchant) -> Desk:
    clock = SettableClock()
    return Desk(units, merchant, StandInGateway(clock, slowest_milliseconds=3), clock)


async def test_of_many_who_decide_at_once_one_does(units: PostgresUnits, merchant: Merchant, owner: Owner) -> None:
    desk = _desk(units, merchant)
    await desk.want_approval(eur(50))
    for _ in range(10):
        request = await desk.ask_to_refund(await desk.captured(), eur(60))
        approvals = (
            approve_request(desk.approvals, an_actor(merchant), ApproveRequest(request_id=request.id)) for _ in range(5)
        )
        rejections = (
            reject_request(desk.approvals, an_actor(merchant), RejectRequest(request_id=request.id, reason="no"))
            for _ in range(5)
        )
        results = await asyncio.gather(*approvals, *rejections, return_exceptions=True)
        refused = [result for result in results if isinstance(result, TransitionNotAllowed)]
        assert len(refused) == 9, results
    statuses = {
        row["status"]: row["n"]
        for row in await owner.fetch("SELECT status, count(*) AS n FROM approval_requests GROUP BY 1")
    }
    assert set(statuses) <= {"SUCCEEDED", "REJECTED"}
    assert desk.gateway.moved(OperationType.REFUND) == 6000 * statuses.get("SUCCEEDED", 0)


async def test_approvers_of_two_requests_for_the_same_money(units: PostgresUnits, merchant: Merchant) -> None:
    desk = _desk(units, merchant)
    await desk.want_approval(eur(50))
    for _ in range(10):
        payment = await desk.captured()
        requests = [await desk.ask_to_refund(payment, eur(60)) for _ in range(3)]
        done = await asyncio.gather(*(desk.approve(request) for request in requests))
        assert sorted(request.status for request in done) == [S.FAILED, S.FAILED, S.SUCCEEDED]
    assert desk.gateway.moved(OperationType.REFUND) == 10 * 6000


async def test_the_job_and_a_slow_approver_make_one_refund(units: PostgresUnits, merchant: Merchant) -> None:
    desk = _desk(units, merchant)
    await desk.want_approval(eur(50))
    payments = [await desk.captured() for _ in range(5)]
    requests = [await desk.ask_to_refund(payment, eur(60)) for payment in payments]
    desk.gateway.next(*[Fault.ANSWER_LOST] * 5)
    approved = await asyncio.gather(*(desk.approve(request) for request in requests))
    assert {request.status for request in approved} == {S.APPROVED}
    desk.clock.pass_by(FIRST_TRY_SECONDS)
    await asyncio.gather(desk.resolve(), desk.carry_out(), desk.carry_out())
    await desk.carry_out(after_seconds=60)
    again = [await desk.approve(request) for request in requests]
    assert {request.status for request in again} == {S.SUCCEEDED}
    assert desk.gateway.moved(OperationType.REFUND) == 5 * 6000


async def test_expiry_and_a_late_yes(units: PostgresUnits, merchant: Merchant) -> None:
    desk = _desk(units, merchant)
    await desk.want_approval(eur(50))
    request = await desk.ask_to_refund(await desk.captured(), eur(60))
    desk.clock.at = request.expires_at
    expire = ExpireRequests()
    assert sum(await asyncio.gather(*(expire_requests(desk.approvals, JOBS, expire) for _ in range(3)))) >= 1
    with pytest.raises(TransitionNotAllowed):
        await desk.approve(request)
    assert desk.gateway.moved(OperationType.REFUND) == 0
