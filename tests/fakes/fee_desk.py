"""Whoever changes what a merchant pays, and whoever approves it, on units of any kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.approved_actions import ActionTable, approved_fee_plans
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.ports import ApprovalPorts
from domain.identity.permission import StaffRole
from domain.merchants.carry_out_fee_plan import CarryOutFeePlan, carry_out_fee_plan
from domain.merchants.change_fee_plan import ChangeFeePlan, change_fee_plan
from domain.merchants.charging import plan_at
from domain.merchants.ports import MerchantPorts
from tests.builders.identity import a_staff_actor
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.unit import PostgresUnits
    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.merchants.fee_plan import FeePlan
    from domain.merchants.fee_plan_version import FeePlanVersion
    from domain.merchants.merchant import Merchant
    from tests.fakes.unit import MemoryUnits


@dataclass(kw_only=True)
class FeeDesk:
    """Two people of finance operations, of whom one asks and the other approves."""

    units: MemoryUnits | PostgresUnits
    merchant: Merchant
    clock: SettableClock = field(default_factory=SettableClock)
    asker: Actor = field(default_factory=lambda: a_staff_actor(StaffRole.FINANCE_OPERATIONS))
    approver: Actor = field(default_factory=lambda: a_staff_actor(StaffRole.APPROVER))

    @property
    def ports(self) -> MerchantPorts:
        return MerchantPorts(clock=self.clock, units=self.units, gateway="simulator")

    @property
    def approvals(self) -> ApprovalPorts:
        actions = ActionTable(approved_fee_plans(self.ports))
        return ApprovalPorts(clock=self.clock, units=self.units, actions=actions)

    async def ask(
        self, plan: FeePlan, effective_from: datetime | None = None, actor: Actor | None = None
    ) -> ApprovalRequest:
        command = ChangeFeePlan(
            merchant_id=self.merchant.id, plan=plan, effective_from=effective_from, reason="As agreed in March"
        )
        return await change_fee_plan(self.ports, actor or self.asker, command)

    async def approve(self, request: ApprovalRequest, actor: Actor | None = None) -> ApprovalRequest:
        return await approve_request(self.approvals, actor or self.approver, ApproveRequest(request_id=request.id))

    async def change(self, plan: FeePlan, effective_from: datetime | None = None) -> ApprovalRequest:
        return await self.approve(await self.ask(plan, effective_from))

    async def carry_out(self, operation_id: UUID, actor: Actor | None = None) -> FeePlanVersion:
        return await carry_out_fee_plan(self.ports, actor or self.approver, CarryOutFeePlan(operation_id=operation_id))

    async def kept(self) -> Merchant:
        async with self.units.begin(JOBS, "test") as unit:
            return await unit.merchants.get(self.merchant.id)

    async def plan_at(self, moment: datetime) -> FeePlan:
        async with self.units.begin(JOBS, "test") as unit:
            return await plan_at(unit.fee_plans, await unit.merchants.get(self.merchant.id), moment)

    async def latest(self) -> int:
        async with self.units.begin(JOBS, "test") as unit:
            return await unit.fee_plans.latest(self.merchant.id)
