"""What is remembered of an access token: enough to revoke it, nothing to use it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """An issued token by its `jti` (RFC 9068)."""

    jti: UUID
    client_id: UUID
    merchant_id: UUID | None
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def live(self, now: datetime) -> bool:
        """Whether it neither expired nor was revoked."""
        return self.revoked_at is None and now < self.expires_at

    def revoke(self, now: datetime) -> AccessToken:
        """It is good for nothing from now on; revoking it again changes nothing (RFC 7009)."""
        return self if self.revoked_at is not None else replace(self, revoked_at=now)
