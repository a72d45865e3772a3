"""What may be done with a reconciliation item now, and why not when it may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.reconciliation.reconciliation_item import ReconciliationItem


class ItemAction(StrEnum):
    """A mutation on one item."""

    MATCH = "MATCH"
    RESOLVE = "RESOLVE"
    ASSIGN = "ASSIGN"


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableItemAction:
    """`reason` says why it is not allowed."""

    action: ItemAction
    reason: str | None

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on."""
        return self.reason is None


def available_item_actions(item: ReconciliationItem, actor: Actor) -> list[AvailableItemAction]:
    """All actions in a fixed order; the verbs refuse by the very same reasons."""
    refusals = {
        ItemAction.MATCH: match_refusal(item),
        ItemAction.RESOLVE: resolve_refusal(item),
        ItemAction.ASSIGN: assign_refusal(item),
    }
    permission = Permission.RECONCILIATION_WRITE
    missing = None if actor.may(permission, PLATFORM) else f"You lack the permission {permission}."
    return [AvailableItemAction(action=action, reason=refusal or missing) for action, refusal in refusals.items()]


def match_refusal(item: ReconciliationItem) -> str | None:
    """Why it cannot be matched."""
    return _ended(item)


def resolve_refusal(item: ReconciliationItem) -> str | None:
    """Why it cannot be resolved."""
    return _ended(item)


def assign_refusal(item: ReconciliationItem) -> str | None:
    """Why it cannot be given to anybody."""
    return _ended(item)


def _ended(item: ReconciliationItem) -> str | None:
    return None if item.waiting else f"This item is {item.status}; nothing is left to do about it."
