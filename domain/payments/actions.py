"""What may be done with a payment now, by whom it is asked, and why not when it may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_policy import policy_for
from domain.identity.permission import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from domain.payments.payment import Payment


class PaymentAction(StrEnum):
    """A mutation on one payment."""

    CONFIRM = "CONFIRM"
    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REFUND = "REFUND"


PERMISSIONS: dict[PaymentAction, Permission] = {
    PaymentAction.CONFIRM: Permission.PAYMENTS_WRITE,
    PaymentAction.CAPTURE: Permission.PAYMENTS_WRITE,
    PaymentAction.VOID: Permission.PAYMENTS_WRITE,
    PaymentAction.REFUND: Permission.REFUNDS_WRITE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableAction:
    """`reason` says why it is not allowed; `max_amount` bounds it where it takes an amount.

    `requires_approval` says whether a second person has to approve it for that amount.
    """

    action: PaymentAction
    reason: str | None
    max_amount: Money | None = None
    requires_approval: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on."""
        return self.reason is None


def available_actions(payment: Payment, actor: Actor, policies: Sequence[ApprovalPolicy]) -> list[AvailableAction]:
    """All actions in a fixed order; the verbs refuse by the very same reasons. `policies` are those of its merchant."""
    refusals = {
        PaymentAction.CONFIRM: payment.confirm_refusal(),
        PaymentAction.CAPTURE: payment.capture_refusal(),
        PaymentAction.VOID: payment.void_refusal(),
        PaymentAction.REFUND: payment.refund_refusal(),
    }
    limits = {
        PaymentAction.CAPTURE: payment.money(payment.capturable_minor),
        PaymentAction.REFUND: payment.money(payment.refundable_minor),
    }
    actions: list[AvailableAction] = []
    for action, refusal in refusals.items():
        reason = refusal or _missing_permission(action, payment, actor)
        limit = None if reason else limits.get(action)
        approval = action is PaymentAction.REFUND and limit is not None and _wants_approval(limit, policies)
        actions.append(AvailableAction(action=action, reason=reason, max_amount=limit, requires_approval=approval))
    return actions


def _wants_approval(amount: Money, policies: Sequence[ApprovalPolicy]) -> bool:
    return policy_for(policies, ApprovalAction.REFUND_PAYMENT, amount) is not None


def _missing_permission(action: PaymentAction, payment: Payment, actor: Actor) -> str | None:
    permission = PERMISSIONS[action]
    return None if actor.may(permission, payment.merchant_id) else f"You lack the permission {permission}."
