"""What was approved is conceded once, whatever dies, and the request ends as the acceptance did."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import FIRST_TRY_SECONDS, ApprovalRequest, ApprovalStatus
from domain.disputes.carry_out_acceptance import CarryOutAcceptance, carry_out_acceptance
from domain.disputes.errors import AcceptanceRefused, AcceptanceUndecided, DisputeStateForbids
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import new_uuid
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.domain.disputes.dying import die
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from domain.disputes.response import DisputeResponse
    from domain.merchants.merchant import Merchant
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.dispute_gateway import StandInDisputeGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

S = ApprovalStatus


@pytest.fixture
async def asked(desk: DisputeDesk) -> ApprovalRequest:
    """To concede 40 euros."""
    await desk.want_approval(eur(40))
    request = await desk.accept(await desk.opened())
    assert isinstance(request, ApprovalRequest)
    return request


@pytest.fixture
def approved(tables: Tables, asked: ApprovalRequest) -> ApprovalRequest:
    """The same, approved and not yet begun."""
    request = replace(asked, status=S.APPROVED, next_try_at=MORNING)
    tables.approval_requests[request.id] = request
    return request


async def carry_out(desk: DisputeDesk, request: ApprovalRequest) -> DisputeResponse:
    command = CarryOutAcceptance(response_id=request.operation_id)
    return await carry_out_acceptance(desk.ports, desk.desk.approver, command)


async def test_the_whole_way(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, asked: ApprovalRequest
) -> None:
    assert (await desk.approve(asked)).status is S.SUCCEEDED
    (response,) = tables.responses.values()
    assert (response.id, response.status, response.requested_by) == (
        asked.operation_id, OperationStatus.SUCCEEDED, desk.desk.approver.name,
    )  # fmt: skip
    assert tables.disputes[asked.subject_id].status is DisputeStatus.ACCEPTED
    assert_disputes_agree(tables, gateway)


async def test_again_and_at_once_is_once(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, approved: ApprovalRequest
) -> None:
    results = await asyncio.gather(*(carry_out(desk, approved) for _ in range(10)), return_exceptions=True)
    assert any(not isinstance(result, BaseException) for result in results)
    assert all(isinstance(r, AcceptanceUndecided) for r in results if isinstance(r, BaseException))
    assert (await carry_out(desk, approved)).status is OperationStatus.SUCCEEDED
    assert (len(tables.responses), gateway.calls) == (1, 1)
    assert_disputes_agree(tables, gateway)


@pytest.mark.parametrize("status", [status for status in S if status is not S.APPROVED])
async def test_only_what_is_approved(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, asked: ApprovalRequest, status: ApprovalStatus
) -> None:
    tables.approval_requests[asked.id] = replace(asked, status=status)
    with pytest.raises(DisputeStateForbids, match=f"this one is {status}"):
        await carry_out(desk, asked)
    assert (tables.responses, gateway.calls) == ({}, 0)


async def test_who_may_not(desk: DisputeDesk, tables: Tables, merchant: Merchant, approved: ApprovalRequest) -> None:
    desk.desk.approver = an_actor(merchant, role=MerchantRole.OPERATOR)
    with pytest.raises(Forbidden, match="approvals:decide"):
        await carry_out(desk, approved)
    desk.desk.approver = an_actor(a_merchant())
    with pytest.raises(NotFound, match="The request for approval"):
        await carry_out(desk, approved)
    desk.desk.approver = an_actor(merchant)
    with pytest.raises(NotFound, match="The request for approval"):
        await carry_out(desk, replace(approved, operation_id=new_uuid(MORNING)))
    assert tables.responses == {}


@pytest.mark.parametrize(
    ("point", "tries"),
    [
        ("accept.intent.before_commit", 1),
        ("accept.intent.committed", 1),
        ("before the call", 1),
        ("after the call", 1),
        ("response.outcome.before_commit", 1),
        ("response.outcome.committed", 1),
    ],
)
async def test_a_crash_between_any_two_beats_and_then_the_jobs(
    desk: DisputeDesk, units: MemoryUnits, asked: ApprovalRequest, point: str, tries: int
) -> None:
    die(desk, units, point)
    with pytest.raises(Crash):
        await desk.approve(asked)
    tables = units.tables
    assert tables.approval_requests[asked.id].status is S.APPROVED
    await desk.resolve(after_seconds=FIRST_TRY_SECONDS)
    assert await desk.carry_out() == tries
    assert tables.approval_requests[asked.id].status is S.SUCCEEDED
    assert tables.disputes[asked.subject_id].status is DisputeStatus.ACCEPTED
    assert_disputes_agree(tables, desk.gateway)


async def test_a_doubtful_outcome_keeps_the_request_open(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, asked: ApprovalRequest
) -> None:
    gateway.fail_next(OutcomeKind.UNKNOWN, taken=True)
    assert (await desk.approve(asked)).status is S.APPROVED
    await desk.carry_out(after_seconds=FIRST_TRY_SECONDS)
    assert tables.approval_requests[asked.id].status is S.APPROVED
    await desk.resolve()
    await desk.carry_out(after_seconds=3600)
    assert tables.approval_requests[asked.id].status is S.SUCCEEDED
    assert_disputes_agree(tables, gateway)


async def test_a_refusal_of_the_gateway_fails_the_request(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, asked: ApprovalRequest
) -> None:
    gateway.fail_next(OutcomeKind.FAILED)
    failed = await desk.approve(asked)
    assert (failed.status, failed.failure) == (S.FAILED, "The gateway refused the acceptance: stand_in.")
    tables.approval_requests[asked.id] = replace(failed, status=S.APPROVED)
    with pytest.raises(AcceptanceRefused):
        await carry_out(desk, asked)
    assert tables.disputes[asked.subject_id].status is DisputeStatus.NEEDS_RESPONSE
    assert gateway.calls == 1


async def test_what_was_answered_meanwhile_fails(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, asked: ApprovalRequest
) -> None:
    dispute = tables.disputes[asked.subject_id]
    await desk.submit(await desk.staged(dispute))
    failed = await desk.approve(asked)
    assert failed.status is S.FAILED
    assert failed.failure == "The evidence is with the network; wait for its decision."
    assert_disputes_agree(tables, gateway)


@pytest.mark.parametrize("change", [{"stage": DisputeStage.PRE_ARBITRATION}, {"amount": eur(45), "minutes": -60}])
async def test_what_is_about_something_else_by_now_is_not_what_was_approved(
    desk: DisputeDesk, tables: Tables, asked: ApprovalRequest, change: dict[str, object]
) -> None:
    dispute = tables.disputes[asked.subject_id]
    await desk.hear_of(dispute, NoticeType.OPENED, **change)  # pyright: ignore[reportArgumentType]
    failed = await desk.approve(asked)
    assert failed.status is S.FAILED
    assert failed.failure == "The dispute has gone on to another stage or amount; accept it anew."
    assert tables.responses == {}


async def test_two_requests_about_one_dispute_concede_once(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, asked: ApprovalRequest
) -> None:
    second = await desk.accept(tables.disputes[asked.subject_id])
    assert isinstance(second, ApprovalRequest)
    assert [(await desk.approve(request)).status for request in (second, asked)] == [S.SUCCEEDED, S.FAILED]
    assert gateway.calls == 1
    assert_disputes_agree(tables, gateway)
