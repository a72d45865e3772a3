"""A person who can sign in, in one of the two realms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity.actor import Realm
from domain.kernel.errors import Invalid
from domain.kernel.machine import advance

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.permission import StaffRole


class UserStatus(StrEnum):
    """Whether the person may sign in."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


TRANSITIONS: dict[UserStatus, frozenset[UserStatus]] = {
    UserStatus.ACTIVE: frozenset({UserStatus.DISABLED}),
    UserStatus.DISABLED: frozenset({UserStatus.ACTIVE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person. `issuer` and `subject` are the identity, from the first sign-in on; the e-mail never is.

    `email` is one that the provider has verified, or unknown. `staff_roles` is what the provider's groups gave at the
    last sign-in; `granted_role` is what an invitation gave, and stays when the groups change.
    """

    id: UUID
    realm: Realm
    email: str | None
    name: str
    status: UserStatus
    created_at: datetime
    issuer: str | None = None
    subject: str | None = None
    staff_roles: frozenset[StaffRole] = frozenset()
    granted_role: StaffRole | None = None
    last_sign_in_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.issuer is None) != (self.subject is None):
            raise Invalid(("subject",), "An identity is an issuer and a subject, both or neither.")
        if self.realm is Realm.MERCHANT and (self.staff_roles or self.granted_role):
            raise Invalid(("staffRoles",), "Only staff have staff roles.")

    @property
    def linked(self) -> bool:
        """Whether an identity of a provider belongs to this person already."""
        return self.subject is not None

    @property
    def active(self) -> bool:
        """Whether the person may sign in and act."""
        return self.status is UserStatus.ACTIVE

    @property
    def roles(self) -> frozenset[StaffRole]:
        """All staff roles, from wherever they come."""
        return self.staff_roles if self.granted_role is None else self.staff_roles | {self.granted_role}

    def link(self, issuer: str, subject: str) -> User:
        """Bind the provider's identity, once; raise `Invalid` when another one is bound."""
        if self.linked and (self.issuer, self.subject) != (issuer, subject):
            raise Invalid(("subject",), "This person is linked to another identity.")
        return replace(self, issuer=issuer, subject=subject)

    def signed_in(
        self, at: datetime, *, name: str, email: str | None, staff_roles: frozenset[StaffRole] = frozenset()
    ) -> User:
        """What the provider says now replaces what it said before; an e-mail that it leaves out stays."""
        return replace(self, last_sign_in_at=at, name=name, email=email or self.email, staff_roles=staff_roles)

    def grant(self, role: StaffRole) -> User:
        """Give the role of a staff invitation."""
        return replace(self, granted_role=role)

    def disable(self) -> User:
        """Keep the person out; raise `TransitionNotAllowed` when it was out before."""
        return replace(self, status=advance(TRANSITIONS, "user", self.status, UserStatus.DISABLED))

    def enable(self) -> User:
        """Let the person in again; raise `TransitionNotAllowed` when it was in."""
        return replace(self, status=advance(TRANSITIONS, "user", self.status, UserStatus.ACTIVE))
