"""Facts that keep somebody from deciding a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Conflict, Forbidden

if TYPE_CHECKING:
    from datetime import datetime

    from domain.identity.actor import Role


class ApproverIsRequester(Conflict):
    """Nobody decides what they asked for themselves."""

    def __init__(self) -> None:
        super().__init__("You asked for this yourself, so somebody else has to decide it; you can cancel it.")


class ApproverIsNoPerson(Conflict):
    """Neither programs nor jobs decide."""

    def __init__(self) -> None:
        super().__init__("Only people decide requests; sign in as a person to do so.")


class CancelerIsNotRequester(Conflict):
    """Only who asked takes it back."""

    def __init__(self, requester: str) -> None:
        super().__init__(f"Only {requester}, who asked for this, can cancel it; whoever may decide it can reject it.")


class RequestExpired(Conflict):
    """It was not decided in time."""

    def __init__(self, expires_at: datetime) -> None:
        super().__init__(f"This request expired at {expires_at.isoformat()}; ask for it anew.")


class ApproverLacksRole(Forbidden):
    """The policy names a role that the actor does not have there."""

    def __init__(self, role: Role) -> None:
        super().__init__(
            Permission.APPROVALS_DECIDE,
            f"The policy wants this approved by somebody with the role {role}, which you do not have here.",
        )


class StaffPolicy(Forbidden):
    """What staff have to approve, staff alone decide about."""

    def __init__(self) -> None:
        super().__init__(
            Permission.APPROVALS_WRITE,
            "This policy wants a role of the payments company; only its staff can set, change or remove it.",
        )
