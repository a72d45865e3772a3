"""Entries of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.kernel.ids import new_uuid
from domain.ledger.account import PENDING, gateway_clearing
from domain.ledger.entry import Entry, EntryKind, transfer
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from uuid import UUID

    from domain.kernel.money import Money


def an_entry(merchant_id: UUID, amount: Money, **values: Any) -> Entry:
    """A capture without a fee."""
    posted_at = values.pop("posted_at", MORNING)
    defaults: dict[str, Any] = {
        "id": new_uuid(posted_at),
        "merchant_id": merchant_id,
        "kind": EntryKind.CAPTURE,
        "postings": transfer(gateway_clearing("simulator"), PENDING, amount),
        "posted_at": posted_at,
    }
    return Entry(**{**defaults, **values})
