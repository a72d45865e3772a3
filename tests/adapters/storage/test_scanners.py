"""Several scanners are as strict as the strictest of them."""

from __future__ import annotations

import pytest

from adapters.storage.scanners import Scanners
from domain.disputes.file_content import FileType
from domain.disputes.storage import Verdict, VerdictKind
from domain.kernel.errors import Unavailable
from tests.fakes.file_desk import StandInScanner

CLEAN = Verdict(kind=VerdictKind.CLEAN)


async def verdict_of(*verdicts: Verdict | None) -> tuple[Verdict, list[int]]:
    """What they say together, and how often each was asked."""
    scanners = [StandInScanner() for _ in verdicts]
    for scanner, verdict in zip(scanners, verdicts, strict=True):
        scanner.verdict = verdict
    said = await Scanners(scanners).scan(b"x", FileType.PDF)
    return said, [len(scanner.seen) for scanner in scanners]


async def test_all_are_asked() -> None:
    paged = Verdict(kind=VerdictKind.CLEAN, pages=3)
    assert await verdict_of(CLEAN, CLEAN) == (CLEAN, [1, 1])
    assert await verdict_of(paged, CLEAN) == (paged, [1, 1])
    assert await verdict_of(CLEAN, paged) == (paged, [1, 1])


@pytest.mark.parametrize("kind", [VerdictKind.INFECTED, VerdictKind.UNREADABLE])
async def test_the_first_that_finds_something_is_believed(kind: VerdictKind) -> None:
    found = Verdict(kind=kind, found="something")
    assert await verdict_of(found, CLEAN) == (found, [1, 0])
    assert await verdict_of(CLEAN, found) == (found, [1, 1])


async def test_one_that_cannot_tell() -> None:
    with pytest.raises(Unavailable):
        await verdict_of(CLEAN, None)
