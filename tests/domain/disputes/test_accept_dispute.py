"""Conceding once, whatever dies, and only after a second person where the merchant wants one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalRequest, ApprovalStatus
from domain.disputes.beginning import DisputeResult
from domain.disputes.errors import DisputeStateForbids
from domain.disputes.evidence import EvidenceStatus
from domain.disputes.gateway import ResponseKind
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import FIRST_CHECK_SECONDS, OperationStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.domain.disputes.dying import CRASHES, die
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.dispute_gateway import StandInDisputeGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

D = DisputeStatus


@pytest.fixture
async def opened(desk: DisputeDesk) -> Dispute:
    return await desk.opened()


async def test_the_funds_stay_with_the_cardholder(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, opened: Dispute
) -> None:
    result = await desk.accept(opened)
    assert isinstance(result, DisputeResult)
    dispute = result.dispute
    assert (result.replayed, dispute.status, dispute.closed_at) == (False, D.ACCEPTED, desk.desk.clock.now())
    assert (dispute.withdrawn_minor, dispute.fee_minor) == (4000, 1500)
    (request,) = gateway.answers.values()
    assert (request.kind, request.case_reference, request.texts, request.files) == (
        ResponseKind.ACCEPT, opened.case_reference, {}, (),
    )  # fmt: skip
    names = [event.name for event in tables.events if event.subject_id == opened.id]
    assert names == [
        "dispute.created", "dispute.funds_withdrawn", "dispute.updated", "dispute.updated", "dispute.closed",
    ]  # fmt: skip
    assert_disputes_agree(tables, gateway)


async def test_what_was_staged_stays_staged_and_is_not_sent(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway
) -> None:
    await desk.accept(await desk.staged())
    assert [request.texts for request in gateway.answers.values()] == [{}]
    assert {evidence.status for evidence in tables.evidence.values()} == {EvidenceStatus.STAGED}
    assert_disputes_agree(tables, gateway)


@pytest.mark.parametrize("verdict", [NoticeType.LOST, NoticeType.WON])
async def test_the_network_says_so_too_or_not(desk: DisputeDesk, opened: Dispute, verdict: NoticeType) -> None:
    await desk.accept(opened)
    told = await desk.hear_of(opened, verdict)
    assert told.status is (D.ACCEPTED if verdict is NoticeType.LOST else D.WON)
    assert told.withdrawn_minor == (4000 if verdict is NoticeType.LOST else 0)


async def test_the_same_key_again(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, opened: Dispute
) -> None:
    results = await asyncio.gather(*(desk.accept(opened, idempotency_key="k") for _ in range(10)))
    assert all(isinstance(result, DisputeResult) for result in results)
    assert len({result.dispute.version for result in results if isinstance(result, DisputeResult)}) == 1
    assert gateway.calls == len(tables.responses) == 1
    with pytest.raises(IdempotencyConflict):
        await desk.accept(await desk.opened(), idempotency_key="k")
    # A key of one mutation is none of another.
    assert not (await desk.submit(await desk.staged(), idempotency_key="k")).replayed


@pytest.mark.parametrize("point", CRASHES)
async def test_a_crash_between_any_two_beats_and_then_the_job(
    desk: DisputeDesk, units: MemoryUnits, opened: Dispute, point: str
) -> None:
    die(desk, units, point.replace("submit", "accept"))
    with pytest.raises(Crash):
        await desk.accept(opened, idempotency_key="k")
    await desk.resolve(after_seconds=FIRST_CHECK_SECONDS)
    result = await desk.accept(opened, idempotency_key="k")
    assert isinstance(result, DisputeResult)
    assert result.dispute.status is D.ACCEPTED
    assert len(desk.gateway.answers) == 1
    assert_disputes_agree(units.tables, desk.gateway)


@pytest.mark.parametrize("taken", [True, False])
async def test_an_unknown_outcome(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, opened: Dispute, *, taken: bool
) -> None:
    gateway.fail_next(OutcomeKind.UNKNOWN, taken=taken)
    result = await desk.accept(opened)
    assert isinstance(result, DisputeResult)
    assert (result.dispute.status, result.dispute.response_pending) == (D.NEEDS_RESPONSE, True)
    await desk.resolve(after_seconds=2)
    assert tables.disputes[opened.id].status is D.ACCEPTED
    assert_disputes_agree(tables, gateway)


@pytest.mark.parametrize("kind", [OutcomeKind.FAILED, OutcomeKind.NOT_SENT])
async def test_what_the_gateway_does_not_take_can_still_be_fought(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, opened: Dispute, kind: OutcomeKind
) -> None:
    gateway.fail_next(kind)
    await desk.accept(opened)
    assert {response.status for response in tables.responses.values()} == {OperationStatus.FAILED}
    await desk.submit(await desk.staged(opened))
    assert tables.disputes[opened.id].status is D.UNDER_REVIEW
    assert_disputes_agree(tables, gateway)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [(NoticeType.LOST, D.ACCEPTED), (NoticeType.WON, D.WON), (NoticeType.UNDER_REVIEW, D.ACCEPTED)],
)
async def test_the_network_speaks_while_the_acceptance_is_on_its_way(
    desk: DisputeDesk,
    tables: Tables,
    gateway: StandInDisputeGateway,
    opened: Dispute,
    verdict: NoticeType,
    status: DisputeStatus,
) -> None:
    """As it would be had the acceptance been known first."""
    gateway.fail_next(OutcomeKind.UNKNOWN, taken=True)
    await desk.accept(opened)
    await desk.hear_of(opened, verdict)
    await desk.resolve(after_seconds=2)
    assert tables.disputes[opened.id].status is status
    closed = [event.name for event in tables.events if event.subject_id == opened.id].count("dispute.closed")
    assert closed == 1
    assert_disputes_agree(tables, gateway)


async def test_an_inquiry_is_settled_by_a_refund_and_not_accepted(desk: DisputeDesk, tables: Tables) -> None:
    with pytest.raises(DisputeStateForbids, match="refund the payment to settle it"):
        await desk.accept(await desk.opened(stage=DisputeStage.INQUIRY))
    assert tables.responses == {}


async def test_who_may_not(desk: DisputeDesk, merchant: Merchant, opened: Dispute) -> None:
    with pytest.raises(Forbidden, match="disputes:write"):
        await desk.accept(opened, an_actor(merchant, role=MerchantRole.VIEWER))
    with pytest.raises(NotFound, match="The dispute"):
        await desk.accept(opened, an_actor(a_merchant()))
    assert desk.gateway.calls == 0


async def test_large_amounts_ask_first(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, opened: Dispute
) -> None:
    await desk.want_approval(eur(40))
    request = await desk.accept(opened, idempotency_key="k")
    assert isinstance(request, ApprovalRequest)
    assert (request.status, request.action, request.amount) == (
        ApprovalStatus.REQUIRES_REVIEW, ApprovalAction.ACCEPT_DISPUTE, eur(40),
    )  # fmt: skip
    assert (request.subject_type, request.subject_id, request.command) == (
        "dispute", opened.id, {"stage": "CHARGEBACK"},
    )  # fmt: skip
    assert (gateway.calls, tables.responses, tables.disputes[opened.id]) == (0, {}, opened)
    assert await desk.accept(opened, idempotency_key="k") == request
    smaller = await desk.opened(amount=eur("39.99"))
    assert isinstance(await desk.accept(smaller), DisputeResult)
    assert_disputes_agree(tables, gateway)


async def test_whoever_asked_gets_what_became_of_it(desk: DisputeDesk, opened: Dispute) -> None:
    await desk.want_approval(eur(1))
    request = await desk.accept(opened, idempotency_key="k")
    assert isinstance(request, ApprovalRequest)
    assert (await desk.approve(request)).status is ApprovalStatus.SUCCEEDED
    result = await desk.accept(opened, idempotency_key="k")
    assert isinstance(result, DisputeResult)
    assert (result.replayed, result.dispute.status) == (True, D.ACCEPTED)


async def test_what_nobody_approves_never_happens(desk: DisputeDesk, tables: Tables, opened: Dispute) -> None:
    await desk.want_approval(eur(1))
    await desk.accept(opened)
    await desk.carry_out(after_seconds=8 * 24 * 3600)
    assert (tables.responses, desk.gateway.calls, tables.disputes[opened.id].status) == ({}, 0, D.NEEDS_RESPONSE)
    # It can still be fought meanwhile.
    await desk.submit(await desk.staged(opened))
