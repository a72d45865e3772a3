"""What was approved is refunded once, whatever dies, and the request ends as the refund did."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import FIRST_TRY_SECONDS, ApprovalRequest, ApprovalStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound, Unavailable
from domain.kernel.ids import new_uuid
from domain.payments.carry_out_refund import CarryOutRefund, carry_out_refund
from domain.payments.decline import DeclineCode
from domain.payments.errors import PaymentStateForbids, RefundRefused, RefundUndecided
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationType
from domain.payments.refund import RefundReason, RefundStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from domain.payments.results import RefundResult
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

S = ApprovalStatus


@pytest.fixture
async def asked(desk: Desk) -> ApprovalRequest:
    """To refund 60 of 100 euros, captured."""
    await desk.want_approval(eur(50))
    return await desk.ask_to_refund(await desk.captured(), eur(60), reason=RefundReason.FRAUDULENT)


@pytest.fixture
def approved(tables: Tables, asked: ApprovalRequest) -> ApprovalRequest:
    """The same, approved and not yet begun."""
    request = replace(asked, status=S.APPROVED, next_try_at=MORNING)
    tables.approval_requests[request.id] = request
    return request


async def carry_out(desk: Desk, request: ApprovalRequest) -> RefundResult:
    return await carry_out_refund(desk.ports, desk.approver, CarryOutRefund(operation_id=request.operation_id))


def status_of(tables: Tables, request: ApprovalRequest) -> ApprovalStatus:
    return tables.approval_requests[request.id].status


async def test_the_whole_way(desk: Desk, tables: Tables, gateway: StandInGateway, asked: ApprovalRequest) -> None:
    assert (await desk.approve(asked)).status is S.SUCCEEDED
    (refund,) = tables.refunds.values()
    assert (refund.operation_id, refund.amount, refund.reason, refund.status) == (
        asked.operation_id, eur(60), RefundReason.FRAUDULENT, RefundStatus.SUCCEEDED,
    )  # fmt: skip
    assert tables.payments[asked.subject_id].refunded_minor == gateway.moved(OperationType.REFUND) == 6000
    told = [event.name for event in tables.events]
    assert told[-4:] == [
        "approval_request.approved", "payment.refund_requested", "payment.refunded", "approval_request.succeeded",
    ]  # fmt: skip
    assert "payments.refund" in [record.action for record in tables.audit]
    assert_agreement(tables, gateway)


async def test_again_and_at_once_is_once(
    desk: Desk, tables: Tables, gateway: StandInGateway, approved: ApprovalRequest
) -> None:
    results = await asyncio.gather(*(carry_out(desk, approved) for _ in range(10)), return_exceptions=True)
    assert any(not isinstance(result, BaseException) for result in results)
    assert all(isinstance(r, RefundUndecided) for r in results if isinstance(r, BaseException))
    again = await carry_out(desk, approved)
    assert (again.replayed, again.refund.status) == (True, RefundStatus.SUCCEEDED)
    assert (len(tables.refunds), len(gateway.effects)) == (1, 2)
    assert_agreement(tables, gateway)


@pytest.mark.parametrize("status", [status for status in S if status is not S.APPROVED])
async def test_only_what_is_approved(
    desk: Desk, tables: Tables, gateway: StandInGateway, asked: ApprovalRequest, status: ApprovalStatus
) -> None:
    tables.approval_requests[asked.id] = replace(asked, status=status)
    with pytest.raises(PaymentStateForbids, match=f"this request is {status}"):
        await carry_out(desk, asked)
    assert (tables.refunds, gateway.moved(OperationType.REFUND)) == ({}, 0)


async def test_who_may_not(desk: Desk, tables: Tables, approved: ApprovalRequest) -> None:
    desk.approver = an_actor(desk.merchant, role=MerchantRole.OPERATOR)
    with pytest.raises(Forbidden, match="approvals:decide"):
        await carry_out(desk, approved)
    desk.approver = an_actor(a_merchant())
    with pytest.raises(NotFound, match="The request for approval"):
        await carry_out(desk, approved)
    desk.approver = an_actor(desk.merchant)
    with pytest.raises(NotFound, match="The request for approval"):
        await carry_out(desk, replace(approved, operation_id=new_uuid(MORNING)))
    assert tables.refunds == {}


async def test_what_can_no_longer_be_refunded_fails(
    desk: Desk, tables: Tables, gateway: StandInGateway, asked: ApprovalRequest
) -> None:
    payment = tables.payments[asked.subject_id]
    await desk.refund(payment, eur(49))
    failed = await desk.approve(asked)
    assert (failed.status, failed.failure) == (S.FAILED, "At most 51.00 EUR can be refunded.")
    assert (len(tables.refunds), asked.operation_id in tables.operations) == (1, False)
    assert_agreement(tables, gateway)


async def test_of_two_requests_for_the_same_money_one_succeeds(
    desk: Desk, tables: Tables, gateway: StandInGateway, asked: ApprovalRequest
) -> None:
    other = await desk.ask_to_refund(tables.payments[asked.subject_id], eur(60))
    statuses = {request.status for request in await asyncio.gather(desk.approve(asked), desk.approve(other))}
    assert statuses == {S.SUCCEEDED, S.FAILED}
    assert gateway.moved(OperationType.REFUND) == 6000
    assert_agreement(tables, gateway)


@pytest.mark.parametrize(("code", "failure"), [(DeclineCode.EXPIRED_CARD, "EXPIRED_CARD"), (None, "closed_account")])
async def test_a_refusal_of_the_gateway_is_a_failure(
    desk: Desk, tables: Tables, gateway: StandInGateway, asked: ApprovalRequest, code: DeclineCode | None, failure: str
) -> None:
    gateway.next(an_outcome(OutcomeKind.FAILED, decline_code=code, response_code="closed_account"))
    failed = await desk.approve(asked)
    assert (failed.status, failed.failure) == (S.FAILED, f"The gateway refused the refund: {failure}.")
    assert tables.payments[asked.subject_id].refundable_minor == 10000
    assert_agreement(tables, gateway)


async def test_a_refusal_without_a_reason(desk: Desk, gateway: StandInGateway, approved: ApprovalRequest) -> None:
    gateway.next(an_outcome(OutcomeKind.FAILED))
    with pytest.raises(RefundRefused, match="it gave no reason"):
        await carry_out(desk, approved)


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.ANSWER_LATER])
async def test_until_the_gateway_has_decided_the_request_is_approved(
    desk: Desk, tables: Tables, gateway: StandInGateway, asked: ApprovalRequest, fault: Fault
) -> None:
    gateway.next(fault)
    assert (await desk.approve(asked)).status is S.APPROVED
    await desk.carry_out(after_seconds=FIRST_TRY_SECONDS)
    assert status_of(tables, asked) is S.APPROVED
    await desk.resolve()
    await desk.carry_out(after_seconds=60)
    assert status_of(tables, asked) is S.SUCCEEDED
    assert gateway.moved(OperationType.REFUND) == 6000
    assert_agreement(tables, gateway)


@pytest.mark.parametrize(
    "point",
    [
        "approval.approve.committed",
        "refund.intent.before_commit",
        "refund.intent.committed",
        "outcome.before_commit",
        "outcome.committed",
        "approval.succeed.before_commit",
        "approval.succeed.committed",
    ],
)
async def test_a_crash_between_the_beats(
    desk: Desk, units: MemoryUnits, gateway: StandInGateway, asked: ApprovalRequest, point: str
) -> None:
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.approve(asked)
    await desk.resolve(after_seconds=30)
    await desk.carry_out(after_seconds=FIRST_TRY_SECONDS)
    assert status_of(units.tables, asked) is S.SUCCEEDED
    assert gateway.moved(OperationType.REFUND) == 6000
    assert_agreement(units.tables, gateway)


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_a_crash_in_the_call(
    desk: Desk, tables: Tables, gateway: StandInGateway, asked: ApprovalRequest, fault: Fault
) -> None:
    gateway.next(fault)
    with pytest.raises(Crash):
        await desk.approve(asked)
    await desk.resolve(after_seconds=30)
    await desk.carry_out(after_seconds=FIRST_TRY_SECONDS)
    assert status_of(tables, asked) is S.SUCCEEDED
    assert gateway.moved(OperationType.REFUND) == 6000
    assert_agreement(tables, gateway)


async def test_a_job_that_comes_before_the_outcome_calls_no_gateway(
    desk: Desk, units: MemoryUnits, gateway: StandInGateway, asked: ApprovalRequest
) -> None:
    units.die_at("refund.intent.committed")
    with pytest.raises(Crash):
        await desk.approve(asked)
    await desk.carry_out(after_seconds=FIRST_TRY_SECONDS)
    assert [request.type for request in gateway.requests] == [OperationType.AUTHORIZE]
    assert status_of(units.tables, asked) is S.APPROVED


async def test_without_the_database_nothing_is_lost(desk: Desk, units: MemoryUnits, asked: ApprovalRequest) -> None:
    units.raise_at("approval.succeed.before_commit", Unavailable("The database does not answer now."))
    with pytest.raises(Unavailable):
        await desk.approve(asked)
    assert (await desk.approve(asked)).status is S.APPROVED
    await desk.carry_out(after_seconds=FIRST_TRY_SECONDS)
    assert (await desk.approve(asked)).status is S.SUCCEEDED
