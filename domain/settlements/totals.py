"""What the lines of a settlement sum to, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from domain.settlements.line import LineKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.settlements.schedule import ReserveRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums of lines in minor units, with the lines' signs: what the merchant is owed is positive, so all add up.

    `carried_out_minor` is what the next settlement takes off again, `carried_in_minor` what this one takes off for the
    one before.
    """

    captures_minor: int = 0
    refunds_minor: int = 0
    fees_minor: int = 0
    disputes_minor: int = 0
    dispute_fees_minor: int = 0
    dispute_reversals_minor: int = 0
    reserve_held_minor: int = 0
    reserve_released_minor: int = 0
    adjustments_minor: int = 0
    carried_in_minor: int = 0
    carried_out_minor: int = 0

    @property
    def net_minor(self) -> int:
        """What becomes available; of a closed settlement never less than zero."""
        return sum(getattr(self, field.name) for field in fields(self))

    def conclude(self, carried_minor: int, reserve: ReserveRule) -> Totals:
        """What was gathered from the ledger, with what a closing adds to it.

        First what was carried over (zero or negative). Then the reserve: of what was captured, and no more than there
        is. Last, what is still negative goes to the next settlement.
        """
        before = self.net_minor + carried_minor
        held = min(reserve.held_of(self.captures_minor), max(0, before))
        return replace(
            self,
            carried_in_minor=carried_minor,
            reserve_held_minor=self.reserve_held_minor - held,
            carried_out_minor=max(0, -before),
        )


_FIELDS = {
    LineKind.CAPTURE: "captures_minor",
    LineKind.REFUND: "refunds_minor",
    LineKind.FEE: "fees_minor",
    LineKind.DISPUTE: "disputes_minor",
    LineKind.DISPUTE_FEE: "dispute_fees_minor",
    LineKind.DISPUTE_REVERSAL: "dispute_reversals_minor",
    LineKind.RESERVE_RELEASE: "reserve_released_minor",
    LineKind.ADJUSTMENT: "adjustments_minor",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What the ledger had for a settlement: the sums of its postings, and how many they were."""

    totals: Totals
    count: int


def gathered_of(sums: Mapping[str, tuple[int, int]]) -> Gathered:
    """From sum and count of each kind of line that the ledger's postings make."""
    totals = Totals(**{_FIELDS[LineKind(kind)]: minor for kind, (minor, _) in sums.items()})
    return Gathered(totals=totals, count=sum(lines for _, lines in sums.values()))
