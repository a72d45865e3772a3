"""A fee plan with the moment from which it holds, and who wanted and approved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.party import Party
    from domain.merchants.fee_plan import FeePlan
    from domain.merchants.merchant import Merchant


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePlanVersion:
    """Never changed, so that what was posted by it can always be explained.

    From `effective_from` on it holds in the place of all versions with a smaller `number`, also of those that were to
    begin later. The first one is what the merchant was taken on with: it holds from the beginning, and nobody approved
    it. `operation_id` is the approved operation that made a later one.
    """

    merchant_id: UUID
    number: int
    plan: FeePlan
    effective_from: datetime
    reason: str | None = None
    operation_id: UUID | None = None
    requested_by: Party | None = None
    approved_by: Party | None = None
    created_at: datetime


def first_version(merchant: Merchant) -> FeePlanVersion:
    """The plan that a new merchant begins with."""
    return FeePlanVersion(
        merchant_id=merchant.id,
        number=1,
        plan=merchant.fee_plan,
        effective_from=merchant.created_at,
        created_at=merchant.created_at,
    )
