"""What became of one stage of a dispute: the network's words and the merchant's answer to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from domain.disputes.stage import DisputeStage, DisputeStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRecord:
    """`*_minor` are of the payment's currency; withdrawn and reinstated are what has been posted for the stage."""

    stage: DisputeStage
    status: DisputeStatus
    amount_minor: int
    opened_at: datetime
    respond_by: datetime | None
    submitted_at: datetime | None = None
    closed_at: datetime | None = None
    withdrawn_minor: int = 0
    reinstated_minor: int = 0
