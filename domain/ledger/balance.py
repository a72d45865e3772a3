"""What a merchant is owed in one currency."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Credits less debits of the merchant's own accounts: positive is owed to the merchant, negative by it.

    `in_transit` is what payouts have taken from what was available, and no bank has confirmed yet.
    """

    pending: Money
    available: Money
    reserved: Money
    in_transit: Money

    @property
    def negative(self) -> Money:
        """What the merchant owes: how far pending and available are below zero together, else zero."""
        return Money(max(0, -(self.pending.minor + self.available.minor)), self.pending.currency)
