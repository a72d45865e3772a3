"""The journal: nothing told before it is on disk, nothing lost after."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from app.simulator.journal import Journal, JournalDamaged, write_entries

if TYPE_CHECKING:
    from pathlib import Path


async def test_keeps_the_order_of_the_calls(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "deep" / "journal.jsonl")
    assert journal.open() == []
    await asyncio.gather(*(journal.append({"n": n}) for n in range(100)))
    assert Journal(tmp_path / "deep" / "journal.jsonl").open() == [{"n": n} for n in range(100)]
    await journal.close()


async def test_is_on_disk_when_the_future_ends(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.open()
    await journal.append({"n": 1})
    assert path.read_bytes() == b'{"n":1}\n'
    await journal.close()


async def test_a_half_written_last_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"n":1}\n{"n":')
    journal = Journal(path)
    assert journal.open() == [{"n": 1}]
    await journal.append({"n": 2})
    assert path.read_bytes() == b'{"n":1}\n{"n":2}\n'
    await journal.close()


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"n":1}\n{"n":\n{"n":3}\n')
    with pytest.raises(JournalDamaged, match="Line 2"):
        Journal(path).open()


async def test_after_a_failed_write_nothing_is_taken_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    with pytest.raises(OSError, match="not open"):
        await journal.append({"n": 1})


def test_entries_can_be_laid_down_beforehand(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    write_entries(path, ({"n": n} for n in range(3)))
    assert len(Journal(path).open()) == 3
