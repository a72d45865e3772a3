"""What happens to bank accounts, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.kernel.events import JsonValue


class BankAccountEventType(StrEnum):
    """The names under which the events of bank accounts travel to every sink."""

    REQUESTED = "bank_account.requested"
    ADDED = "bank_account.added"
    VERIFIED = "bank_account.verified"
    VERIFICATION_FAILED = "bank_account.verification_failed"
    ACTIVATED = "bank_account.activated"
    REPLACED = "bank_account.replaced"
    REMOVED = "bank_account.removed"
    REJECTED = "bank_account.rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccountEvent:
    """One fact about a bank account; `data` has its number masked at most."""

    type: BankAccountEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)
