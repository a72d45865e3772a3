"""What a merchant does not fight about: disputes so small, or of such a kind, that they are accepted by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.category import DisputeCategory
    from domain.disputes.dispute import Dispute
    from domain.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputePolicy:
    """Chargebacks up to an amount are accepted, of these categories, or of any when there are none.

    Raises `Invalid` for an amount of nothing or less.
    """

    merchant_id: UUID
    accept_up_to: Money
    categories: frozenset[DisputeCategory]
    updated_at: datetime

    def __post_init__(self) -> None:
        if self.accept_up_to.minor <= 0:
            raise Invalid(("acceptUpTo", "amount"), "An amount must be more than zero; leave it out to accept nothing.")

    def accepts(self, dispute: Dispute) -> bool:
        """Whether the dispute is not worth an answer: a chargeback that nobody has begun to work on."""
        return (
            dispute.stage is DisputeStage.CHARGEBACK
            and dispute.status is DisputeStatus.NEEDS_RESPONSE
            and not dispute.response_pending
            and dispute.assignee_id is None
            and dispute.currency == self.accept_up_to.currency
            and dispute.amount_minor <= self.accept_up_to.minor
            and (not self.categories or dispute.category in self.categories)
        )
