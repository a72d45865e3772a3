"""What a merchant knows of a card that a disputed payment was made with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from datetime import date

    from domain.disputes.compelling_evidence import EarlierPayment, PaymentFacts
    from domain.disputes.dispute import Dispute


@dataclass(frozen=True, slots=True, kw_only=True)
class CardHistory:
    """The disputed payment, and others with the same card before it."""

    disputed: PaymentFacts
    earlier: tuple[EarlierPayment, ...]


def disputed_on(dispute: Dispute) -> date:
    """The dispute's date, in UTC, by which Visa dates: that of the chargeback, or of the case while there is none."""
    opened = [record.opened_at for record in dispute.stages if record.stage is DisputeStage.CHARGEBACK]
    return (opened[0] if opened else dispute.opened_at).astimezone(UTC).date()
