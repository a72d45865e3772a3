"""What bank entries post to the ledger that is no merchant's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.money import Money
from domain.ledger.account import NETWORK_COSTS, SUSPENSE, bank, gateway_clearing
from domain.ledger.entry import Entry, EntryKind, Posting, transfer

if TYPE_CHECKING:
    from datetime import datetime

    from domain.reconciliation.remittance import Remittance


def remittance_entry(remittance: Remittance, account: str, at: datetime) -> Entry:
    """A gateway has paid what it owed: the net to a house account, its costs to itself."""
    gross, costs, net = remittance.gross, remittance.costs, remittance.net
    kept = (Posting(NETWORK_COSTS, costs),) if costs.minor else ()
    clearing = Posting(gateway_clearing(remittance.gateway), Money(-gross.minor, gross.currency))
    return _entry(EntryKind.REMITTANCE, (Posting(bank(account), net), *kept, clearing), at)


def suspense_entry(amount: Money, account: str, at: datetime) -> Entry:
    """What came to a house account, or less than zero: left it, and belongs to nothing that we know of."""
    return _entry(EntryKind.SUSPENSE, transfer(bank(account), SUSPENSE, amount), at)


def _entry(kind: EntryKind, postings: tuple[Posting, ...], at: datetime) -> Entry:
    return Entry(id=new_uuid(at), merchant_id=PLATFORM, kind=kind, postings=postings, posted_at=at)
