"""What may be done with a bank account now, by whom it is asked, and why not when it may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity.actor import Realm
from domain.identity.permission import Permission
from domain.settlements.bank_account_errors import VerifierIsNoStaff, VerifierIsRequester

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.settlements.bank_account import BankAccount


class BankAccountAction(StrEnum):
    """A mutation on one bank account."""

    VERIFY = "VERIFY"
    REMOVE = "REMOVE"
    REVEAL = "REVEAL"


PERMISSIONS: dict[BankAccountAction, Permission] = {
    BankAccountAction.VERIFY: Permission.BANK_ACCOUNTS_WRITE,
    BankAccountAction.REMOVE: Permission.BANK_ACCOUNTS_WRITE,
    BankAccountAction.REVEAL: Permission.BANK_ACCOUNTS_REVEAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableBankAccountAction:
    """`reason` says why it is not allowed; `requires_approval` whether a second person has to approve it."""

    action: BankAccountAction
    reason: str | None
    requires_approval: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on."""
        return self.reason is None


def available_bank_account_actions(account: BankAccount, actor: Actor) -> list[AvailableBankAccountAction]:
    """All actions in a fixed order; the verbs refuse by the very same reasons."""
    refusals = {
        BankAccountAction.VERIFY: account.verify_refusal() or _verifier_refusal(account, actor),
        BankAccountAction.REMOVE: account.remove_refusal(),
        BankAccountAction.REVEAL: None,
    }
    actions: list[AvailableBankAccountAction] = []
    for action, refusal in refusals.items():
        reason = refusal or _missing_permission(action, account, actor)
        approval = action is BankAccountAction.REMOVE and reason is None and not account.under_way
        actions.append(AvailableBankAccountAction(action=action, reason=reason, requires_approval=approval))
    return actions


def _verifier_refusal(account: BankAccount, actor: Actor) -> str | None:
    if actor.realm is not Realm.STAFF:
        return VerifierIsNoStaff().message
    return VerifierIsRequester().message if account.requested_by.is_same(actor) else None


def _missing_permission(action: BankAccountAction, account: BankAccount, actor: Actor) -> str | None:
    permission = PERMISSIONS[action]
    return None if actor.may(permission, account.merchant_id) else f"You lack the permission {permission}."
