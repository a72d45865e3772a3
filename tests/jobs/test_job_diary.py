"""What is written down of turns: enough to see how a job is doing, and no more than anybody reads."""

from __future__ import annotations

from domain.audit.job_run import JobFailure
from domain.kernel.errors import Conflict, Unavailable
from jobs.job_diary import BUSY_SECONDS, IDLE_SECONDS, MOST_FAILURES, JobDiary, failures_of
from tests.builders.moments import MORNING
from tests.fakes.clock import SettableClock
from tests.jobs.job_shelf import JobShelf


def a_diary() -> tuple[JobDiary, JobShelf, SettableClock]:
    shelf, clock = JobShelf(), SettableClock()
    return JobDiary(shelf, clock, "here:1"), shelf, clock


async def test_idle_turns_are_told_every_half_minute() -> None:
    diary, shelf, clock = a_diary()
    for _ in range(IDLE_SECONDS * 2 + 1):
        await diary.ended("poll", clock.now(), 0)
        clock.pass_by(1)
    assert [(turn.finished_at - MORNING).total_seconds() for turn in shelf.turns] == [0, IDLE_SECONDS, IDLE_SECONDS * 2]


async def test_busy_turns_are_added_up() -> None:
    diary, shelf, clock = a_diary()
    for _ in range(100):
        await diary.ended("close", clock.now(), 10)
    clock.pass_by(BUSY_SECONDS)
    await diary.ended("close", clock.now(), 5)
    assert [(turn.done, turn.added) for turn in shelf.turns] == [(10, 10), (5, 995)]


async def test_every_failure_and_the_first_good_turn_after_it_are_told() -> None:
    diary, shelf, clock = a_diary()
    await diary.ended("send", clock.now(), 1)
    await diary.failed("send", clock.now(), Unavailable("The bank does not answer."))
    await diary.failed("send", clock.now(), Unavailable("The bank does not answer."))
    await diary.ended("send", clock.now(), 0)
    await diary.ended("send", clock.now(), 0)
    assert [len(turn.failures) for turn in shelf.turns] == [0, 1, 1, 0]
    assert sum(turn.added for turn in shelf.turns) == 1
    assert {turn.worker for turn in shelf.turns} == {"here:1"}


async def test_what_could_not_be_written_is_written_with_the_next_turn() -> None:
    diary, shelf, clock = a_diary()
    shelf.fails = True
    await diary.begun("close", clock.now())
    await diary.ended("close", clock.now(), 3)
    await diary.failed("close", clock.now(), RuntimeError())
    shelf.fails = False
    await diary.ended("close", clock.now(), 4)
    assert [(turn.done, turn.added) for turn in shelf.turns] == [(4, 7)]


def test_the_domains_words_are_shown_and_nobody_elses() -> None:
    refused = Conflict("The settlement was closed meanwhile.")
    refused.add_note("stl_01h455vb4pex5vsknk084sn02q")
    secret = RuntimeError("password=hunter2")
    group = ExceptionGroup("some", [refused, ExceptionGroup("more", [secret]), secret])
    assert failures_of(group) == [
        JobFailure(message=refused.message, subject="stl_01h455vb4pex5vsknk084sn02q"),
        JobFailure(message="RuntimeError; see the worker's log."),
    ]


def test_of_very_many_failures_some_are_enough() -> None:
    assert len(failures_of(ExceptionGroup("all", [Conflict(str(number)) for number in range(100)]))) == MOST_FAILURES
