"""However an answer was lost, the job ends it, and the gateway has taken it once at most."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import TYPE_CHECKING

import pytest

from domain.disputes.answering import end_answer
from domain.disputes.resolve_responses import ResolveResponses, resolve_responses
from domain.disputes.stage import DisputeStatus
from domain.kernel.errors import Unavailable
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import FIRST_CHECK_SECONDS, OperationStatus
from tests.builders.moments import after
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.dispute_gateway import StandInDisputeGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

D = DisputeStatus
LOSSES = [*product([OutcomeKind.UNKNOWN, OutcomeKind.ACCEPTED], [True, False]), (OutcomeKind.NOT_SENT, False)]


async def lost(desk: DisputeDesk, units: MemoryUnits) -> Dispute:
    """A dispute whose answer died before it left."""
    dispute = await desk.staged()
    units.die_at("submit.intent.committed")
    with pytest.raises(Crash):
        await desk.submit(dispute)
    return dispute


async def test_nothing_is_asked_about_before_its_time(
    desk: DisputeDesk, units: MemoryUnits, gateway: StandInDisputeGateway
) -> None:
    dispute = await lost(desk, units)
    assert await desk.resolve(after_seconds=FIRST_CHECK_SECONDS - 1) == 0
    assert gateway.calls == 0
    assert await desk.resolve(after_seconds=1) == 1
    assert units.tables.disputes[dispute.id].status is D.UNDER_REVIEW
    assert await desk.resolve(after_seconds=24 * 3600) == 0


@pytest.mark.parametrize("losses", [*product(LOSSES, repeat=2)])
async def test_lost_again_and_again(
    desk: DisputeDesk, units: MemoryUnits, gateway: StandInDisputeGateway, losses: list[tuple[OutcomeKind, bool]]
) -> None:
    dispute = await lost(desk, units)
    for kind, taken in losses:
        gateway.fail_next(kind, taken=taken)
    for _ in range(4):
        await desk.resolve(after_seconds=3600)
    assert units.tables.disputes[dispute.id].status is D.UNDER_REVIEW
    assert len(gateway.answers) == 1
    assert_disputes_agree(units.tables, gateway)


async def test_several_workers_at_once_ask_once(
    desk: DisputeDesk, units: MemoryUnits, gateway: StandInDisputeGateway
) -> None:
    disputes = [await lost(desk, units) for _ in range(6)]
    desk.desk.clock.pass_by(FIRST_CHECK_SECONDS)
    assert sum(await asyncio.gather(*(desk.resolve() for _ in range(4)))) == len(disputes)
    assert gateway.calls == len(disputes)
    assert_disputes_agree(units.tables, gateway)


async def test_the_call_itself_may_still_be_under_way(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway
) -> None:
    """The answer takes longer than the first check: the job sends it too, under the same id."""
    dispute = await desk.staged()
    overtaken: list[int] = []

    async def overtake() -> None:
        overtaken.append(await desk.resolve(after_seconds=FIRST_CHECK_SECONDS))

    waiting: list[asyncio.Task[None]] = []

    def slow() -> None:
        gateway.before_call = lambda: None
        waiting.append(asyncio.ensure_future(overtake()))

    gateway.before_call = slow
    await desk.submit(dispute)
    await asyncio.gather(*waiting)
    assert len(gateway.answers) == 1
    assert tables.disputes[dispute.id].status is D.UNDER_REVIEW
    assert_disputes_agree(tables, gateway)


async def test_one_that_fails_holds_up_no_other(
    desk: DisputeDesk, units: MemoryUnits, gateway: StandInDisputeGateway
) -> None:
    disputes = [await lost(desk, units) for _ in range(3)]
    units.raise_at("response.outcome.before_commit", Unavailable("The database does not answer now."))
    with pytest.raises(ExceptionGroup, match="could not be resolved"):
        await desk.resolve(after_seconds=FIRST_CHECK_SECONDS)
    ended = [units.tables.disputes[dispute.id].status for dispute in disputes]
    assert sorted(ended) == [D.EVIDENCE_STAGED, D.UNDER_REVIEW, D.UNDER_REVIEW]
    await desk.resolve(after_seconds=3600)
    assert len(gateway.answers) == 3
    assert_disputes_agree(units.tables, gateway)


async def test_at_most_so_many_the_longest_due_first(desk: DisputeDesk, units: MemoryUnits) -> None:
    first = await lost(desk, units)
    desk.desk.clock.pass_by(1)
    second = await lost(desk, units)
    desk.desk.clock.pass_by(FIRST_CHECK_SECONDS)
    assert await resolve_responses(desk.ports, JOBS, ResolveResponses(limit=1)) == 1
    assert [units.tables.disputes[d.id].status for d in (first, second)] == [D.UNDER_REVIEW, D.EVIDENCE_STAGED]


async def test_a_refusal_found_late_frees_the_dispute(
    desk: DisputeDesk, units: MemoryUnits, gateway: StandInDisputeGateway
) -> None:
    dispute = await lost(desk, units)
    gateway.fail_next(OutcomeKind.FAILED)
    await desk.resolve(after_seconds=FIRST_CHECK_SECONDS)
    assert {response.status for response in units.tables.responses.values()} == {OperationStatus.FAILED}
    assert not units.tables.disputes[dispute.id].response_pending
    assert (await desk.submit(dispute)).dispute.status is D.UNDER_REVIEW
    assert_disputes_agree(units.tables, gateway)


async def test_an_outcome_that_is_just_being_recorded_is_waited_for(
    desk: DisputeDesk, units: MemoryUnits, gateway: StandInDisputeGateway
) -> None:
    """The first call says that nothing left, not knowing of the lease; the job must not send it after that."""
    dispute = await lost(desk, units)
    (pending,) = units.tables.responses.values()
    desk.desk.clock.pass_by(FIRST_CHECK_SECONDS)
    async with units.begin(JOBS, "record") as unit:
        locked = await unit.disputes.for_update(dispute.id)
        failed = pending.conclude(OperationStatus.FAILED, after(1), "connect_refused")
        await unit.responses.save(failed)
        await unit.disputes.save(end_answer(locked, failed, after(1)))
        job = asyncio.create_task(desk.resolve())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not job.done()
        await unit.commit()
    assert await job == 1
    assert (gateway.calls, gateway.answers) == (0, {})
    assert_disputes_agree(units.tables, gateway)
