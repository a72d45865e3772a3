"""A refund gives captured money back, all of it or a part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.machine import advance

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money


class RefundStatus(StrEnum):
    """Whether the money is back with the customer."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


TRANSITIONS: dict[RefundStatus, frozenset[RefundStatus]] = {
    RefundStatus.PENDING: frozenset({RefundStatus.SUCCEEDED, RefundStatus.FAILED}),
    # The customer's bank can still send it back, days later.
    RefundStatus.SUCCEEDED: frozenset({RefundStatus.FAILED}),
    RefundStatus.FAILED: frozenset(),
}


class RefundReason(StrEnum):
    """Why the merchant gives money back."""

    CUSTOMER_REQUEST = "CUSTOMER_REQUEST"
    DUPLICATE = "DUPLICATE"
    FRAUDULENT = "FRAUDULENT"
    PRODUCT_NOT_RECEIVED = "PRODUCT_NOT_RECEIVED"
    DISPUTE_PREVENTION = "DISPUTE_PREVENTION"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """`failure_code` is the gateway's word.

    By the fee plan, `returned_fee_minor` is what it gave back of the capture's fee, and `fee_minor` what it cost
    itself. A refund that comes back has done neither: the fees go the way back with its money.
    """

    id: UUID
    merchant_id: UUID
    payment_id: UUID
    operation_id: UUID
    status: RefundStatus
    amount: Money
    reason: RefundReason
    failure_code: str | None = None
    returned_fee_minor: int = 0
    fee_minor: int = 0
    created_at: datetime

    def succeed(self, *, returned_fee_minor: int, fee_minor: int = 0) -> Refund:
        """The money is on its way back."""
        return replace(
            self,
            status=advance(TRANSITIONS, "refund", self.status, RefundStatus.SUCCEEDED),
            returned_fee_minor=returned_fee_minor,
            fee_minor=fee_minor,
        )

    def fail(self, failure_code: str | None) -> Refund:
        """It did not get there, or came back."""
        return replace(
            self,
            status=advance(TRANSITIONS, "refund", self.status, RefundStatus.FAILED),
            failure_code=failure_code,
            returned_fee_minor=0,
            fee_minor=0,
        )
