"""What became of a payout at the bank, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class AttemptOutcome(StrEnum):
    """What happened."""

    DELIVERED = "DELIVERED"
    """A payment file with it has reached the bank."""
    PAID = "PAID"
    FAILED = "FAILED"
    RETURNED = "RETURNED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAttempt:
    """One step; `number` counts from 1. `code` and `detail` are the bank's reason (ISO 20022), where it gave one."""

    merchant_id: UUID
    payout_id: UUID
    number: int
    outcome: AttemptOutcome
    payment_file_id: UUID | None = None
    bank_entry_id: UUID | None = None
    code: str | None = None
    detail: str | None = None
    at: datetime
