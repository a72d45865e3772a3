"""What lists of settlements and of their accounts can be narrowed to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain.kernel.span import Span
    from domain.settlements.settlement import SettlementStatus


class SettlementOrder(StrEnum):
    """How a list of settlements is sorted. By settlement date those that have none are left out."""

    OPENED_AT_DESC = "OPENED_AT_DESC"
    OPENED_AT_ASC = "OPENED_AT_ASC"
    SETTLES_ON_DESC = "SETTLES_ON_DESC"
    SETTLES_ON_ASC = "SETTLES_ON_ASC"
    NET_DESC = "NET_DESC"
    NET_ASC = "NET_ASC"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementFilter:
    """Everything given must hold; a tuple means any of. `net` is in ten-thousandths of the major unit."""

    currency: tuple[str, ...] | None = None
    status: tuple[SettlementStatus, ...] | None = None
    settles_on: Span[date] | None = None
    cut_off: Span[datetime] | None = None
    closed_at: Span[datetime] | None = None
    net: Span[int] | None = None
    has_payout: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementAccountFilter:
    """Everything given must hold; a tuple means any of."""

    currency: tuple[str, ...] | None = None
    on_hold: bool | None = None
