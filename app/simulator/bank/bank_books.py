"""The bank's books: every file once, every transfer, every booking, every statement; in memory and in the journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.simulator.bank.conduct import Conduct, ending_of, short_amount
from app.simulator.bank.transfer import Booking, HouseAccount, Statement, Transfer
from app.simulator.memory import stored
from app.simulator.payment import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.simulator.bank.conduct import Ending
    from app.simulator.bank.payment_file import PaymentFile
    from app.simulator.memory import Entry, Memory, Stored
    from domain.kernel.clock import Clock

RETURN_AFTER = timedelta(seconds=20)
FIRST_BALANCE_MINOR = 10_000_000_000
"""What every account of ours holds before its first booking."""


class NoSuchTransfer(Exception):
    """There is no transfer, or no statement, of that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """Money that an acquirer sends to an account of ours."""

    account: HouseAccount
    amount_minor: int
    sender: str
    reference: str


class BankBooks:
    """Takes one step after the other; nothing is told before it is on disk. `judge` knows what a transfer ends in."""

    def __init__(
        self,
        memory: Memory,
        clock: Clock,
        return_after: timedelta = RETURN_AFTER,
        judge: Callable[[str, int], Ending] = ending_of,
    ) -> None:
        self._memory = memory
        self._clock = clock
        self._return_after = return_after
        self._judge = judge
        self._transfers: dict[tuple[str, str], Transfer] = {}
        self._messages: set[str] = set()
        self._bookings: dict[int, Booking] = {}
        self._open: dict[HouseAccount, list[Booking]] = {}
        self._statements: dict[str, Statement] = {}
        self._latest: dict[HouseAccount, Statement] = {}
        self._posted: set[str] = set()
        self._due: dict[tuple[str, str], datetime] = {}
        memory.share(self._remember)

    async def take(self, file: PaymentFile) -> bool:
        """Take a file's transfers on, and book them; false when its message was taken before."""
        fresh = file.message_id not in self._messages
        if fresh:
            now = self._clock.now()
            bookings = list(self._numbered(b for one in file.transfers for b in _booked(one, self._ending(one), now)))
            due = {
                one.end_to_end_id: (now + self._return_after).isoformat()
                for one in file.transfers
                if self._ending(one).conduct is Conduct.RETURN
            }
            self._memory.keep(
                {
                    "bank_message": file.message_id,
                    "bank_transfers": [one.as_json() for one in file.transfers],
                    "bank_bookings": [one.as_json() for one in bookings],
                    "bank_due": due,
                }
            )
        await self._memory.all_stored()
        return fresh

    async def give_back(self, end_to_end_id: str, reason: str) -> list[Booking]:
        """The creditors' banks return every transfer of that id; raise `NoSuchTransfer`, or `Refused` if it did."""
        found = [one for one in self._transfers.values() if one.end_to_end_id == end_to_end_id]
        if not found:
            raise NoSuchTransfer(end_to_end_id)
        if any(b.end_to_end_id == end_to_end_id and b.reason is not None for b in self._bookings.values()):
            raise Refused("already_returned", "This transfer was returned before.")
        return await self._return([(one, reason) for one in found])

    async def remit(self, remittance: Remittance) -> Booking:
        """An acquirer's money arrives."""
        arrived = Booking(
            number=0,
            account=remittance.account,
            amount_minor=remittance.amount_minor,
            booked_at=self._clock.now(),
            party_name=remittance.sender,
            reference=remittance.reference,
        )
        [booking] = self._numbered([arrived])
        await stored(self._memory.keep({"bank_bookings": [booking.as_json()]}))
        return booking

    async def return_due(self) -> None:
        """Return what is to be returned by now, unless the statement of its payment is still to come."""
        now = self._clock.now()
        told = {b.end_to_end_id for one in self._statements.values() for b in one.bookings} if self._due else set[str]()
        due = [key for key, at in self._due.items() if at <= now and key[1] in told]
        if due:
            transfers = [self._transfers[key] for key in due]
            await self._return([(one, self._ending(one).reason or "MS03") for one in transfers])

    async def make_statements(self) -> list[Statement]:
        """One for each account on which something moved since its latest."""
        made = [self._next_statement(account, bookings) for account, bookings in self._open.items() if bookings]
        for statement in made:
            self._memory.keep(
                {
                    "bank_statement": {
                        "number": statement.account.number,
                        "currency": statement.account.currency,
                        "bookings": [booking.number for booking in statement.bookings],
                        "made_at": statement.made_at.isoformat(),
                    }
                }
            )
        await self._memory.all_stored()
        return made

    def to_post(self) -> list[Statement]:
        """The statements that nobody has got yet, in their order."""
        return [one for one in self._statements.values() if one.id not in self._posted]

    async def note_posted(self, statement: Statement) -> None:
        """The statement lies in the inbox."""
        await stored(self._memory.keep({"bank_posted": statement.id}))

    async def statement(self, statement_id: str) -> Statement:
        """The statement of that id; raise `NoSuchTransfer`."""
        try:
            found = self._statements[statement_id]
        except KeyError:
            raise NoSuchTransfer(statement_id) from None
        await self._memory.all_stored()
        return found

    async def statements(self) -> list[Statement]:
        """All of them, the oldest first."""
        found = list(self._statements.values())
        await self._memory.all_stored()
        return found

    async def transfers(self) -> list[tuple[Transfer, list[Booking]]]:
        """All of them with their bookings, the oldest first."""
        by_id: dict[str | None, list[Booking]] = {}
        for booking in self._bookings.values():
            by_id.setdefault(booking.end_to_end_id, []).append(booking)
        found = [(one, by_id.get(one.end_to_end_id, [])) for one in self._transfers.values()]
        await self._memory.all_stored()
        return found

    def balances(self) -> dict[HouseAccount, int]:
        """What each account of ours holds, in minor units."""
        return {
            account: self._opening(account) + sum(booking.amount_minor for booking in self._open[account])
            for account in self._open
        }

    async def _return(self, transfers: list[tuple[Transfer, str]]) -> list[Booking]:
        now = self._clock.now()
        bookings = list(self._numbered(_coming_back(one, reason, now) for one, reason in transfers))
        entry: Entry = {
            "bank_bookings": [one.as_json() for one in bookings],
            "bank_returned": [[one.message_id, one.end_to_end_id] for one, _ in transfers],
        }
        await stored(self._memory.keep(entry))
        return bookings

    def _ending(self, transfer: Transfer) -> Ending:
        return self._judge(transfer.creditor_account, transfer.amount_minor)

    def _numbered(self, bookings: Iterator[Booking] | list[Booking]) -> Iterator[Booking]:
        for number, booking in enumerate(bookings, start=len(self._bookings) + 1):
            yield replace(booking, number=number)

    def _opening(self, account: HouseAccount) -> int:
        latest = self._latest.get(account)
        return FIRST_BALANCE_MINOR if latest is None else latest.closing_minor

    def _next_statement(self, account: HouseAccount, bookings: list[Booking], at: datetime | None = None) -> Statement:
        latest = self._latest.get(account)
        return Statement(
            account=account,
            number=1 if latest is None else latest.number + 1,
            opening_minor=self._opening(account),
            bookings=tuple(bookings),
            made_at=at or self._clock.now(),
        )

    def _remember(self, entry: Entry, _: Stored) -> None:
        if "bank_message" in entry:
            self._messages.add(entry["bank_message"])
        for value in entry.get("bank_transfers") or ():
            transfer = Transfer.from_json(value)
            key = (transfer.message_id, transfer.end_to_end_id)
            self._transfers[key] = transfer
            if at := entry["bank_due"].get(transfer.end_to_end_id):
                self._due[key] = datetime.fromisoformat(at)
        for value in entry.get("bank_bookings") or ():
            booking = Booking.from_json(value)
            self._bookings[booking.number] = booking
            self._open.setdefault(booking.account, []).append(booking)
        for message_id, end_to_end_id in entry.get("bank_returned") or ():
            self._due.pop((message_id, end_to_end_id), None)
        if "bank_statement" in entry:
            self._remember_statement(entry["bank_statement"])
        if "bank_posted" in entry:
            self._posted.add(entry["bank_posted"])

    def _remember_statement(self, value: dict[str, Any]) -> None:
        account = HouseAccount(number=value["number"], currency=value["currency"])
        bookings = [self._bookings[number] for number in value["bookings"]]
        statement = self._next_statement(account, bookings, datetime.fromisoformat(value["made_at"]))
        self._statements[statement.id] = self._latest[account] = statement
        told = set(value["bookings"])
        self._open[account] = [one for one in self._open.get(account, []) if one.number not in told]


