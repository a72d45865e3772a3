"""What one person is at one merchant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.permission import MerchantRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's role at a merchant; at most one for each pair of the two."""

    id: UUID
    merchant_id: UUID
    user_id: UUID
    role: MerchantRole
    created_at: datetime

    def become(self, role: MerchantRole) -> Membership:
        """The same membership in another role."""
        return replace(self, role=role)
