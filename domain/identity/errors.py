"""Facts that refuse a person or a machine."""

from __future__ import annotations

from enum import StrEnum

from domain.kernel.errors import Conflict, DomainError


class Refusal(StrEnum):
    """Why a sign-in was refused, for the audit log and the page."""

    NOT_INVITED = "NOT_INVITED"
    EMAIL_NOT_VERIFIED = "EMAIL_NOT_VERIFIED"
    EMAIL_TAKEN = "EMAIL_TAKEN"
    NO_STAFF_ROLE = "NO_STAFF_ROLE"
    DISABLED = "DISABLED"


ADVICE: dict[Refusal, str] = {
    Refusal.NOT_INVITED: "Nobody has invited you, or the invitation has expired. Ask an owner of your account.",
    Refusal.EMAIL_NOT_VERIFIED: "Your e-mail address is not verified. Verify it where you sign in, then try again.",
    Refusal.EMAIL_TAKEN: "This e-mail address belongs to an account with another identity. Ask an administrator.",
    Refusal.NO_STAFF_ROLE: "None of your groups has a role here. Ask an administrator to add you to one.",
    Refusal.DISABLED: "Your account is disabled. Ask an administrator.",
}


class SignInRefused(DomainError):
    """The provider vouched for the person, and we still do not let it in."""

    code = "SIGN_IN_REFUSED"

    def __init__(self, reason: Refusal) -> None:
        super().__init__(ADVICE[reason])
        self.reason = reason


class AlreadyInvited(Conflict):
    """An invitation of the same address to the same place is still open."""


class AlreadyMember(Conflict):
    """The person belongs to the merchant already."""
