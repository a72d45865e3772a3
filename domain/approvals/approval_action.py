"""What a merchant can want approved before it is done."""

from __future__ import annotations

from enum import StrEnum


class ApprovalAction(StrEnum):
    """Each is one mutation, which asks for approval instead of doing it."""

    REFUND_PAYMENT = "REFUND_PAYMENT"
    ACCEPT_DISPUTE = "ACCEPT_DISPUTE"
