"""Which bank accounts a list shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from domain.settlements.bank_account import BankAccountStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccountFilter:
    """What is None does not narrow."""

    merchant_ids: tuple[UUID, ...] | None = None
    currency: tuple[str, ...] | None = None
    status: tuple[BankAccountStatus, ...] | None = None
