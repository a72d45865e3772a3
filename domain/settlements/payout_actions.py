"""What may be done with a payout now, by whom it is asked, and why not when it may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.errors import DomainError

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.settlements.payout import Payout


class PayoutAction(StrEnum):
    """A mutation on one payout."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    CANCEL = "CANCEL"
    HOLD = "HOLD"
    RELEASE = "RELEASE"


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailablePayoutAction:
    """`reason` says why it is not allowed."""

    action: PayoutAction
    reason: str | None

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on, as far as the payout itself knows: balances are asked when it is."""
        return self.reason is None


def available_payout_actions(payout: Payout, actor: Actor) -> list[AvailablePayoutAction]:
    """All actions in a fixed order; the verbs refuse by the very same reasons."""
    return [AvailablePayoutAction(action=action, reason=_refusal(action, payout, actor)) for action in PayoutAction]


def _refusal(action: PayoutAction, payout: Payout, actor: Actor) -> str | None:
    # A payout is a value: what tries a transition changes nothing, and hears what the verb would hear.
    at = payout.updated_at
    tries = {
        PayoutAction.APPROVE: lambda: payout.approve(actor, at),
        PayoutAction.REJECT: lambda: payout.reject(actor, "-", at),
        PayoutAction.CANCEL: lambda: payout.cancel(actor, "-", at),
        PayoutAction.HOLD: lambda: payout.hold(actor, "-", at),
        PayoutAction.RELEASE: lambda: payout.release(actor, at),
    }
    try:
        tries[action]()
    except DomainError as error:
        return error.message
    return None
