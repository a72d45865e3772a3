"""What the graph needs to read of approvals; PostgreSQL satisfies it. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.filter import ApprovalRequestFilter
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice


class ApprovalReads(Protocol):
    """The read side of approvals."""

    async def search(self, scope: Scope, wanted: ApprovalRequestFilter, request: PageRequest) -> Slice[ApprovalRequest]:
        """One page of requests, newest first."""
        ...

    def cursor(self, request: ApprovalRequest) -> str:
        """Where a request stands in a list."""
        ...

    async def requests(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, ApprovalRequest]:
        """Requests by id."""
        ...

    async def policies(self, scope: Scope, merchant_ids: Collection[UUID]) -> dict[UUID, list[ApprovalPolicy]]:
        """Each merchant's policies; a merchant without one may be missing."""
        ...
