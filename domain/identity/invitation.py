"""An invitation waits for the person who proves to own its e-mail address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity.actor import Realm
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Invalid
from domain.kernel.machine import advance

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.permission import StaffRole


class InvitationStatus(StrEnum):
    """What became of it."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"


TRANSITIONS: dict[InvitationStatus, frozenset[InvitationStatus]] = {
    InvitationStatus.PENDING: frozenset(
        {InvitationStatus.ACCEPTED, InvitationStatus.REVOKED, InvitationStatus.EXPIRED}
    ),
    InvitationStatus.ACCEPTED: frozenset(),
    InvitationStatus.REVOKED: frozenset(),
    InvitationStatus.EXPIRED: frozenset(),
}

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An offer of one role to one e-mail address: at a merchant, or among the staff when `merchant_id` is None."""

    id: UUID
    merchant_id: UUID | None
    email: str
    role: MerchantRole | StaffRole
    status: InvitationStatus
    created_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        if (self.merchant_id is None) == isinstance(self.role, MerchantRole):
            raise Invalid(("role",), "A merchant's invitation offers a merchant's role, the staff's a staff role.")
        if self.expires_at <= self.created_at:
            raise Invalid(("expiresAt",), "An invitation expires after it was made.")

    @property
    def realm(self) -> Realm:
        """The realm that it lets a person into."""
        return Realm.STAFF if self.merchant_id is None else Realm.MERCHANT

    def open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.status is InvitationStatus.PENDING and now < self.expires_at

    def accept(self) -> Invitation:
        """The person came; raise `TransitionNotAllowed` when it was decided before."""
        return self._become(InvitationStatus.ACCEPTED)

    def revoke(self) -> Invitation:
        """Take the offer back; raise `TransitionNotAllowed` when it was decided before."""
        return self._become(InvitationStatus.REVOKED)

    def expire(self) -> Invitation:
        """Nobody came in time; raise `TransitionNotAllowed` when it was decided before."""
        return self._become(InvitationStatus.EXPIRED)

    def _become(self, status: InvitationStatus) -> Invitation:
        return replace(self, status=advance(TRANSITIONS, "invitation", self.status, status))