def _booked(transfer: Transfer, ending: Ending, at: datetime) -> Iterator[Booking]:
    """What the bank books for a transfer at once."""
    paid = Booking(
        number=0,
        account=transfer.account,
        amount_minor=-transfer.amount_minor,
        booked_at=at,
        end_to_end_id=transfer.end_to_end_id,
        party_name=transfer.creditor_name,
        party_account=transfer.creditor_account,
        reference=transfer.text,
    )
    match ending.conduct:
        case Conduct.PAY | Conduct.RETURN:
            yield paid
        case Conduct.REVERSE:
            yield paid
            yield replace(paid, amount_minor=transfer.amount_minor, reason=ending.reason, reversed=True)
        case Conduct.FALL_SHORT:
            yield replace(paid, amount_minor=-short_amount(transfer.amount_minor))
        case Conduct.BOOK_TWICE:
            yield paid
            yield paid
        case Conduct.LOSE:
            return


def _coming_back(transfer: Transfer, reason: str, at: datetime) -> Booking:
    return Booking(
        number=0,
        account=transfer.account,
        amount_minor=transfer.amount_minor,
        booked_at=at,
        end_to_end_id=transfer.end_to_end_id,
        party_name=transfer.creditor_name,
        party_account=transfer.creditor_account,
        reference=transfer.text,
        reason=reason,
    )
