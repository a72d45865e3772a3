"""An early fraud warning: an issuer calls a payment fraud before anybody disputes it (Visa TC40, Mastercard SAFE)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.disputes.events import DisputeEvent, WarningEventType
from domain.disputes.notice import LONGEST_REFERENCE
from domain.kernel.errors import Conflict, Invalid
from domain.kernel.machine import advance
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.network import Network
    from domain.kernel.money import Money


class FraudType(StrEnum):
    """How the card was misused, in one vocabulary for TC40 and SAFE."""

    CARD_NOT_PRESENT = "CARD_NOT_PRESENT"
    STOLEN_CARD = "STOLEN_CARD"
    LOST_CARD = "LOST_CARD"
    COUNTERFEIT = "COUNTERFEIT"
    ACCOUNT_TAKEOVER = "ACCOUNT_TAKEOVER"
    NEVER_RECEIVED = "NEVER_RECEIVED"
    OTHER = "OTHER"


class WarningStatus(StrEnum):
    """What became of a warning."""

    OPEN = "OPEN"
    """A refund would still keep the payment from being disputed."""
    REFUNDED = "REFUNDED"
    """The payment was refunded before anybody disputed it."""
    DISPUTED = "DISPUTED"
    """It came to a dispute."""


TRANSITIONS: dict[WarningStatus, frozenset[WarningStatus]] = {
    WarningStatus.OPEN: frozenset({WarningStatus.REFUNDED, WarningStatus.DISPUTED}),
    # A refund does not keep every issuer from disputing.
    WarningStatus.REFUNDED: frozenset({WarningStatus.DISPUTED}),
    WarningStatus.DISPUTED: frozenset(),
}


class WarningNotActionable(Conflict):
    """There is nothing left that a refund could prevent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningNotice:
    """A gateway's word of a warning. `notice_id` is the gateway's: the same id is the same warning."""

    gateway: str
    notice_id: str
    payment_reference: str
    network: Network
    fraud_type: FraudType
    amount: Money
    reported_at: datetime

    def __post_init__(self) -> None:
        clean_text(self.notice_id, ("noticeId",), longest=LONGEST_REFERENCE)
        clean_text(self.payment_reference, ("paymentReference",), longest=LONGEST_REFERENCE)
        if self.amount.minor <= 0:
            raise Invalid(("amount", "amount"), "The reported amount must be more than zero.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyFraudWarning:
    """A warning about one payment; `refund_id` is the refund that answered it."""

    id: UUID
    merchant_id: UUID
    payment_id: UUID
    gateway: str
    notice_id: str
    network: Network
    fraud_type: FraudType
    amount: Money
    status: WarningStatus
    refund_id: UUID | None = None
    reported_at: datetime
    created_at: datetime
    updated_at: datetime
    version: int = 1
    events: tuple[DisputeEvent, ...] = field(default=())

    def refusal(self) -> str | None:
        """Why a refund prevents nothing any more; nothing when it may."""
        if self.status is WarningStatus.OPEN:
            return None
        if self.status is WarningStatus.REFUNDED:
            return "The payment was refunded for this warning already."
        return "The payment is disputed; answer the dispute instead."

    def ensure_actionable(self) -> None:
        """Raise `WarningNotActionable` when a refund would prevent nothing."""
        if (refusal := self.refusal()) is not None:
            raise WarningNotActionable(refusal)

    def refunded(self, refund_id: UUID, at: datetime) -> EarlyFraudWarning:
        """The payment was refunded because of it."""
        return self._move(WarningStatus.REFUNDED, at, {"refund_id": str(refund_id)}, refund_id=refund_id)

    def disputed(self, dispute_id: UUID, at: datetime) -> EarlyFraudWarning:
        """It came to a dispute all the same; a second dispute changes nothing."""
        if self.status is WarningStatus.DISPUTED:
            return self
        return self._move(WarningStatus.DISPUTED, at, {"dispute_id": str(dispute_id)})

    def _move(
        self, status: WarningStatus, at: datetime, data: dict[str, str], refund_id: UUID | None = None
    ) -> EarlyFraudWarning:
        return replace(
            self,
            status=advance(TRANSITIONS, "warning", self.status, status),
            refund_id=refund_id or self.refund_id,
            updated_at=at,
            version=self.version + 1,
            events=(
                *self.events,
                DisputeEvent(type=WarningEventType.UPDATED, occurred_at=at, data={"status": status.value, **data}),
            ),
        )


def new_warning(
    notice: WarningNotice, warning_id: UUID, merchant_id: UUID, payment_id: UUID, at: datetime
) -> EarlyFraudWarning:
    """A warning that has just come."""
    event = DisputeEvent(
        type=WarningEventType.CREATED,
        occurred_at=at,
        data={
            "payment_id": str(payment_id),
            "amount_minor": notice.amount.minor,
            "currency": notice.amount.currency.code,
            "fraud_type": notice.fraud_type.value,
        },
    )
    return EarlyFraudWarning(
        id=warning_id,
        merchant_id=merchant_id,
        payment_id=payment_id,
        gateway=notice.gateway,
        notice_id=notice.notice_id,
        network=notice.network,
        fraud_type=notice.fraud_type,
        amount=notice.amount,
        status=WarningStatus.OPEN,
        reported_at=notice.reported_at,
        created_at=at,
        updated_at=at,
        events=(event,),
    )
