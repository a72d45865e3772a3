"""From which amount on an action of a merchant needs a second person, and whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import MERCHANT_ROLES, STAFF_ROLES, Permission, StaffRole
from domain.kernel.errors import Invalid

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

    `role` is the role that has to approve; None: anybody who may decide there. Raises `Invalid` for a threshold below
    zero, and for a role that decides nothing.
    """

    merchant_id: UUID
    action: ApprovalAction
    threshold: Money
    role: Role | None = None

    def __post_init__(self) -> None:
        if self.threshold.minor < 0:
            raise Invalid(("threshold",), "A threshold is not less than zero; leave it out to ask for no approval.")
        if self.role is not None and self.role not in DECIDING_ROLES:
            raise Invalid(("role",), f"Nobody decides requests as {self.role}; name one of {_names()}.")

    @property
    def of_staff(self) -> bool:
        """Whether staff have to approve, so that the merchant's own people must not change it."""
        return isinstance(self.role, StaffRole)

    def asks(self, action: ApprovalAction, amount: Money) -> bool:
        """Whether it wants this approved."""
        same = self.action is action and self.threshold.currency == amount.currency
        return same and amount.minor >= self.threshold.minor


def policy_for(policies: Iterable[ApprovalPolicy], action: ApprovalAction, amount: Money) -> ApprovalPolicy | None:
    """The policy that wants this approved, if any does; of several the one for the largest amounts."""
    asking = (policy for policy in policies if policy.asks(action, amount))
    return max(asking, key=lambda policy: policy.threshold.minor, default=None)


def _names() -> str:
    return ", ".join(sorted(role.value for role in DECIDING_ROLES))
