"""Evidence reaches the network once, whatever dies, whoever submits at the same time, and never changes again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.disputes.beginning import DisputeResult
from domain.disputes.errors import DisputeStateForbids, EvidenceEmpty
from domain.disputes.evidence import EvidenceStatus
from domain.disputes.evidence_file import FileStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.file_errors import FileRefusal, FileRefused
from domain.disputes.gateway import ResponseKind
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound, Unavailable
from domain.kernel.idempotency import IdempotencyConflict, IdempotencyInProgress
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import FIRST_CHECK_SECONDS, OperationStatus
from tests.builders.files import a_picture
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.domain.disputes.dying import CRASHES, die
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant
    from tests.fakes.clock import SettableClock
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.dispute_gateway import StandInDisputeGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

D = DisputeStatus
TEXTS = {EvidenceKind.RECEIPT: "Order 1, one bicycle."}


@pytest.fixture
async def staged(desk: DisputeDesk) -> Dispute:
    """With a text and a file that was uploaded and not looked at."""
    dispute = await desk.staged()
    await desk.upload(dispute)
    return dispute


def row(tables: Tables, dispute: Dispute) -> Dispute:
    return tables.disputes[dispute.id]


async def test_the_whole_way(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute
) -> None:
    result = await desk.submit(staged)
    assert (result.replayed, result.dispute.status, result.dispute.response_pending) == (False, D.UNDER_REVIEW, False)
    (request,) = gateway.answers.values()
    assert (request.kind, request.stage, request.case_reference, request.texts) == (
        ResponseKind.COUNTER, DisputeStage.CHARGEBACK, staged.case_reference, TEXTS,
    )  # fmt: skip
    (sent,) = request.files
    (file,) = tables.evidence_files.values()
    assert (sent.name, sent.content_type, sent.sha256, sent.kind) == (
        "delivery.png", "image/png", file.sha256, EvidenceKind.SHIPPING_PROOF,
    )  # fmt: skip
    assert sent.content == desk.storage.objects[file.stored_key]
    (evidence,) = tables.evidence.values()
    assert (evidence.status, evidence.submitted_by) == (EvidenceStatus.SUBMITTED, desk.actor.name)
    assert result.dispute.record.submitted_at == desk.desk.clock.now()
    names = [event.name for event in tables.events if event.subject_id == staged.id]
    assert names[-2:] == ["dispute.updated", "dispute.evidence_submitted"]
    actions = [record.action for record in tables.audit]
    assert actions[-2:] == ["disputes.respond", "disputes.record_response"]
    assert_disputes_agree(tables, gateway)


async def test_the_same_key_again_is_answered_the_same(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute
) -> None:
    first = await desk.submit(staged, idempotency_key="k")
    again = await desk.submit(staged, idempotency_key="k")
    assert (first.replayed, again.replayed, again.dispute) == (False, True, first.dispute)
    assert gateway.calls == len(tables.responses) == 1
    other = await desk.staged()
    with pytest.raises(IdempotencyConflict):
        await desk.submit(other, idempotency_key="k")


@pytest.mark.parametrize("again", ["resolve.lease.before_commit", "resolve.lease.committed", None])
@pytest.mark.parametrize("point", CRASHES)
async def test_a_crash_between_any_two_beats_and_then_the_job(
    desk: DisputeDesk, units: MemoryUnits, staged: Dispute, point: str, again: str | None
) -> None:
    die(desk, units, point)
    with pytest.raises(Crash):
        await desk.submit(staged, idempotency_key="k")
    begun = point != "submit.intent.before_commit"
    assert len(units.tables.responses) == begun
    if again is not None:
        units.die_at(again)
        with pytest.raises(Crash):
            await desk.resolve(after_seconds=FIRST_CHECK_SECONDS)
    await desk.resolve(after_seconds=2 * FIRST_CHECK_SECONDS)
    result = await desk.submit(staged, idempotency_key="k")
    assert (result.replayed, result.dispute.status) == (begun, D.UNDER_REVIEW)
    assert len(desk.gateway.answers) == len(units.tables.responses) == 1
    assert_disputes_agree(units.tables, desk.gateway)
    assert await desk.resolve(after_seconds=24 * 3600) == 0


@pytest.mark.parametrize("point", ["response.outcome.before_commit", "response.outcome.committed", "resolve.check"])
async def test_a_crash_of_the_job_itself(desk: DisputeDesk, units: MemoryUnits, staged: Dispute, point: str) -> None:
    units.die_at("submit.intent.committed")
    with pytest.raises(Crash):
        await desk.submit(staged)
    if point == "resolve.check":
        die(desk, units, "after the call")
    else:
        units.die_at(point)
    with pytest.raises(Crash):
        await desk.resolve(after_seconds=FIRST_CHECK_SECONDS)
    await desk.resolve(after_seconds=3600)
    assert row(units.tables, staged).status is D.UNDER_REVIEW
    assert_disputes_agree(units.tables, desk.gateway)


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("kind", [OutcomeKind.UNKNOWN, OutcomeKind.ACCEPTED])
async def test_an_unknown_outcome_is_looked_into(
    desk: DisputeDesk,
    tables: Tables,
    gateway: StandInDisputeGateway,
    staged: Dispute,
    kind: OutcomeKind,
    *,
    taken: bool,
) -> None:
    gateway.fail_next(kind, taken=taken)
    pending = (await desk.submit(staged, idempotency_key="k")).dispute
    assert (pending.status, pending.response_pending, pending.record.submitted_at) == (D.EVIDENCE_STAGED, True, None)
    (evidence,) = tables.evidence.values()
    assert evidence.status is EvidenceStatus.STAGED
    with pytest.raises(DisputeStateForbids, match="on its way"):
        await desk.stage(staged, {EvidenceKind.OTHER: "More."})
    with pytest.raises(DisputeStateForbids, match="on its way"):
        await desk.upload(staged)
    for other in (desk.submit, desk.accept):
        with pytest.raises(DisputeStateForbids, match="on its way"):
            await other(staged)
    # The same key tells how it stands without waiting: the first word of it has come.
    assert (await desk.submit(staged, idempotency_key="k")).dispute == pending
    assert await desk.resolve() == 0
    assert await desk.resolve(after_seconds=2) == 1
    assert row(tables, staged).status is D.UNDER_REVIEW
    assert gateway.calls == (1 if taken else 2)
    assert_disputes_agree(tables, gateway)


@pytest.mark.parametrize("kind", [OutcomeKind.FAILED, OutcomeKind.NOT_SENT])
async def test_what_the_gateway_does_not_take_can_be_staged_and_submitted_again(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute, kind: OutcomeKind
) -> None:
    gateway.fail_next(kind)
    refused = (await desk.submit(staged, idempotency_key="k")).dispute
    assert (refused.status, refused.response_pending) == (D.EVIDENCE_STAGED, False)
    (response,) = tables.responses.values()
    assert (response.status, response.response_code) == (OperationStatus.FAILED, "stand_in")
    # The key stays with the answer that was refused; a new one is a new answer.
    assert (await desk.submit(staged, idempotency_key="k")).dispute == refused
    await desk.stage(staged, {EvidenceKind.RECEIPT: None, EvidenceKind.OTHER: "Anew."})
    assert (await desk.submit(staged)).dispute.status is D.UNDER_REVIEW
    (request,) = gateway.answers.values()
    assert (request.texts, len(request.files)) == ({EvidenceKind.OTHER: "Anew."}, 1)
    assert_disputes_agree(tables, gateway)


async def test_a_refused_answer_that_a_check_has_resent_is_never_taken_for_one_that_never_left(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute
) -> None:
    gateway.fail_next(OutcomeKind.UNKNOWN, taken=False)
    await desk.submit(staged)
    gateway.fail_next(OutcomeKind.NOT_SENT)
    await desk.resolve(after_seconds=2)
    (response,) = tables.responses.values()
    assert (response.status, row(tables, staged).response_pending) == (OperationStatus.UNKNOWN, True)
    await desk.resolve(after_seconds=60)
    assert row(tables, staged).status is D.UNDER_REVIEW
    assert_disputes_agree(tables, gateway)


async def test_two_analysts_at_once(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, merchant: Merchant, staged: Dispute
) -> None:
    people = [an_actor(merchant, role=MerchantRole.OPERATOR), a_staff_actor(), *(an_actor(merchant) for _ in range(6))]
    results = await asyncio.gather(*(desk.submit(staged, person) for person in people), return_exceptions=True)
    assert sum(isinstance(result, DisputeResult) for result in results) == 1
    assert sum(isinstance(result, DisputeStateForbids) for result in results) == len(people) - 1
    assert gateway.calls == 1
    assert_disputes_agree(tables, gateway)


async def test_the_same_request_many_times_at_once(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute
) -> None:
    results = await asyncio.gather(*(desk.submit(staged, idempotency_key="k") for _ in range(10)))
    assert sum(not result.replayed for result in results) == 1
    assert {result.dispute.status for result in results} == {D.UNDER_REVIEW}
    assert gateway.calls == 1
    assert_disputes_agree(tables, gateway)


async def test_a_key_whose_first_request_has_no_word_yet_is_in_progress(
    desk: DisputeDesk, units: MemoryUnits, staged: Dispute
) -> None:
    units.die_at("submit.intent.committed")
    with pytest.raises(Crash):
        await desk.submit(staged, idempotency_key="k")
    with pytest.raises(IdempotencyInProgress):
        await desk.submit(staged, idempotency_key="k")


@pytest.mark.parametrize("crowd", ["submit", "accept"])
async def test_countering_and_conceding_at_once_is_one_of_both(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute, crowd: str
) -> None:
    first, second = (desk.submit, desk.accept) if crowd == "submit" else (desk.accept, desk.submit)
    results = await asyncio.gather(first(staged), second(staged), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["DisputeResult", "DisputeStateForbids"]
    (response,) = tables.responses.values()
    expected = D.UNDER_REVIEW if response.kind is ResponseKind.COUNTER else D.ACCEPTED
    assert row(tables, staged).status is expected
    assert_disputes_agree(tables, gateway)


@pytest.mark.parametrize("verdict", [NoticeType.WON, NoticeType.LOST, NoticeType.WITHDRAWN])
async def test_the_network_decides_while_the_answer_is_on_its_way(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute, verdict: NoticeType
) -> None:
    gateway.fail_next(OutcomeKind.UNKNOWN, taken=True)
    await desk.submit(staged)
    decided = await desk.hear_of(staged, verdict)
    assert (decided.status, decided.response_pending) == (D[verdict.name], True)
    await desk.resolve(after_seconds=2)
    answered = row(tables, staged)
    assert (answered.status, answered.response_pending) == (D[verdict.name], False)
    assert answered.record.submitted_at is not None
    closed = [event.name for event in tables.events if event.subject_id == staged.id].count("dispute.closed")
    assert closed == 1
    assert_disputes_agree(tables, gateway)


async def test_a_later_stage_begins_while_the_answer_is_on_its_way(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute
) -> None:
    gateway.fail_next(OutcomeKind.UNKNOWN, taken=False)
    await desk.submit(staged)
    await desk.hear_of(staged, NoticeType.OPENED, DisputeStage.PRE_ARBITRATION)
    with pytest.raises(DisputeStateForbids, match="on its way"):
        await desk.staged(staged)
    await desk.resolve(after_seconds=2)
    assert [request.stage for request in gateway.answers.values()] == [DisputeStage.CHARGEBACK]
    dispute = row(tables, staged)
    assert (dispute.stage, dispute.status) == (DisputeStage.PRE_ARBITRATION, D.NEEDS_RESPONSE)
    # The evidence of the stage before is sealed, and the new one has its own.
    await desk.staged(dispute)
    assert (await desk.submit(dispute)).dispute.status is D.UNDER_REVIEW
    assert {evidence.status for evidence in tables.evidence.values()} == {EvidenceStatus.SUBMITTED}
    assert len(tables.evidence) == 2
    assert_disputes_agree(tables, gateway)


async def test_nothing_staged_is_nothing_to_submit(desk: DisputeDesk, tables: Tables) -> None:
    for dispute in (await desk.opened(), await desk.stage(await desk.staged(), {EvidenceKind.RECEIPT: None})):
        with pytest.raises(EvidenceEmpty):
            await desk.submit(dispute)
    assert (tables.responses, desk.gateway.calls) == ({}, 0)


async def test_a_file_alone_is_enough(desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway) -> None:
    dispute = await desk.opened()
    await desk.upload(dispute)
    assert (await desk.submit(dispute)).dispute.status is D.UNDER_REVIEW
    ((request,), (file,)) = (gateway.answers.values(), tables.evidence_files.values())
    assert (len(request.files), request.texts, file.status) == (1, {}, FileStatus.STORED)
    assert_disputes_agree(tables, gateway)


async def test_a_file_that_was_announced_and_never_came_is_waited_for(
    desk: DisputeDesk, tables: Tables, staged: Dispute
) -> None:
    (file,) = tables.evidence_files.values()
    del desk.storage.objects[file.upload_key]
    with pytest.raises(DisputeStateForbids, match=r"The file delivery.png was announced and is not uploaded"):
        await desk.submit(staged, idempotency_key="k")
    # The key was not used up: it works once the file is there.
    assert (tables.responses, [claim for claim in tables.claims if claim[2] == "k"]) == ({}, [])


async def test_a_file_that_is_not_what_was_declared_is_not_left_out_without_a_word(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute
) -> None:
    (file,) = tables.evidence_files.values()
    desk.storage.objects[file.upload_key] = a_picture(size=(5, 5))
    with pytest.raises(FileRefused) as refused:
        await desk.submit(staged)
    assert refused.value.reason in {FileRefusal.SIZE_MISMATCH, FileRefusal.HASH_MISMATCH}
    assert tables.evidence_files[file.id].status is FileStatus.REFUSED
    assert (gateway.calls, tables.responses) == (0, {})
    # Who has heard of it may go on without the file.
    await desk.submit(staged)
    assert [request.files for request in gateway.answers.values()] == [()]


async def test_a_content_that_was_lost_is_waited_for_and_never_replaced(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, units: MemoryUnits, staged: Dispute
) -> None:
    units.die_at("submit.intent.committed")
    with pytest.raises(Crash):
        await desk.submit(staged)
    (file,) = tables.evidence_files.values()
    content = desk.storage.objects.pop(file.stored_key)
    with pytest.raises(ExceptionGroup) as group:
        await desk.resolve(after_seconds=FIRST_CHECK_SECONDS)
    assert group.group_contains(Unavailable, match="cannot be read now")
    assert (gateway.answers, row(tables, staged).response_pending) == ({}, True)
    desk.storage.objects[file.stored_key] = content
    await desk.resolve(after_seconds=3600)
    assert_disputes_agree(tables, gateway)


async def test_an_answer_that_was_taken_is_found_also_while_the_storage_is_away(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, staged: Dispute
) -> None:
    gateway.fail_next(OutcomeKind.UNKNOWN, taken=True)
    await desk.submit(staged)
    desk.storage.objects.clear()
    await desk.resolve(after_seconds=2)
    assert row(tables, staged).status is D.UNDER_REVIEW


async def test_who_may_not(
    desk: DisputeDesk, gateway: StandInDisputeGateway, merchant: Merchant, staged: Dispute
) -> None:
    for role in (MerchantRole.VIEWER, MerchantRole.FINANCE, MerchantRole.DEVELOPER):
        with pytest.raises(Forbidden, match="disputes:write"):
            await desk.submit(staged, an_actor(merchant, role=role))
    with pytest.raises(NotFound, match="The dispute"):
        await desk.submit(staged, an_actor(a_merchant()))
    assert gateway.calls == 0


async def test_what_was_submitted_stays_as_it_was(desk: DisputeDesk, tables: Tables, clock: SettableClock) -> None:
    dispute = (await desk.submit(await desk.staged())).dispute
    before = dict(tables.evidence)
    clock.pass_by(60)
    for change in (
        desk.stage(dispute, {EvidenceKind.OTHER: "More."}),
        desk.upload(dispute),
        desk.submit(dispute),
        desk.accept(dispute),
    ):
        with pytest.raises(DisputeStateForbids, match="The evidence is with the network"):
            await change
    assert tables.evidence == before
