"""What may be done with settlements and their accounts now, and why not when it may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.settlements.settlement import SettlementStatus

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.settlement import Settlement
    from domain.settlements.settlement_account import SettlementAccount


class SettlementAction(StrEnum):
    """A mutation on one settlement."""

    CLOSE = "CLOSE"


class SettlementAccountAction(StrEnum):
    """A mutation on one account."""

    SET_SCHEDULE = "SET_SCHEDULE"
    HOLD = "HOLD"
    RELEASE = "RELEASE"
    ADJUST = "ADJUST"


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableSettlementAction:
    """`reason` says why it is not allowed."""

    action: SettlementAction
    reason: str | None

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on."""
        return self.reason is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableAccountAction:
    """The same of an account; `requires_approval` when a second person has to approve it first."""

    action: SettlementAccountAction
    reason: str | None
    requires_approval: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on."""
        return self.reason is None


def available_settlement_actions(
    settlement: Settlement, first_open: Settlement | None, actor: Actor
) -> list[AvailableSettlementAction]:
    """All actions in a fixed order; `first_open` is the settlement of the account that has to be closed first."""
    refusal = earlier_is_open(settlement, first_open)
    if settlement.status is not SettlementStatus.OPEN:
        refusal = "It is closed already."
    reason = refusal or _missing_permission(actor, settlement.merchant_id)
    return [AvailableSettlementAction(action=SettlementAction.CLOSE, reason=reason)]


def available_account_actions(account: SettlementAccount, actor: Actor) -> list[AvailableAccountAction]:
    """All actions in a fixed order; the verbs refuse by the very same reasons."""
    missing = _missing_permission(actor, account.merchant_id)
    refusals = {
        SettlementAccountAction.SET_SCHEDULE: None,
        SettlementAccountAction.HOLD: account.hold_refusal(),
        SettlementAccountAction.RELEASE: account.release_refusal(),
        SettlementAccountAction.ADJUST: None,
    }
    return [
        AvailableAccountAction(
            action=action,
            reason=refusal or missing,
            requires_approval=action is SettlementAccountAction.ADJUST,
        )
        for action, refusal in refusals.items()
    ]


def earlier_is_open(settlement: Settlement, first_open: Settlement | None) -> str | None:
    """Why one cannot be closed before another of its account, if so."""
    if first_open is None or first_open.number >= settlement.number:
        return None
    return f"Settlement {first_open.number} of this account is still open; close the earlier ones first."


def _missing_permission(actor: Actor, merchant_id: UUID) -> str | None:
    needed = Permission.SETTLEMENTS_WRITE
    return None if actor.may(needed, merchant_id) else f"You lack the permission {needed}."
