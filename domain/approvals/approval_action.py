"""What a merchant, or the platform, can want approved before it is done."""

from __future__ import annotations

from enum import StrEnum


class ApprovalAction(StrEnum):
    """Each is one mutation, which asks for approval instead of doing it."""

    REFUND_PAYMENT = "REFUND_PAYMENT"
    ACCEPT_DISPUTE = "ACCEPT_DISPUTE"
    PUBLISH_FRAUD_RULE = "PUBLISH_FRAUD_RULE"
    """It has no amount, and is the only one that the platform can want approved too."""


WITHOUT_AMOUNT = frozenset({ApprovalAction.PUBLISH_FRAUD_RULE})
"""Actions of which a policy has no threshold: all of them need approval, or none."""
