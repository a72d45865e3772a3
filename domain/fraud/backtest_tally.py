"""What a backtest has found so far; it grows no larger however many payments there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.payments.screening import ScreeningDecision

MOST_TOP_MATCHES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How many payments, and the sum of their amounts in minor units, by currency (ISO 4217)."""

    count: int = 0
    minor: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Volume) -> Volume:
        """Both together."""
        together = {code: self.minor.get(code, 0) + other.minor.get(code, 0) for code in {**self.minor, **other.minor}}
        return Volume(count=self.count + other.count, minor=together)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTally:
    """Of one rule: what it matched, how much of that was charged back, and on how many payments it failed."""

    rule_id: UUID
    version: int
    matched: Volume = Volume()
    charged_back: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopMatch:
    """One of the payments that the rules would have stopped or held: the largest first."""

    payment_id: UUID
    merchant_id: UUID
    created_at: datetime
    amount_minor: int
    currency: str
    decision: ScreeningDecision
    rule_ids: tuple[UUID, ...]
    charged_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestTally:
    """`would` is what the rules would have decided; `was` what was decided then, for payments that they flag.

    Flagged: would have been blocked or reviewed. Fraud: charged back later, or found to be fraud in review. `caught`
    are flagged fraud, `missed` fraud that is not flagged, `wrong` flagged payments that a review had cleared.
    """

    all: Volume = Volume()
    would: Mapping[ScreeningDecision, Volume] = field(default_factory=dict)
    was: Mapping[ScreeningDecision, int] = field(default_factory=dict)
    rules: tuple[RuleTally, ...] = ()
    flagged: int = 0
    caught: int = 0
    missed: int = 0
    wrong: int = 0
    chargebacks: int = 0
    top: tuple[TopMatch, ...] = ()

    @property
    def precision_basis_points(self) -> int | None:
        """Of ten thousand flagged payments, how many are fraud, rounded down; None when none is flagged."""
        return self.caught * 10_000 // self.flagged if self.flagged else None

    @property
    def recall_basis_points(self) -> int | None:
        """Of ten thousand fraudulent payments, how many are flagged, rounded down; None when there is none."""
        fraud = self.caught + self.missed
        return self.caught * 10_000 // fraud if fraud else None
