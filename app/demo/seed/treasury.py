"""Where merchants' money of the past is settled and paid: the real verbs, on the seed's connection and its clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from adapters.banks.account_numbers import BankAccountNumbers
from adapters.banks.business_days import HolidayCalendars
from adapters.banks.camt053 import Camt053
from adapters.banks.file_seal import SecretFileSeal
from adapters.banks.number_vault import SecretNumberVault
from adapters.banks.pain001 import Pain001
from adapters.storage.bank_files import BankFiles
from adapters.storage.link_token import LinkTokens
from adapters.storage.own_links import LocalFiles
from app.approved_actions import ActionTable, approved_adjustments, approved_bank_accounts, approved_payout_policies
from app.demo.house_accounts import HOUSE_ACCOUNTS
from app.demo.seed.past_units import PastUnits
from app.demo.seed.payout_plots import ERRANDS
from app.simulator.bank.bank_books import BankBooks
from app.simulator.bank.conduct import PAID, ending_of
from app.simulator.bank.mailbox import file_name
from app.simulator.bank.payment_file import read_payment_file
from app.simulator.bank.statement_file import statement_file
from app.simulator.memory import Memory
from domain.approvals.ports import ApprovalPorts
from domain.identity.actor import system_actor
from domain.reconciliation.match_entries import MatchEntries, match_entries
from domain.reconciliation.ports import InboxObject, ReconciliationPorts
from domain.reconciliation.resume_imports import ResumeImports, resume_imports
from domain.reconciliation.watch_statements import WatchStatements, watch_statements
from domain.settlements.bank_account_ports import BankAccountPorts
from domain.settlements.file_ports import PaymentFilePorts
from domain.settlements.payout_ports import PayoutPorts
from domain.settlements.ports import SettlementPorts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from datetime import datetime
    from pathlib import Path

    from adapters.postgres.database import FencedConnection
    from app.demo.seed.people import Cast
    from app.demo.seed.story_clock import StoryClock
    from app.simulator.bank.conduct import Ending
    from app.simulator.journal import Journal


_URL = "http://localhost"
_MEANT = frozenset(errand.minor for errand in ERRANDS)
_IMPORT_AFTER = timedelta(minutes=12)


class BankSide:
    """The simulator's bank, on both ends of the story: takes what is delivered, and leaves its statements in an inbox.

    `entries` are what the simulator will remember.
    """

    def __init__(self, clock: StoryClock) -> None:
        self.entries: list[dict[str, Any]] = []
        # Nothing is on disk before the seed ends, and nobody waits for that.
        self.books = BankBooks(Memory(cast("Journal", _Entries(self.entries))), clock, judge=_judge)
        self._clock = clock
        self._new: dict[str, bytes] = {}

    async def deliver(self, name: str, content: bytes) -> None:
        """Take a file of transfers."""
        del name
        await self.books.take(read_payment_file(content))

    async def make_statements(self) -> bool:
        """Leave what moved since the last time in the inbox; false when nothing did."""
        self._new.clear()
        for statement in await self.books.make_statements():
            self._new[file_name(statement)] = statement_file(statement)
            await self.books.note_posted(statement)
        return bool(self._new)

    async def objects(self) -> AsyncGenerator[Sequence[InboxObject]]:
        """What is new in the inbox."""
        left_at = self._clock.now() - _IMPORT_AFTER
        yield [
            InboxObject(name, str(len(content)), len(content), left_at) for name, content in sorted(self._new.items())
        ]

    async def stream(self, path: str) -> AsyncGenerator[bytes]:
        """One file of them."""
        yield self._new[path]


def _judge(account: str, amount_minor: int) -> Ending:
    """As the simulator does, but for amounts that end so by chance."""
    return ending_of(account, amount_minor) if amount_minor in _MEANT else PAID


@dataclass(slots=True)
class _Entries:
    kept: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def append(self, entry: dict[str, Any]) -> None:
        """Keep an entry."""
        self.kept.append(entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Treasury:
    """Everything that the story is told with."""

    connection: FencedConnection
    clock: StoryClock
    people: Cast
    bank: BankSide
    settlements: SettlementPorts
    bank_accounts: BankAccountPorts
    payouts: PayoutPorts
    files: PaymentFilePorts
    reconciliation: ReconciliationPorts
    approvals: ApprovalPorts
    now: datetime

    async def read_statements(self) -> None:
        """The bank makes its statements, and the jobs read them."""
        if not await self.bank.make_statements():
            return
        self.clock.at += _IMPORT_AFTER
        ports = self.reconciliation
        await watch_statements(ports, system_actor("jobs.watch_statements"), WatchStatements())
        await resume_imports(ports, system_actor("jobs.resume_imports"), ResumeImports())
        await match_entries(ports, system_actor("jobs.match_entries"), MatchEntries())


def open_treasury(
    connection: FencedConnection, clock: StoryClock, people: Cast, data: Path, secret_key: str
) -> Treasury:
    """A treasury on an open transaction; now is what the clock shows.

    Numbers are sealed with the secret; statements are kept below `data`, as those of the installation will be.
    """
    units, holidays, bank = PastUnits(connection, clock), HolidayCalendars(), BankSide(clock)
    settlements = SettlementPorts(clock=clock, units=units, business_days=holidays)
    vault = SecretNumberVault(secret_key)
    bank_accounts = BankAccountPorts(clock=clock, units=units, numbers=BankAccountNumbers(), vault=vault)
    payouts = PayoutPorts(clock=clock, units=units)
    files = PaymentFilePorts(
        clock=clock,
        units=units,
        house_accounts=HOUSE_ACCOUNTS,
        business_days=holidays,
        format=Pain001(),
        delivery=bank,
        seal=SecretFileSeal(secret_key),
        vault=vault,
        payouts=payouts,
    )
    tokens = LinkTokens(secret_key, clock)
    reconciliation = ReconciliationPorts(
        clock=clock,
        units=units,
        format=Camt053(),
        files=BankFiles(LocalFiles(data / "files", tokens, _URL), tokens, _URL),
        inbox=bank,
        accounts=HOUSE_ACCOUNTS,
        payouts=payouts,
    )
    actions = ActionTable(
        {
            **approved_adjustments(settlements),
            **approved_bank_accounts(bank_accounts),
            **approved_payout_policies(payouts),
        }
    )
    return Treasury(
        connection=connection,
        clock=clock,
        people=people,
        bank=bank,
        settlements=settlements,
        bank_accounts=bank_accounts,
        payouts=payouts,
        files=files,
        reconciliation=reconciliation,
        approvals=ApprovalPorts(clock=clock, units=units, actions=actions),
        now=clock.at,
    )
