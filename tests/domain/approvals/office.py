"""Requests at a desk in memory, and a stand-in for what is done once they are approved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.carry_out_requests import CarryOutRequests, carry_out_requests
from domain.approvals.party import party_of
from domain.approvals.ports import ApprovalPorts
from domain.identity.actor import system_actor
from tests.builders.approvals import an_approval_request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from tests.fakes.clock import SettableClock
    from tests.fakes.unit import MemoryUnits

JOBS = system_actor("jobs")


@dataclass(slots=True)
class StandInActions:
    """Satisfies `ApprovedActions`: does as it is told, and remembers by whom and for which request.

    `meanwhile` happens once, while the first of them is done.
    """

    meanwhile: Callable[[], Awaitable[None]] | None = None
    raises: list[BaseException | None] = field(default_factory=list)
    performed: list[tuple[Actor, ApprovalRequest]] = field(default_factory=list)

    async def perform(self, actor: Actor, request: ApprovalRequest) -> None:
        self.performed.append((actor, request))
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        error = self.raises.pop(0) if self.raises else None
        if error is not None:
            raise error


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One merchant with somebody who asks and somebody who decides."""

    merchant: Merchant
    units: MemoryUnits
    clock: SettableClock
    actions: StandInActions
    requester: Actor
    approver: Actor

    @property
    def ports(self) -> ApprovalPorts:
        return ApprovalPorts(clock=self.clock, units=self.units, actions=self.actions)

    @property
    def now(self) -> ApprovalRequest:
        """The only request, as it is committed."""
        (request,) = self.units.tables.approval_requests.values()
        return request

    def keep(self, **values: Any) -> ApprovalRequest:
        """Have a request of the requester."""
        given: dict[str, Any] = {"merchant_id": self.merchant.id, "requested_by": party_of(self.requester), **values}
        request = an_approval_request(**given)
        self.units.tables.approval_requests[request.id] = request
        return request

    def told(self) -> list[str]:
        """The names of all events and the actions of the audit log, in order."""
        tables = self.units.tables
        return [event.name for event in tables.events] + [record.action for record in tables.audit]

    async def approve(self, request: ApprovalRequest, actor: Actor | None = None) -> ApprovalRequest:
        return await approve_request(self.ports, actor or self.approver, ApproveRequest(request_id=request.id))

    async def carry_out(self, *, after_seconds: int = 0) -> int:
        self.clock.pass_by(after_seconds)
        return await carry_out_requests(self.ports, JOBS, CarryOutRequests())
