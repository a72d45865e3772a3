"""What a merchant, or the platform, can want approved before it is done."""

from __future__ import annotations

from enum import StrEnum


class ApprovalAction(StrEnum):
    """Each is one mutation, which asks for approval instead of doing it."""

    REFUND_PAYMENT = "REFUND_PAYMENT"
    ACCEPT_DISPUTE = "ACCEPT_DISPUTE"
    PUBLISH_FRAUD_RULE = "PUBLISH_FRAUD_RULE"
    """It has no amount, and is the only one whose approval the platform can choose to want."""
    CHANGE_FEE_PLAN = "CHANGE_FEE_PLAN"
    CHANGE_BANK_ACCOUNT = "CHANGE_BANK_ACCOUNT"
    ADJUST_SETTLEMENT = "ADJUST_SETTLEMENT"
    SET_PAYOUT_POLICY = "SET_PAYOUT_POLICY"
    """It is the platform's: from which amount on a payout waits for a second person."""


WITHOUT_AMOUNT = frozenset(
    {
        ApprovalAction.PUBLISH_FRAUD_RULE,
        ApprovalAction.CHANGE_FEE_PLAN,
        ApprovalAction.CHANGE_BANK_ACCOUNT,
        ApprovalAction.SET_PAYOUT_POLICY,
    }
)
"""Actions of which a policy has no threshold: all of them need approval, or none."""
ALWAYS = frozenset(
    {
        ApprovalAction.CHANGE_FEE_PLAN,
        ApprovalAction.CHANGE_BANK_ACCOUNT,
        ApprovalAction.ADJUST_SETTLEMENT,
        ApprovalAction.SET_PAYOUT_POLICY,
    }
)
"""Actions that need approval whatever the policies say: no policy can be made for them."""
PLATFORM_ACTIONS = frozenset({ApprovalAction.PUBLISH_FRAUD_RULE, ApprovalAction.SET_PAYOUT_POLICY})
"""Actions that concern all merchants at once, or can."""
