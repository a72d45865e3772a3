"""Bank statements and their entries in the graph; staff alone see them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.connection import After, Connection, First, connection
from api.context import Reading
from api.derivation import derived
from api.fields import batched
from api.found import in_order
from api.money import Money, money, shown
from api.node import Node, identifier
from api.reconciliation.enums import MatchKind
from api.reconciliation.imports import StatementImport, statement_import
from api.scalars import BigInt
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.kernel.money import Currency
from domain.kernel.paging import PageRequest
from domain.reconciliation import bank_entry as entries
from domain.reconciliation import bank_match as matches
from domain.reconciliation import bank_statement as statements
from domain.reconciliation.return_reasons import return_reason_text

if TYPE_CHECKING:
    from api.reconciliation.items import ReconciliationItem
    from api.reconciliation.remittances import Remittance
    from api.settlements.payouts import Payout

ItemOf: TypeAlias = Annotated["ReconciliationItem", strawberry.lazy("api.reconciliation.items")]
RemittanceOf: TypeAlias = Annotated["Remittance", strawberry.lazy("api.reconciliation.remittances")]
PayoutOf: TypeAlias = Annotated["Payout", strawberry.lazy("api.settlements.payouts")]
EntryOf: TypeAlias = Annotated["BankEntry", strawberry.lazy("api.reconciliation.statements")]
READ = Permission.RECONCILIATION_READ
_PAYOUTS = frozenset({matches.MatchKind.PAYOUT, matches.MatchKind.PAYOUT_RETURN})


def _gap(minor: int | None, currency: Currency) -> Money | None:
    return None if minor is None else money(minor, currency)


async def _imports(rows: list["BankStatement"], reading: Reading) -> list[StatementImport]:
    ids = [row.entity.import_id for row in rows]
    found = await reading.reads.reconciliation.imports_by_id(reading.scope, set(ids))
    return in_order(found, ids, statement_import, "The import")


async def _entries(
    rows: list["BankStatement"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[EntryOf]]:
    reads = reading.reads.reconciliation
    pages = await reads.entries_of(reading.scope, [row.entity for row in rows], PageRequest.of(first, after))
    return [connection(page, bank_entry, reads.place) for page in pages]


@strawberry.type(description="A bank's statement of one of our accounts: opening balance, entries, closing balance.")
class BankStatement(Node):
    """Only those that count are shown."""

    entity: strawberry.Private[statements.BankStatement]
    id: strawberry.ID = identifier(Prefix.STATEMENT)
    account: str = derived("The name of our account.", "entity.account")
    reference: str = derived("The bank's id of the statement.", "entity.reference")
    sequence: BigInt | None = derived("Its electronic sequence number, if the bank gives one.", "entity.sequence")
    legal_sequence: BigInt | None = derived("Its legal sequence number, if any.", "entity.legal_sequence")
    opening: Money = derived("What lay there before.", shown, "entity.opening")
    opening_on: date = derived("The day of that balance.", "entity.opening_on")
    closing: Money = derived("What lay there then: opening, with credits, less debits.", shown, "entity.closing")
    closing_on: date = derived("The day of that balance.", "entity.closing_on")
    credits: Money = derived("What came.", shown, "entity.credits")
    debits: Money = derived("What left.", shown, "entity.debits")
    entry_count: BigInt = derived("How many booked entries it has.", "entity.stored")
    noted_count: BigInt = derived("How many entries it has that are not booked, and do not count.", "entity.noted")
    gap: Money | None = derived(
        "What its opening balance differs by from the closing balance before, if so: a statement is missing.",
        _gap,
        "entity.gap_minor",
        "entity.currency",
    )
    looked_at: BigInt = derived("How many of its entries were looked at for matches so far.", "entity.matched_through")
    imported_at: datetime | None = derived("Since when it counts.", "entity.imported_at")
    statement_import: StatementImport = batched(READ, "The import of the file that it was in.", "entity.import_id")(
        _imports
    )
    entries: Connection[EntryOf] = batched(READ, "Its entries, in its order.", "entity.id", "entity.merchant_id")(
        _entries
    )


def bank_statement(entity: statements.BankStatement) -> BankStatement:
    """A statement as the graph shows it."""
    return BankStatement(entity=entity)


async def _statements(rows: list["BankEntry"], reading: Reading) -> list[BankStatement]:
    ids = [row.entity.statement_id for row in rows]
    found = await reading.reads.reconciliation.statements_by_id(reading.scope, set(ids))
    return in_order(found, ids, bank_statement, "The bank statement")


async def _matches(rows: list["BankEntry"], reading: Reading) -> list[Optional["BankMatch"]]:
    ids = {row.entity.id for row in rows}
    found = await reading.reads.reconciliation.matches_of(reading.scope, ids)
    return [None if (one := found.get(row.entity.id)) is None else BankMatch(entity=one) for row in rows]


async def _items(rows: list["BankEntry"], reading: Reading) -> list[Optional[ItemOf]]:  # noqa: UP045 - an element type
    from api.reconciliation.items import reconciliation_item  # noqa: PLC0415 - each shows the other

    found = await reading.reads.reconciliation.items_of(reading.scope, {row.entity.id for row in rows})
    return [
        None if (one := found.get(row.entity.id)) is None else reconciliation_item(one, reading.actor) for row in rows
    ]


async def _payouts(rows: list["BankMatch"], reading: Reading) -> list[Optional[PayoutOf]]:  # noqa: UP045
    from api.settlements.payouts import payout  # noqa: PLC0415 - a payout shows its entry, and an entry its payout

    wanted = {row.entity.subject_id for row in rows if row.entity.kind in _PAYOUTS}
    found = await reading.reads.payouts.payouts(reading.scope, wanted) if wanted else {}
    return [None if (one := found.get(row.entity.subject_id)) is None else payout(one, reading.actor) for row in rows]


async def _remittances(rows: list["BankMatch"], reading: Reading) -> list[Optional[RemittanceOf]]:  # noqa: UP045
    from api.reconciliation.remittances import remittance  # noqa: PLC0415 - each shows the other

    wanted = {row.entity.subject_id for row in rows if row.entity.kind is matches.MatchKind.REMITTANCE}
    found = await reading.reads.reconciliation.remittances_by_id(reading.scope, wanted) if wanted else {}
    return [None if (one := found.get(row.entity.subject_id)) is None else remittance(one) for row in rows]


@strawberry.type(description="What an entry of a bank statement turned out to be.")
class BankMatch:
    """An entry is one thing."""

    entity: strawberry.Private[matches.BankMatch]
    kind: MatchKind = derived("What it is.", "entity.kind")
    by_hand: bool = derived("Whether somebody said so; otherwise it followed from references.", "entity.by_hand")
    matched_by: str = derived("The name of whoever or whatever matched it.", "entity.matched_by_name")
    matched_at: datetime = derived("When.", "entity.matched_at")
    payout: PayoutOf | None = batched(
        Permission.PAYOUTS_READ, "The payout that left or came back, if it is one.", "entity.kind", "entity.subject_id"
    )(_payouts)
    remittance: RemittanceOf | None = batched(
        READ, "The remittance, if it is one.", "entity.kind", "entity.subject_id"
    )(_remittances)


@strawberry.type(description="A booked entry of a bank statement, or one transaction of an entry that books several.")
class BankEntry(Node):
    """As the bank wrote it; digits of what looks like a card number are left out."""

    entity: strawberry.Private[entries.BankEntry]
    id: strawberry.ID = identifier(Prefix.BANK_ENTRY)
    position: BigInt = derived("Its place in the statement, from 1.", "entity.position")
    line: BigInt = derived("The line of the file where the entry begins.", "entity.line")
    amount: Money = derived("What came, or less than zero: what left.", shown, "entity.amount")
    booked_on: date = derived("The day on which the bank booked it.", "entity.booked_on")
    value_on: date | None = derived("The day from which it counts for interest.", "entity.value_on")
    reversal: bool = derived("Whether the bank takes back an entry of its own.", "entity.reversal")
    end_to_end_id: str | None = derived("What the payer gave (EndToEndId).", "entity.end_to_end_id")
    bank_reference: str | None = derived("The bank's name for it (AcctSvcrRef).", "entity.bank_reference")
    entry_reference: str | None = derived("The entry's number (NtryRef).", "entity.entry_reference")
    reference: str | None = derived("What it is for (RmtInf).", "entity.reference")
    transaction_code: str | None = derived(
        "The bank's kind of transaction, such as PMNT/ICDT/ESCT.", "entity.transaction_code"
    )
    return_reason: str | None = derived(
        "Why it came back (ISO 20022, ExternalReturnReason1Code).", "entity.return_reason"
    )
    return_reason_text: str | None = derived("The same in words.", return_reason_text, "entity.return_reason")
    counterparty: str | None = derived("The name of the other party.", "entity.counterparty")
    statement: BankStatement = batched(READ, "The statement.", "entity.statement_id")(_statements)
    match: BankMatch | None = batched(READ, "What it turned out to be, once that is known.", "entity.id")(_matches)
    item: ItemOf | None = batched(READ, "The reconciliation item that it is or was, if any.", "entity.id")(_items)


def bank_entry(entity: entries.BankEntry) -> BankEntry:
    """An entry as the graph shows it."""
    return BankEntry(entity=entity)
