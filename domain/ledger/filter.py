"""Which ledger entries a list is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.span import Span
    from domain.ledger.entry import EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntryFilter:
    """Everything given must hold; a tuple means any of."""

    kind: tuple[EntryKind, ...] | None = None
    payment_id: UUID | None = None
    dispute_id: UUID | None = None
    account: tuple[str, ...] | None = None
    currency: tuple[str, ...] | None = None
    posted_at: Span[datetime] | None = None
