"""What became of one stage of a dispute: the network's words and the merchant's answer to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from domain.disputes.stage import DisputeStage, DisputeStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRecord:
    """`*_minor` are of the payment's currency; withdrawn and reinstated are what has been posted for the stage.

    `submitted_at` is when evidence was handed in, `accepted_at` when the gateway took the merchant's acceptance.
    `overturned` is set once the network has decided anything but that the stage is lost.
    """

    stage: DisputeStage
    status: DisputeStatus
    amount_minor: int
    opened_at: datetime
    respond_by: datetime | None
    submitted_at: datetime | None = None
    accepted_at: datetime | None = None
    overturned: bool = False
    closed_at: datetime | None = None
    withdrawn_minor: int = 0
    reinstated_minor: int = 0
