"""Which payouts a list is about, in which order, and what they amount to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money
    from domain.kernel.span import Span
    from domain.settlements.payout import PayoutStatus


class PayoutOrder(StrEnum):
    """Newest first unless asked otherwise. Amounts of all currencies compare by their major unit."""

    CREATED_AT_DESC = "CREATED_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    AMOUNT_DESC = "AMOUNT_DESC"
    AMOUNT_ASC = "AMOUNT_ASC"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutFilter:
    """Everything given must hold; a tuple means any of. `amount` is in ten-thousandths of the major unit.

    `decidable_by` is a person: what waits for approval and is not that person's own.
    """

    status: tuple[PayoutStatus, ...] | None = None
    currency: tuple[str, ...] | None = None
    amount: Span[int] | None = None
    created_at: Span[datetime] | None = None
    settlement_ids: tuple[UUID, ...] | None = None
    bank_account_ids: tuple[UUID, ...] | None = None
    requested_by: UUID | None = None
    decidable_by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutTotal:
    """The payouts of one status in one currency, where there are any."""

    status: PayoutStatus
    count: int
    amount: Money
