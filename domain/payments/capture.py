"""A capture takes authorized money, all of it or a part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.kernel.machine import advance
from domain.payments.operation import TRANSITIONS, OperationStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """It goes through the states of its operation. `fee` is what the merchant paid for it, once it succeeded.

    A final capture releases at the gateway what it leaves over.
    """

    id: UUID
    merchant_id: UUID
    payment_id: UUID
    operation_id: UUID
    status: OperationStatus
    amount: Money
    final: bool
    fee_minor: int = 0
    created_at: datetime

    def move(self, status: OperationStatus, *, fee_minor: int = 0) -> Capture:
        """Follow the operation; to be in doubt again changes nothing."""
        if status is self.status:
            return self
        return replace(self, status=advance(TRANSITIONS, "capture", self.status, status), fee_minor=fee_minor)
