"""From which amount on an action needs a second person, and whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ALWAYS, PLATFORM_ACTIONS, WITHOUT_AMOUNT
from domain.identity.permission import MERCHANT_ROLES, STAFF_ROLES, Permission, StaffRole
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from domain.approvals.approval_action import ApprovalAction
    from domain.identity.actor import Role
    from domain.kernel.money import Money

DECIDING_ROLES: frozenset[Role] = frozenset(
    role
    for table in (STAFF_ROLES, MERCHANT_ROLES)
    for role, permissions in table.items()
    if Permission.APPROVALS_DECIDE in permissions
)
"""The roles that a policy can name: those that let somebody decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPolicy:
    """Amounts of at least `threshold`, in its currency, need approval; one for each action and currency of a merchant.

    An action that has no amount has no `threshold` and one policy, under which all of it needs approval. `merchant_id`
    may be `PLATFORM` for such an action. `role` is the role that has to approve; None: anybody who may decide there.

    Raises `Invalid` for an action that always needs approval, for a threshold below zero, too much or missing, for
    another action of the platform, and for a role that decides nothing there.
    """

    merchant_id: UUID
    action: ApprovalAction
    threshold: Money | None = None
    role: Role | None = None

    def __post_init__(self) -> None:
        ensure_optional(self.action)
        if (self.action in WITHOUT_AMOUNT) != (self.threshold is None):
            raise Invalid(("threshold",), f"{self.action} {_wanted(self.action)}.")
        if self.threshold is not None and self.threshold.minor < 0:
            raise Invalid(("threshold",), "A threshold is not less than zero; leave it out to ask for no approval.")
        if self.merchant_id == PLATFORM and self.action not in PLATFORM_ACTIONS:
            raise Invalid(("merchantId",), f"{self.action} is done for a merchant; say which one.")
        if self.role is not None and self.role not in DECIDING_ROLES:
            raise Invalid(("role",), f"Nobody decides requests as {self.role}; name one of {_names()}.")
        if self.merchant_id == PLATFORM and self.role is not None and not self.of_staff:
            raise Invalid(("role",), f"Staff decide what the platform does; {self.role} is a merchant's role.")

    @property
    def of_staff(self) -> bool:
        """Whether staff have to approve, so that the merchant's own people must not change it."""
        return isinstance(self.role, StaffRole)

    def asks(self, action: ApprovalAction, amount: Money | None) -> bool:
        """Whether it wants this approved."""
        if self.action is not action:
            return False
        if self.threshold is None or amount is None:
            return self.threshold is amount
        return self.threshold.currency == amount.currency and amount.minor >= self.threshold.minor


def ensure_optional(action: ApprovalAction) -> None:
    """Raise `Invalid` for an action that needs approval whatever anybody says."""
    if action in ALWAYS:
        raise Invalid(("action",), f"{action} always needs approval; there is nothing to set.")


def policy_for(
    policies: Iterable[ApprovalPolicy], action: ApprovalAction, amount: Money | None
) -> ApprovalPolicy | None:
    """The policy that wants this approved, if any does; of several the one for the largest amounts."""
    asking = (policy for policy in policies if policy.asks(action, amount))
    return max(asking, key=lambda policy: policy.threshold.minor if policy.threshold else 0, default=None)


def _names() -> str:
    return ", ".join(sorted(role.value for role in DECIDING_ROLES))


def _wanted(action: ApprovalAction) -> str:
    return "has no amount, so its policy has no threshold" if action in WITHOUT_AMOUNT else "needs a threshold"
