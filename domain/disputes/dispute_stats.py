"""How many disputes stand where, and what was won of those that were decided."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from domain.disputes.category import DisputeCategory
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.kernel.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """So many disputes of one kind, and what they dispute together."""

    stage: DisputeStage
    status: DisputeStatus
    category: DisputeCategory
    count: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCount:
    """The disputes of one stage in one status; `amounts` is one sum for each currency, by its code."""

    stage: DisputeStage
    status: DisputeStatus
    count: int
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WinRate:
    """What networks decided about the disputes of one category. What was conceded or withdrawn they did not decide."""

    category: DisputeCategory
    won: int
    lost: int

    @property
    def rate(self) -> Decimal | None:
        """The share that was won, to four digits, rounded half-even; nothing while none is decided."""
        decided = self.won + self.lost
        return (Decimal(self.won) / decided).quantize(_DIGITS, rounding=ROUND_HALF_EVEN) if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeStats:
    """By stage and status, as far as there are any; a win rate for every category that there are disputes of."""

    by_status: tuple[StatusCount, ...]
    win_rates: tuple[WinRate, ...]


def dispute_stats(tallies: Iterable[Tally]) -> DisputeStats:
    """All tallies taken together, in the order of stages, statuses and categories."""
    counts: defaultdict[tuple[DisputeStage, DisputeStatus], int] = defaultdict(int)
    sums: defaultdict[tuple[DisputeStage, DisputeStatus], defaultdict[Currency, int]]
    sums = defaultdict(lambda: defaultdict(int))
    decided: defaultdict[tuple[DisputeCategory, DisputeStatus], int] = defaultdict(int)
    for tally in tallies:
        counts[tally.stage, tally.status] += tally.count
        sums[tally.stage, tally.status][tally.amount.currency] += tally.amount.minor
        decided[tally.category, tally.status] += tally.count
    present = {category for category, _ in decided}
    return DisputeStats(
        by_status=tuple(
            StatusCount(stage=stage, status=status, count=counts[stage, status], amounts=_by_code(sums[stage, status]))
            for stage in DisputeStage
            for status in DisputeStatus
            if (stage, status) in counts
        ),
        win_rates=tuple(
            WinRate(
                category=category,
                won=decided[category, DisputeStatus.WON],
                lost=decided[category, DisputeStatus.LOST],
            )
            for category in DisputeCategory
            if category in present
        ),
    )


def _by_code(sums: dict[Currency, int]) -> tuple[Money, ...]:
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items(), key=lambda item: item[0].code))
