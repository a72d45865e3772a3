"""A notice as it is kept, with what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.notice import DisputeNotice


class NoticeState(StrEnum):
    """Whether a notice tells of a dispute."""

    APPLIED = "APPLIED"
    UNMATCHED = "UNMATCHED"
    """Its payment is not known, or was not known when it came."""
    REFUSED = "REFUSED"
    """It contradicts what is known, and is kept for staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNotice:
    """`refusal` is why it was refused. The ids are those of what it was matched to, as far as it was."""

    notice: DisputeNotice
    state: NoticeState
    refusal: str | None
    merchant_id: UUID | None
    payment_id: UUID | None
    dispute_id: UUID | None
