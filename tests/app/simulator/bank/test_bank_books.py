"""What the bank books, and that it forgets none of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.simulator.bank.bank_books import FIRST_BALANCE_MINOR, BankBooks, NoSuchTransfer, Remittance
from app.simulator.bank.payment_file import read_payment_file
from app.simulator.bank.transfer import HouseAccount
from app.simulator.journal import Journal
from app.simulator.memory import Memory
from app.simulator.payment import Refused
from tests.app.simulator.bank.files import IBAN, Line, a_file
from tests.fakes.clock import SettableClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

AT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
LATER = timedelta(seconds=20)
EUR = HouseAccount(number=IBAN, currency="EUR")


@asynccontextmanager
async def books_of(path: Path, clock: SettableClock) -> AsyncGenerator[BankBooks]:
    memory = Memory(Journal(path))
    books = BankBooks(memory, clock, LATER)
    memory.open()
    yield books
    await memory.close()


@pytest.fixture
async def clock() -> SettableClock:
    return SettableClock(AT)


@pytest.fixture
async def books(tmp_path: Path, clock: SettableClock) -> AsyncGenerator[BankBooks]:
    async with books_of(tmp_path / "journal.jsonl", clock) as found:
        yield found


async def booked(books: BankBooks) -> list[tuple[int, str | None]]:
    [statement] = await books.make_statements()
    return [(one.amount_minor, one.reason) for one in statement.bookings]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("100.00", [(-10_000, None)]),
        ("109.01", [(-10_901, None), (10_901, "AC01")]),
        ("109.02", [(-10_902, None), (-10_902, None)]),
        ("109.04", [(-10_904, None)]),
        ("109.05", [(-10_805, None)]),
    ],
)
async def test_transfers_are_booked_as_their_ending_asks(
    books: BankBooks, amount: str, expected: list[tuple[int, str | None]]
) -> None:
    assert await books.take(read_payment_file(a_file(Line(id="E1", amount=amount))))
    assert await booked(books) == expected


async def test_what_is_lost_is_never_booked(books: BankBooks) -> None:
    assert await books.take(read_payment_file(a_file(Line(id="E1", amount="109.03"))))
    assert await books.make_statements() == []
    [(transfer, bookings)] = await books.transfers()
    assert (transfer.end_to_end_id, bookings) == ("E1", [])


async def test_the_same_message_is_taken_once(books: BankBooks) -> None:
    file = read_payment_file(a_file(Line(id="E1", amount="100.00")))
    assert await books.take(file)
    assert not await books.take(file)
    assert await booked(books) == [(-10_000, None)]


async def test_a_return_comes_later_and_after_the_statement_of_its_payment(
    books: BankBooks, clock: SettableClock
) -> None:
    await books.take(read_payment_file(a_file(Line(id="E1", amount="109.04"))))
    clock.at += LATER
    await books.return_due()
    assert await booked(books) == [(-10_904, None)]
    await books.return_due()
    assert await booked(books) == [(10_904, "AC04")]
    await books.return_due()
    assert await books.make_statements() == []
    with pytest.raises(Refused, match="returned before"):
        await books.give_back("E1", "AC04")


async def test_any_transfer_can_be_returned(books: BankBooks) -> None:
    await books.take(read_payment_file(a_file(Line(id="E1", amount="100.00"))))
    assert await booked(books) == [(-10_000, None)]
    await books.give_back("E1", "MD07")
    assert await booked(books) == [(10_000, "MD07")]
    with pytest.raises(NoSuchTransfer):
        await books.give_back("E2", "AC04")


async def test_statements_follow_each_other_by_account_and_currency(books: BankBooks) -> None:
    await books.take(read_payment_file(a_file(Line(id="E1", amount="100.00"))))
    await books.take(read_payment_file(a_file(Line(id="E2", amount="500"), message="M2", currency="JPY")))
    first = {one.account.currency: one for one in await books.make_statements()}
    assert first["EUR"].opening_minor == FIRST_BALANCE_MINOR
    assert first["EUR"].closing_minor == FIRST_BALANCE_MINOR - 10_000
    assert first["JPY"].closing_minor == FIRST_BALANCE_MINOR - 500
    arrived = await books.remit(Remittance(account=EUR, amount_minor=700, sender="Acquirer", reference="R1"))
    [second] = await books.make_statements()
    assert (second.number, second.opening_minor, second.bookings) == (2, first["EUR"].closing_minor, (arrived,))
    assert await books.make_statements() == []
    assert books.balances()[EUR] == second.closing_minor
    assert len({one.id for one in await books.statements()}) == 3


async def test_a_restart_forgets_nothing(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "journal.jsonl"
    async with books_of(path, clock) as books:
        await books.take(read_payment_file(a_file(Line(id="E1", amount="109.04"), Line(id="E2", amount="1.00"))))
        [told] = await books.make_statements()
        await books.note_posted(told)
        await books.remit(Remittance(account=EUR, amount_minor=700, sender="Acquirer", reference="R1"))
        kept = (await books.statements(), await books.transfers(), books.balances())
    clock.at += LATER
    async with books_of(path, clock) as books:
        assert (await books.statements(), await books.transfers(), books.balances()) == kept
        assert books.to_post() == []
        assert not await books.take(read_payment_file(a_file(Line(id="E1", amount="109.04"))))
        await books.return_due()
        assert await booked(books) == [(700, None), (10_904, "AC04")]
        assert [one.number for one in books.to_post()] == [2]
