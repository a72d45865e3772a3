"""What reconciliation needs of storage, of files and of the world, at most seven methods each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from domain.kernel.unit import Unit, Units

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.storage import UploadLink
    from domain.fraud.ports import Reviewers
    from domain.identity.actor import Actor
    from domain.identity.ports import Audit
    from domain.kernel.clock import Clock
    from domain.kernel.idempotency import IdempotencyKeys
    from domain.ledger.ports import Ledger
    from domain.reconciliation.bank_entry import BankEntry
    from domain.reconciliation.bank_match import BankMatch
    from domain.reconciliation.bank_statement import BankStatement
    from domain.reconciliation.reconciliation_item import ReconciliationItem
    from domain.reconciliation.remittance import Remittance
    from domain.reconciliation.statement_import import StatementImport
    from domain.reconciliation.statement_parts import Part, ReadEntry
    from domain.settlements.house_account import HouseAccount
    from domain.settlements.payout import PayoutStatus
    from domain.settlements.payout_ports import PayoutPorts


class StatementReading(Protocol):
    """One file on its way through a reader. Every method raises `StatementRefused`."""

    def feed(self, chunk: bytes) -> Sequence[Part]:
        """What these bytes bring to an end."""
        ...

    def close(self) -> Sequence[Part]:
        """What is left at the end of the file."""
        ...


class StatementFormat(Protocol):
    """Reads what banks write."""

    def reading(self) -> StatementReading:
        """A new file."""
        ...


class StatementFiles(Protocol):
    """Keeps the files. Every method raises `Unavailable` when the storage does not answer."""

    async def upload_link(self, file: StatementImport) -> UploadLink:
        """A link that writes the import's `upload_key` until its `expires_at`, and nothing else."""
        ...

    async def download_link(self, file: StatementImport, expires_at: datetime) -> str:
        """An address that gives the import's `stored_key` as an attachment under its name."""
        ...

    async def size(self, key: str) -> int | None:
        """How many bytes lie there; None when nothing does."""
        ...

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """What lies there, piece by piece; nothing when nothing does."""
        ...

    async def keep(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Write what comes, all of it or nothing, also over what lies there."""
        ...

    async def delete(self, key: str) -> None:
        """Nothing lies there any more; nor did it have to before."""
        ...


class InboxObject(NamedTuple):
    """A file that the bank left: `tag` is the storage's name for just this content."""

    path: str
    tag: str
    size_bytes: int
    left_at: datetime


class StatementInbox(Protocol):
    """Where a bank leaves its files. Every method raises `Unavailable` when it does not answer."""

    def objects(self) -> AsyncIterator[Sequence[InboxObject]]:
        """All that lies there, some at a time."""
        ...

    def stream(self, path: str) -> AsyncIterator[bytes]:
        """What lies there, piece by piece; nothing when nothing does."""
        ...


class StatementImports(Protocol):
    """Imports; all of this context's are the platform's own but for matches."""

    async def for_update(self, import_id: UUID) -> StatementImport:
        """The import, locked until the unit ends; raise `NotFound`."""
        ...

    async def of_content(self, sha256: str) -> StatementImport | None:
        """The import that has just these bytes and is no duplicate itself."""
        ...

    async def add(self, new: StatementImport) -> StatementImport:
        """A new one with its events; returned without them. Raises `Contention` when its origin or bytes are known."""
        ...

    async def save(self, changed: StatementImport) -> StatementImport:
        """A changed one, also one without events; returned without them. Raises `Contention` as `add` does."""
        ...

    async def next_open(self, at: datetime) -> StatementImport | None:
        """The oldest one that nobody reads, locked; one that somebody else is taking is passed over."""
        ...

    async def known_origins(self, origins: Collection[str]) -> frozenset[str]:
        """Those of which there are imports."""
        ...

    async def overdue(self, at: datetime, limit: int) -> list[StatementImport]:
        """Imports whose upload never came, locked."""
        ...


class BankStatements(Protocol):
    """Statements."""

    async def unfinished(self, import_id: UUID) -> list[BankStatement]:
        """Those that an earlier reading of the file has begun, the newest of each ordinal."""
        ...

    async def of_identity(self, identity: str) -> BankStatement | None:
        """The imported one."""
        ...

    async def before(self, statement: BankStatement) -> BankStatement | None:
        """The imported one of the same account and currency that closed last, no later than this one opens."""
        ...

    async def add(self, statement: BankStatement) -> None:
        """A new one, before its entries."""
        ...

    async def save(self, statement: BankStatement) -> None:
        """A changed one; raise `Contention` when another of its identity was imported at the same time."""
        ...

    async def next_unmatched(self, after: UUID | None) -> BankStatement | None:
        """The next imported one, behind the one given, that has entries nobody has looked at."""
        ...

    async def for_update(self, statement_id: UUID) -> BankStatement:
        """The statement, locked until the unit ends; raise `NotFound`."""
        ...


class BankEntries(Protocol):
    """Entries, which are only ever added."""

    async def add(self, statement: BankStatement, entries: Sequence[ReadEntry]) -> None:
        """The next entries of a statement, behind those that it has stored."""
        ...

    async def from_position(self, statement: BankStatement, position: int, limit: int) -> list[BankEntry]:
        """Entries from a position on, in order."""
        ...

    async def get(self, entry_id: UUID) -> BankEntry:
        """The entry; raise `NotFound`, also for one whose statement does not count."""
        ...


class BankMatches(Protocol):
    """What entries turned out to be; only ever added."""

    async def add(self, match: BankMatch) -> None:
        """A new one; raise `Contention` when the entry, or what it is matched with, has one by now."""
        ...

    async def of_entries(self, entry_ids: Collection[UUID]) -> Mapping[UUID, BankMatch]:
        """By the entries' ids."""
        ...


class ReconciliationItems(Protocol):
    """The queue of what did not match."""

    async def for_update(self, item_id: UUID) -> ReconciliationItem:
        """The item, locked until the unit ends; raise `NotFound`."""
        ...

    async def add(self, items: Sequence[ReconciliationItem]) -> None:
        """New ones with their events; those whose entries have an item already are left out."""
        ...

    async def save(self, item: ReconciliationItem) -> ReconciliationItem:
        """A changed one, also one without events; returned without them."""
        ...

    async def due(self, at: datetime, limit: int) -> list[ReconciliationItem]:
        """Those to be looked at again by then, the longest overdue first."""
        ...


class Remittances(Protocol):
    """What gateways say they pay out."""

    async def for_update(self, remittance_id: UUID) -> Remittance:
        """The remittance, locked until the unit ends; raise `NotFound`."""
        ...

    async def of_references(self, references: Collection[str]) -> list[Remittance]:
        """All that have one of these."""
        ...

    async def add(self, remittance: Remittance) -> Remittance:
        """A new one with its events; returned without. Raises `Contention` when the gateway's reference is known."""
        ...

    async def known(self, gateway: str, reference: str, currency: str) -> Remittance | None:
        """The one of that gateway and reference."""
        ...

    async def save(self, remittance: Remittance) -> Remittance:
        """A changed one with its events; returned without them."""
        ...


class SentPayout(NamedTuple):
    """What matching has to know of a payout. `account` is the house account that it left from, when a file has it."""

    merchant_id: UUID
    id: UUID
    end_to_end_id: str
    status: PayoutStatus
    amount_minor: int
    currency: str
    account: str | None
    bank_entry_id: UUID | None
    return_entry_id: UUID | None


class SentPayouts(Protocol):
    """Payouts as a bank knows them."""

    async def of_references(self, end_to_end_ids: Collection[str]) -> Mapping[str, SentPayout]:
        """By their end-to-end ids."""
        ...

    async def get(self, payout_id: UUID) -> SentPayout:
        """The payout; raise `NotFound`."""
        ...

    async def of_entry(self, entry_id: UUID) -> SentPayout | None:
        """The one that the bank entry has confirmed or returned, if any."""
        ...


class ReconciliationUnit(Unit, Protocol):
    """One transaction over all that reconciliation touches."""

    @property
    def statement_imports(self) -> StatementImports: ...  # noqa: D102 - named as its type
    @property
    def bank_statements(self) -> BankStatements: ...  # noqa: D102
    @property
    def bank_entries(self) -> BankEntries: ...  # noqa: D102
    @property
    def bank_matches(self) -> BankMatches: ...  # noqa: D102
    @property
    def reconciliation_items(self) -> ReconciliationItems: ...  # noqa: D102
    @property
    def remittances(self) -> Remittances: ...  # noqa: D102
    @property
    def sent_payouts(self) -> SentPayouts: ...  # noqa: D102
    @property
    def reviewers(self) -> Reviewers: ...  # noqa: D102
    @property
    def ledger(self) -> Ledger: ...  # noqa: D102
    @property
    def keys(self) -> IdempotencyKeys: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationPorts:
    """What the verbs of this context are given. `payouts` is for those that confirm and return payouts."""

    clock: Clock
    units: Units[Actor, ReconciliationUnit]
    format: StatementFormat
    files: StatementFiles
    inbox: StatementInbox
    accounts: Sequence[HouseAccount]
    payouts: PayoutPorts
