"""The clock warns once at 72 hours and once at 24, expires once, and waits for answers that are on their way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.disputes.beginning import DisputeResult
from domain.disputes.errors import DisputeStateForbids
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.disputes.watch_deadlines import WatchDeadlines, watch_deadlines
from domain.payments.gateway import OutcomeKind
from tests.builders.moments import MORNING, after
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from tests.fakes.clock import SettableClock
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

D = DisputeStatus
HOUR = 3600
DUE = after(100 * HOUR)


@pytest.fixture
async def dispute(desk: DisputeDesk) -> Dispute:
    """Due in a hundred hours."""
    return await desk.opened(respond_by=DUE)


def told(tables: Tables, dispute: Dispute) -> list[object]:
    """What the clock has said of it."""
    events = [event for event in tables.events if event.subject_id == dispute.id]
    return [e.data.get("hours") or e.data["change"] for e in events if e.data.get("change") in {"due_soon", "expired"}]


def left(clock: SettableClock, delta: timedelta) -> None:
    clock.at = DUE - delta


async def test_at_72_hours_at_24_and_at_the_end(desk: DisputeDesk, tables: Tables, dispute: Dispute) -> None:
    clock, second = desk.desk.clock, timedelta(seconds=1)
    expected: list[object] = []
    for moment, more in (
        (timedelta(hours=100), []),
        (timedelta(hours=72) + second, []),
        (timedelta(hours=72), [72]),
        (timedelta(hours=48), []),
        (timedelta(hours=24) + second, []),
        (timedelta(hours=24), [24]),
        (second, []),
        # In the very second the answer is still in time.
        (timedelta(0), []),
        (-second, ["expired"]),
        (timedelta(hours=-99), []),
    ):
        left(clock, moment)
        assert await desk.watch() == len(more)
        assert await desk.watch() == 0
        expected += more
        assert told(tables, dispute) == expected
    expired = tables.disputes[dispute.id]
    assert (expired.status, expired.closed_at) == (D.EXPIRED, DUE + second)
    assert [record.data for record in tables.audit if record.action == "disputes.deadline"] == [
        {"status": "NEEDS_RESPONSE", "warned_hours": 72},
        {"status": "NEEDS_RESPONSE", "warned_hours": 24},
        {"status": "EXPIRED", "warned_hours": 24},
    ]
    assert_disputes_agree(tables, desk.gateway)


async def test_what_came_late_is_warned_of_once(desk: DisputeDesk, tables: Tables) -> None:
    urgent = await desk.opened(respond_by=after(3 * HOUR))
    assert await desk.watch() == 1
    assert told(tables, urgent) == [24]
    late = await desk.opened(respond_by=MORNING - timedelta(seconds=1))
    assert await desk.watch() == 1
    assert told(tables, late) == ["expired"]


async def test_a_job_that_slept_gives_the_more_urgent_warning_alone(
    desk: DisputeDesk, tables: Tables, dispute: Dispute
) -> None:
    left(desk.desk.clock, timedelta(hours=10))
    assert await desk.watch() == 1
    assert told(tables, dispute) == [24]


async def test_a_deadline_that_was_moved_is_warned_of_anew(desk: DisputeDesk, tables: Tables, dispute: Dispute) -> None:
    left(desk.desk.clock, timedelta(hours=20))
    await desk.watch()
    await desk.hear_of(dispute, NoticeType.OPENED, respond_by=DUE + timedelta(hours=48))
    assert await desk.watch() == 1
    assert told(tables, dispute) == [24, 72]
    left(desk.desk.clock, timedelta(hours=-30))
    assert await desk.watch() == 1
    assert told(tables, dispute) == [24, 72, 24]


async def test_a_later_stage_is_warned_of_anew(desk: DisputeDesk, tables: Tables, dispute: Dispute) -> None:
    left(desk.desk.clock, timedelta(hours=-1))
    await desk.watch()
    soon = DUE + timedelta(hours=3)
    later = await desk.hear_of(dispute, NoticeType.OPENED, DisputeStage.PRE_ARBITRATION, respond_by=soon)
    assert (later.status, later.stages[0].status, later.closed_at) == (D.NEEDS_RESPONSE, D.EXPIRED, None)
    await desk.watch()
    assert told(tables, dispute) == ["expired", 24]


async def test_an_answer_on_its_way_is_waited_for(desk: DisputeDesk, tables: Tables, dispute: Dispute) -> None:
    desk.gateway.fail_next(OutcomeKind.UNKNOWN, taken=True)
    await desk.submit(await desk.staged(dispute))
    left(desk.desk.clock, timedelta(hours=-1))
    assert await desk.watch() == 0
    await desk.resolve()
    assert tables.disputes[dispute.id].status is D.UNDER_REVIEW
    assert await desk.watch() == 0
    assert told(tables, dispute) == []
    assert_disputes_agree(tables, desk.gateway)


async def test_an_answer_that_was_refused_too_late_is_none(desk: DisputeDesk, tables: Tables, dispute: Dispute) -> None:
    desk.gateway.fail_next(OutcomeKind.UNKNOWN, taken=False)
    await desk.submit(await desk.staged(dispute))
    left(desk.desk.clock, timedelta(hours=-1))
    assert await desk.watch() == 0
    desk.gateway.fail_next(OutcomeKind.FAILED)
    await desk.resolve()
    assert await desk.watch() == 1
    assert tables.disputes[dispute.id].status is D.EXPIRED
    assert_disputes_agree(tables, desk.gateway)


@pytest.mark.parametrize("how", ["submitted", "accepted", "won", "lost"])
async def test_what_was_answered_or_decided_is_nothing_to_watch(
    desk: DisputeDesk, tables: Tables, dispute: Dispute, how: str
) -> None:
    if how == "submitted":
        await desk.submit(await desk.staged(dispute))
    elif how == "accepted":
        await desk.accept(dispute)
    else:
        await desk.hear_of(dispute, NoticeType[how.upper()])
    for hours in (70, 20, -20):
        left(desk.desk.clock, timedelta(hours=hours))
        assert await desk.watch() == 0
    assert told(tables, dispute) == []


async def test_what_has_expired_can_still_be_decided_and_not_answered(
    desk: DisputeDesk, tables: Tables, dispute: Dispute
) -> None:
    left(desk.desk.clock, timedelta(hours=-1))
    await desk.watch()
    for answer in (desk.staged, desk.submit, desk.accept):
        with pytest.raises(DisputeStateForbids, match="time to answer has passed"):
            await answer(dispute)
    won = await desk.hear_of(dispute, NoticeType.WON)
    assert (won.status, won.withdrawn_minor) == (D.WON, 0)
    assert_disputes_agree(tables, desk.gateway)


async def test_what_is_answered_while_the_clock_looks_for_it_is_not_closed(
    desk: DisputeDesk, tables: Tables, dispute: Dispute
) -> None:
    """Between finding a dispute and locking it, its merchant may have answered."""
    left(desk.desk.clock, timedelta(hours=-1))
    watched, answered = await asyncio.gather(desk.watch(), desk.accept(dispute))
    assert (watched, tables.disputes[dispute.id].status) == (0, D.ACCEPTED)
    assert isinstance(answered, DisputeResult)
    assert told(tables, dispute) == []
    assert_disputes_agree(tables, desk.gateway)


async def test_two_workers_at_once_say_it_once(desk: DisputeDesk, tables: Tables) -> None:
    disputes = [await desk.opened(respond_by=DUE) for _ in range(5)]
    for hours in (70, 20, -1):
        left(desk.desk.clock, timedelta(hours=hours))
        assert sum(await asyncio.gather(*(desk.watch() for _ in range(4)))) == 5
    assert [told(tables, dispute) for dispute in disputes] == [[72, 24, "expired"]] * 5


@pytest.mark.parametrize("point", ["deadline.watch.before_commit", "deadline.watch.committed"])
async def test_a_crash_says_nothing_twice(desk: DisputeDesk, units: MemoryUnits, dispute: Dispute, point: str) -> None:
    left(desk.desk.clock, timedelta(hours=-1))
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.watch()
    await desk.watch()
    assert told(units.tables, dispute) == ["expired"]


async def test_the_most_urgent_first_and_at_most_so_many(desk: DisputeDesk, tables: Tables) -> None:
    later, sooner = [await desk.opened(respond_by=after(hours * HOUR)) for hours in (60, 10)]
    assert await watch_deadlines(desk.ports, JOBS, WatchDeadlines(limit=1)) == 1
    assert (told(tables, sooner), told(tables, later)) == ([24], [])
    assert await watch_deadlines(desk.ports, JOBS, WatchDeadlines(limit=1)) == 1
    assert told(tables, later) == [72]


async def test_one_that_cannot_be_watched_holds_up_no_other(desk: DisputeDesk, units: MemoryUnits) -> None:
    first, second = [await desk.opened(respond_by=after(hours * HOUR)) for hours in (10, 20)]
    units.raise_at("deadline.watch.before_commit", ZeroDivisionError())
    with pytest.raises(ExceptionGroup, match="could not be watched") as group:
        await desk.watch()
    assert group.group_contains(ZeroDivisionError)
    assert (told(units.tables, first), told(units.tables, second)) == ([], [24])
