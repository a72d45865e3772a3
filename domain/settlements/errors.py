"""What can be wrong with settlements and their accounts, as facts."""

from __future__ import annotations

from domain.kernel.errors import Conflict


class SettlementStateForbids(Conflict):
    """The settlement is not in a state that allows this; the message says why and what would."""


class SettlementsHeld(Conflict):
    """The account is on hold already, or is not on hold."""


class AdjustmentStateForbids(Conflict):
    """The request for the adjustment is not in a state that allows this."""
