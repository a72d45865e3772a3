"""The two directories: every file is taken once, and every statement lies in the inbox as a whole, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.simulator.bank.bank_books import BankBooks
from app.simulator.bank.mailbox import Mailbox
from app.simulator.bank.statement_file import StatementVersion, statement_file
from app.simulator.journal import Journal
from app.simulator.memory import Memory
from tests.app.simulator.bank.files import Line, a_file
from tests.fakes.clock import SettableClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

FILE = a_file(Line(id="E1", amount="100.00"))


@pytest.fixture
async def books(tmp_path: Path) -> AsyncGenerator[BankBooks]:
    memory = Memory(Journal(tmp_path / "journal.jsonl"))
    books = BankBooks(memory, SettableClock())
    memory.open()
    yield books
    await memory.close()


def deliver(directory: Path, name: str, content: bytes = FILE) -> None:
    path = directory / "outgoing" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def inbox(directory: Path) -> list[str]:
    return sorted(path.name for path in (directory / "incoming").iterdir())


async def test_a_file_is_answered_by_a_statement(tmp_path: Path, books: BankBooks) -> None:
    bank = tmp_path / "bank"
    mailbox = Mailbox(bank, books)
    await mailbox.work()
    deliver(bank, "2026/P1.xml")
    deliver(bank, "2026/P1.xml.part", b"half")
    await mailbox.work()
    [statement] = await books.statements()
    assert inbox(bank) == [f"camt053-{statement.id}.xml"]
    assert (bank / "incoming" / inbox(bank)[0]).read_bytes() == statement_file(statement)
    assert list(bank.glob(".*")) == []


async def test_neither_the_same_file_nor_a_restart_is_answered_twice(tmp_path: Path, books: BankBooks) -> None:
    bank = tmp_path / "bank"
    deliver(bank, "P1.xml")
    await Mailbox(bank, books).work()
    (bank / "incoming" / inbox(bank)[0]).unlink()
    deliver(bank, "P1-again.xml")
    restarted = Mailbox(bank, books)
    await restarted.work()
    await restarted.work()
    assert inbox(bank) == []


async def test_what_cannot_be_read_holds_up_nothing(tmp_path: Path, books: BankBooks) -> None:
    bank = tmp_path / "bank"
    deliver(bank, "A.xml", b"<broken")
    deliver(bank, "B.xml")
    await Mailbox(bank, books).work()
    assert len(inbox(bank)) == 1


async def test_a_statement_can_be_had_again_in_the_other_version(tmp_path: Path, books: BankBooks) -> None:
    bank = tmp_path / "bank"
    deliver(bank, "P1.xml")
    mailbox = Mailbox(bank, books)
    await mailbox.work()
    [statement] = await books.statements()
    await mailbox.copy(statement, "again.xml", StatementVersion.V02)
    assert inbox(bank) == ["again.xml", f"camt053-{statement.id}.xml"]
    assert b"camt.053.001.02" in (bank / "incoming" / "again.xml").read_bytes()
