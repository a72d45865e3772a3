"""Wherever a process dies, after the sweep every object has its row and every stored row its object."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.disputes.evidence_file import FileStatus
from domain.disputes.storage import Verdict, VerdictKind
from tests.builders.files import a_document
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.file_desk import FileDesk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.disputes.evidence_file import EvidenceFile

S = FileStatus
CONTENT = a_document()
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60


def assert_nothing_dangles(desk: FileDesk) -> None:
    """Exactly the stored files have an object, and it is the one that was declared."""
    stored = {file.stored_key: CONTENT for file in desk.tables.evidence_files.values() if file.stored}
    assert desk.storage.objects == stored
    assert all(file.settled_at is not None for file in desk.tables.evidence_files.values())


async def test_an_upload_that_never_came_expires() -> None:
    desk = FileDesk()
    file = (await desk.declare(CONTENT)).file
    assert await desk.sweep(after_seconds=15 * MINUTE - 1) == 0
    assert desk.row(file).awaits_upload
    assert await desk.sweep(after_seconds=1) == 1
    assert desk.row(file).status is S.EXPIRED
    assert desk.actions[-1] == "disputes.expire_upload"
    assert await desk.sweep() == 0
    await desk.sweep(after_seconds=HOUR)
    assert_nothing_dangles(desk)


async def test_an_upload_that_nobody_verified_counts() -> None:
    desk = FileDesk()
    file = await desk.send(CONTENT)
    await desk.sweep(after_seconds=15 * MINUTE)
    assert desk.row(file).stored
    assert desk.tables.audit[-1].actor_name == JOBS.name
    await desk.sweep(after_seconds=HOUR)
    assert_nothing_dangles(desk)


async def test_a_bad_upload_that_nobody_verified_is_refused() -> None:
    desk = FileDesk()
    file = await desk.send(b"MZ")
    await desk.sweep(after_seconds=15 * MINUTE)
    assert desk.row(file).status is S.REFUSED
    await desk.sweep(after_seconds=HOUR)
    assert_nothing_dangles(desk)


async def test_what_comes_late_through_a_link_that_once_worked() -> None:
    """An upload that began before the link expired may end long after; its file is expired by then."""
    desk = FileDesk()
    file = (await desk.declare(CONTENT)).file
    await desk.sweep(after_seconds=15 * MINUTE)
    desk.storage.objects[file.upload_key] = CONTENT
    await desk.sweep(after_seconds=HOUR)
    assert desk.row(file).status is S.EXPIRED
    assert_nothing_dangles(desk)


async def test_a_file_that_cannot_be_verified_expires_in_the_end() -> None:
    desk = FileDesk()
    file = await desk.send(CONTENT)
    desk.scanner.verdict = None
    with pytest.raises(ExceptionGroup, match="could not be swept"):
        await desk.sweep(after_seconds=15 * MINUTE)
    assert desk.row(file).awaits_upload
    await desk.sweep(after_seconds=DAY)
    assert desk.row(file).status is S.EXPIRED
    await desk.sweep(after_seconds=HOUR)
    assert_nothing_dangles(desk)


async def test_one_that_fails_does_not_hold_up_the_others() -> None:
    desk = FileDesk()
    bad = await desk.send(CONTENT)
    good = (await desk.declare(CONTENT)).file
    desk.scanner.verdict = None
    with pytest.raises(ExceptionGroup):
        await desk.sweep(after_seconds=15 * MINUTE)
    assert (desk.row(bad).status, desk.row(good).status) == (S.AWAITING_UPLOAD, S.EXPIRED)


async def test_removed_long_after_its_link() -> None:
    desk = FileDesk()
    file = await desk.stored(CONTENT)
    await desk.sweep(after_seconds=2 * HOUR)
    assert desk.row(file).settled_at is not None
    desk.units.die_at("file.remove.committed")
    with pytest.raises(Crash):
        await desk.remove(file)
    assert desk.row(file).status is S.REMOVED
    assert file.stored_key in desk.storage.objects
    await desk.sweep()
    assert_nothing_dangles(desk)


async def test_workers_at_once() -> None:
    desk = FileDesk()
    for _ in range(5):
        await desk.send(CONTENT)
        await desk.declare(CONTENT)
    desk.clock.pass_by(15 * MINUTE)
    await asyncio.gather(desk.sweep(), desk.sweep(), desk.sweep())
    assert sorted(file.status for file in desk.tables.evidence_files.values()) == [S.EXPIRED] * 5 + [S.STORED] * 5
    assert desk.actions.count("disputes.expire_upload") == 5
    await asyncio.gather(desk.sweep(after_seconds=HOUR), desk.sweep())
    assert_nothing_dangles(desk)


async def _good(desk: FileDesk) -> None:
    await desk.verify(await desk.send(CONTENT))


async def _bad(desk: FileDesk) -> None:
    await desk.verify(await desk.send(CONTENT[:-1], declared=CONTENT))


async def _infected(desk: FileDesk) -> None:
    desk.scanner.verdict = Verdict(kind=VerdictKind.INFECTED)
    await desk.verify(await desk.send(CONTENT))


async def _removed(desk: FileDesk) -> None:
    await desk.remove(await desk.stored(CONTENT))


async def _abandoned(desk: FileDesk) -> None:
    await desk.declare(CONTENT)
    await desk.sweep(after_seconds=15 * MINUTE)
    await desk.sweep(after_seconds=HOUR)


async def _swept(desk: FileDesk) -> None:
    await desk.send(CONTENT)
    await desk.sweep(after_seconds=15 * MINUTE)
    await desk.sweep(after_seconds=HOUR)


async def _late(desk: FileDesk) -> None:
    sent = await desk.send(CONTENT)
    desk.change_dispute(response_pending=True)
    await desk.verify(sent)


STORIES: dict[str, Callable[[FileDesk], Awaitable[None]]] = {
    "good": _good,
    "bad": _bad,
    "infected": _infected,
    "removed": _removed,
    "abandoned": _abandoned,
    "swept": _swept,
    "late": _late,
}


@pytest.mark.parametrize("story", STORIES)
async def test_killed_at_every_step_of_every_story(story: str) -> None:
    whole = FileDesk()
    await STORIES[story](whole)
    steps = len(whole.units.passed)
    assert steps >= 4
    for step in range(1, steps + 1):
        desk = FileDesk()
        desk.units.dies_at_step = step
        with pytest.raises(Crash):
            await STORIES[story](desk)
        # Stored rows have their content even now, before anybody has cleaned up.
        files = desk.tables.evidence_files.values()
        assert all(file.stored_key in desk.storage.objects for file in files if file.stored)
        await _recover(desk)


@pytest.mark.parametrize("story", STORIES)
async def test_killed_at_every_step_of_the_sweep(story: str) -> None:
    whole = FileDesk()
    await STORIES[story](whole)
    before = len(whole.units.passed)
    await _recover(whole)
    for step in range(before + 1, len(whole.units.passed) + 1):
        desk = FileDesk()
        await STORIES[story](desk)
        desk.units.dies_at_step = step
        with pytest.raises(Crash):
            await _recover(desk)
        await _recover(desk)


async def _recover(desk: FileDesk) -> None:
    """What the job does in the hours after a crash."""
    for after in (15 * MINUTE, HOUR, HOUR):
        await desk.sweep(after_seconds=after)
    assert_nothing_dangles(desk)
    assert _awaited(desk) == []


def _awaited(desk: FileDesk) -> list[EvidenceFile]:
    return [file for file in desk.tables.evidence_files.values() if file.awaits_upload]
