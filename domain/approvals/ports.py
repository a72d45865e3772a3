"""What approvals need of storage, and of the contexts above that do what was approved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.kernel.unit import Unit, Units

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_action import ApprovalAction
    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.identity.ports import Audit
    from domain.kernel.clock import Clock
    from domain.kernel.money import Currency


class ApprovalRequests(Protocol):
    """The requests that the unit's actor can see."""

    async def for_update(self, request_id: UUID) -> ApprovalRequest:
        """The request, locked until the unit ends; raise `NotFound`."""
        ...

    async def of_operation(self, operation_id: UUID) -> ApprovalRequest | None:
        """The request that the operation carries out, as it is; nothing when none does."""
        ...

    async def add(self, request: ApprovalRequest) -> ApprovalRequest:
        """A new one with its events; returned without them."""
        ...

    async def save(self, request: ApprovalRequest) -> ApprovalRequest:
        """A changed one with its events; returned without them. The version must be the one that was loaded."""
        ...

    async def overdue(self, at: datetime, limit: int) -> list[UUID]:
        """Requests that nobody decided in time, the oldest first."""
        ...

    async def lease_due(self, at: datetime, limit: int) -> list[ApprovalRequest]:
        """Approved requests that are due to be carried out, moved on so that nobody else does so at the same time."""
        ...


class ApprovalPolicies(Protocol):
    """The policies of those merchants, and the platform's."""

    async def lock(self, merchant_id: UUID) -> None:
        """Let nobody else change the policies of a merchant, or the platform's, until the unit ends.

        Raises `NotFound` for neither.
        """
        ...

    async def of(self, merchant_id: UUID, action: ApprovalAction) -> list[ApprovalPolicy]:
        """The merchant's or the platform's policies for an action, one at most for each currency."""
        ...

    async def put(self, policy: ApprovalPolicy) -> None:
        """Keep it, in the place of the one for the same action and currency."""
        ...

    async def remove(self, merchant_id: UUID, action: ApprovalAction, currency: Currency | None) -> None:
        """Forget the one for this action and currency, if there is one; no currency for an action without an amount."""
        ...


class ApprovalsUnit(Unit, Protocol):
    """One transaction over requests and policies."""

    @property
    def approvals(self) -> ApprovalRequests:
        """Requests."""
        ...

    @property
    def approval_policies(self) -> ApprovalPolicies:
        """Policies."""
        ...

    @property
    def audit(self) -> Audit:
        """The audit log."""
        ...


class ApprovedActions(Protocol):
    """Does what was approved: higher contexts know how."""

    async def perform(self, actor: Actor, request: ApprovalRequest) -> None:
        """Do it once, however often this is called; return when it is done.

        Raises `Unavailable` while that cannot be told, or cannot be done yet: it is asked again. Any other
        `DomainError` says that it cannot be done, and why.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPorts:
    """What the verbs of this context are given."""

    clock: Clock
    units: Units[Actor, ApprovalsUnit]
    actions: ApprovedActions
