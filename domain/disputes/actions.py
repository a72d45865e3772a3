"""What may be done with a dispute or a warning now, by whom it is asked, and why not when it may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_policy import policy_for
from domain.disputes.errors import EvidenceEmpty
from domain.disputes.stage import DisputeStatus
from domain.identity.permission import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.disputes.dispute import Dispute
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from domain.identity.actor import Actor
    from domain.payments.payment import Payment


class DisputeAction(StrEnum):
    """A mutation on one dispute."""

    ACCEPT = "ACCEPT"
    STAGE_EVIDENCE = "STAGE_EVIDENCE"
    SUBMIT_EVIDENCE = "SUBMIT_EVIDENCE"
    ADD_NOTE = "ADD_NOTE"
    ASSIGN = "ASSIGN"
    RECORD_NOTICE = "RECORD_NOTICE"


class WarningAction(StrEnum):
    """A mutation on one early fraud warning."""

    PREVENT = "PREVENT"


PERMISSIONS: dict[DisputeAction | WarningAction, Permission] = {
    DisputeAction.ACCEPT: Permission.DISPUTES_WRITE,
    DisputeAction.STAGE_EVIDENCE: Permission.DISPUTES_WRITE,
    DisputeAction.SUBMIT_EVIDENCE: Permission.DISPUTES_WRITE,
    DisputeAction.ADD_NOTE: Permission.DISPUTES_WRITE,
    DisputeAction.ASSIGN: Permission.DISPUTES_WRITE,
    DisputeAction.RECORD_NOTICE: Permission.DISPUTES_MANAGE,
    WarningAction.PREVENT: Permission.REFUNDS_WRITE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableDisputeAction:
    """`reason` says why it is not allowed; `requires_approval` whether a second person has to approve it."""

    action: DisputeAction
    reason: str | None
    requires_approval: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on."""
        return self.reason is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableWarningAction:
    """As of a dispute."""

    action: WarningAction
    reason: str | None
    requires_approval: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on."""
        return self.reason is None


def available_dispute_actions(
    dispute: Dispute, actor: Actor, policies: Sequence[ApprovalPolicy]
) -> list[AvailableDisputeAction]:
    """All actions in a fixed order; the verbs refuse by the very same reasons. `policies` are its merchant's.

    Whether evidence is staged is what the status says: a file that is uploaded and not verified yet is part of it only
    once it is.
    """
    refusals = {
        DisputeAction.ACCEPT: dispute.accept_refusal(),
        DisputeAction.STAGE_EVIDENCE: dispute.answer_refusal(),
        DisputeAction.SUBMIT_EVIDENCE: dispute.answer_refusal() or _nothing_staged(dispute),
        DisputeAction.ADD_NOTE: None,
        DisputeAction.ASSIGN: None,
        DisputeAction.RECORD_NOTICE: None,
    }
    amount = dispute.money(dispute.amount_minor)
    actions: list[AvailableDisputeAction] = []
    for action, refusal in refusals.items():
        reason = refusal or _missing_permission(action, dispute, actor)
        wanted = action is DisputeAction.ACCEPT and reason is None
        approval = wanted and policy_for(policies, ApprovalAction.ACCEPT_DISPUTE, amount) is not None
        actions.append(AvailableDisputeAction(action=action, reason=reason, requires_approval=approval))
    return actions


def available_warning_actions(
    warning: EarlyFraudWarning, payment: Payment, actor: Actor, policies: Sequence[ApprovalPolicy]
) -> list[AvailableWarningAction]:
    """The same of a warning about a payment: to give back all that is left of it."""
    action = WarningAction.PREVENT
    reason = warning.refusal() or payment.refund_refusal() or _missing_permission(action, warning, actor)
    amount = payment.money(payment.refundable_minor)
    approval = reason is None and policy_for(policies, ApprovalAction.REFUND_PAYMENT, amount) is not None
    return [AvailableWarningAction(action=action, reason=reason, requires_approval=approval)]


def _nothing_staged(dispute: Dispute) -> str | None:
    return EvidenceEmpty().message if dispute.status is DisputeStatus.NEEDS_RESPONSE else None


def _missing_permission(
    action: DisputeAction | WarningAction, subject: Dispute | EarlyFraudWarning, actor: Actor
) -> str | None:
    permission = PERMISSIONS[action]
    # A network's word moves money of whichever merchant: who takes it down has to act for all of them.
    granted = (
        permission in actor.everywhere
        if action is DisputeAction.RECORD_NOTICE
        else actor.may(permission, subject.merchant_id)
    )
    return None if granted else f"You lack the permission {permission}."
