"""What the next settlement would hold if it were closed now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from domain.settlements.settlement import Settlement
    from domain.settlements.settlement_account import SettlementAccount
    from domain.settlements.totals import Gathered, Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementPreview:
    """`settlement` is the open one that is closed next, `cut_off` its cut-off, or now while that is still to come.

    `totals` are what a closing would write: with what is carried over, and less the reserve. `line_count` counts the
    lines that there would be.
    """

    account: SettlementAccount
    settlement: Settlement
    cut_off: datetime
    totals: Totals
    line_count: int

    @property
    def net(self) -> Money:
        """What would become available."""
        return Money(self.totals.net_minor, self.account.currency)


def preview_of(
    account: SettlementAccount, settlement: Settlement, cut_off: datetime, gathered: Gathered
) -> SettlementPreview:
    """From what the ledger has by now, by the same arithmetic as a closing's."""
    totals = gathered.totals.conclude(account.carried_minor, account.schedule.reserve)
    added = sum(map(bool, (totals.carried_in_minor, totals.carried_out_minor, totals.reserve_held_minor)))
    return SettlementPreview(
        account=account, settlement=settlement, cut_off=cut_off, totals=totals, line_count=gathered.count + added
    )
