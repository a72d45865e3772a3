"""The statement of a settlement: what a merchant gets in writing, to the cent and for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.settlements.line import LineKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from domain.kernel.money import Currency
    from domain.settlements.settlement import Settlement

STATEMENT_LINK_LASTS = timedelta(minutes=5)
# What is carried over is no line of a statement but its opening and its end.
STATED_KINDS: tuple[LineKind, ...] = tuple(kind for kind in LineKind if kind is not LineKind.CARRIED_OVER)
"""The kinds of a statement's lines, in its order."""


class StatementFormat(StrEnum):
    """What a statement is written as."""

    CSV = "CSV"
    """All of it, for programs and spreadsheets."""
    PDF = "PDF"
    """The sums and the first lines of each kind, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One posting to what a merchant is owed; positive is for the merchant. `reference` is the payment's, its own text.

    `entry_id` and `position` name the posting in the ledger.
    """

    entry_id: UUID
    position: int
    kind: LineKind
    amount_minor: int
    posted_at: datetime
    payment_id: UUID | None = None
    dispute_id: UUID | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All that a statement says beside its lines. None of it changes once the settlement is closed.

    `opening_minor` is what the settlement before could not pay, never above zero; `totals` are the sums of the lines by
    kind, and `line_count` says how many they are. `merchant_name` is the name at the closing.
    """

    settlement_id: UUID
    merchant_id: UUID
    merchant_name: str | None
    number: int
    currency: Currency
    period_start: datetime | None
    cut_off: datetime
    settles_on: date | None
    closed_at: datetime
    opening_minor: int
    totals: Mapping[LineKind, int]
    line_count: int
    net_minor: int

    def __post_init__(self) -> None:
        if self.opening_minor > 0 or self.net_minor != max(self.closing_minor, 0):
            message = f"the statement of settlement {self.settlement_id} does not add up"
            raise AssertionError(message)

    @property
    def closing_minor(self) -> int:
        """Opening and lines together: what is made available, or when below zero carried over."""
        return self.opening_minor + sum(self.totals.values())

    @property
    def carried_over_minor(self) -> int:
        """What the next settlement begins with, never above zero."""
        return min(self.closing_minor, 0)

    def file_name(self, kind: StatementFormat) -> str:
        """The name to save it under: `settlement-EUR-000042.pdf`."""
        return f"settlement-{self.currency.code}-{self.number:06}.{kind.lower()}"


def statement_of(settlement: Settlement) -> Statement | None:
    """The statement of a settlement; one that is open has none."""
    if settlement.closed_at is None or settlement.cut_off is None:
        return None
    totals = settlement.totals
    return Statement(
        settlement_id=settlement.id,
        merchant_id=settlement.merchant_id,
        merchant_name=settlement.merchant_name,
        number=settlement.number,
        currency=settlement.currency,
        period_start=settlement.period_start,
        cut_off=settlement.cut_off,
        settles_on=settlement.settles_on,
        closed_at=settlement.closed_at,
        opening_minor=totals.carried_in_minor,
        totals={
            LineKind.CAPTURE: totals.captures_minor,
            LineKind.REFUND: totals.refunds_minor,
            LineKind.FEE: totals.fees_minor,
            LineKind.DISPUTE: totals.disputes_minor,
            LineKind.DISPUTE_FEE: totals.dispute_fees_minor,
            LineKind.DISPUTE_REVERSAL: totals.dispute_reversals_minor,
            LineKind.RESERVE_HOLD: totals.reserve_held_minor,
            LineKind.RESERVE_RELEASE: totals.reserve_released_minor,
            LineKind.ADJUSTMENT: totals.adjustments_minor,
        },
        line_count=settlement.line_count - sum(map(bool, (totals.carried_in_minor, totals.carried_out_minor))),
        net_minor=totals.net_minor,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementExcerpt:
    """The first lines of one kind; `more` when there are others behind them."""

    kind: LineKind
    lines: Sequence[StatementLine]
    more: bool
