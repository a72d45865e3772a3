"""One merchant that is settled: the verbs of settlements on some units and a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from adapters.banks.business_days import HolidayCalendars
from app.approved_actions import ActionTable, approved_adjustments
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.ports import ApprovalPorts
from domain.identity.permission import StaffRole
from domain.ledger.entry import EntryKind
from domain.settlements.adjust_settlement import AdjustSettlement, adjust_settlement
from domain.settlements.close_due_settlements import CloseDueSettlements, close_due_settlements
from domain.settlements.close_settlement import CloseSettlement, close_settlement
from domain.settlements.hold_settlements import HoldSettlements, hold_settlements
from domain.settlements.open_settlements import OpenSettlements, open_settlements
from domain.settlements.ports import SettlementPorts
from domain.settlements.release_reserves import ReleaseReserves, release_reserves
from domain.settlements.release_settlements import ReleaseSettlements, release_settlements
from domain.settlements.set_schedule import SetSchedule, set_schedule
from tests.builders.identity import a_staff_actor
from tests.builders.money import EUR, eur
from tests.builders.settlements import a_posting, a_schedule
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.postgres.unit import PostgresUnits
    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.kernel.money import Currency, Money
    from domain.ledger.entry import Entry
    from domain.merchants.merchant import Merchant
    from domain.settlements.settlement import Settlement
    from domain.settlements.settlement_account import SettlementAccount
    from tests.fakes.clock import SettableClock
    from tests.fakes.unit import MemoryUnits


class SettlementDesk:
    """Every request has a key of its own unless one is given."""

    def __init__(self, units: MemoryUnits | PostgresUnits, merchant: Merchant, clock: SettableClock) -> None:
        self.units = units
        self.merchant = merchant
        self.clock = clock
        self.actor = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
        self.approver = a_staff_actor(StaffRole.ADMIN)
        self.ports = SettlementPorts(clock=clock, units=units, business_days=HolidayCalendars())
        self.approvals = ApprovalPorts(clock=clock, units=units, actions=ActionTable(approved_adjustments(self.ports)))

    async def post(self, *entries: Entry) -> None:
        """Commit these entries."""
        async with self.units.begin(JOBS, "desk") as unit:
            await unit.ledger.post(entries)
            await unit.commit()

    async def capture(self, amount: Money | None = None, at: datetime | None = None, **more: Any) -> Entry:
        """100 euros are owed to the merchant."""
        return await self._posted(EntryKind.CAPTURE, amount or eur(100), at, **more)

    async def refund(self, amount: Money, at: datetime | None = None, **more: Any) -> Entry:
        """The merchant owes an amount."""
        return await self._posted(EntryKind.REFUND, type(amount)(-amount.minor, amount.currency), at, **more)

    async def _posted(self, kind: EntryKind, amount: Money, at: datetime | None, **more: Any) -> Entry:
        entry = a_posting(self.merchant.id, kind, amount, at or self.clock.now(), **more)
        await self.post(entry)
        return entry

    async def open(self, limit: int = 100) -> int:
        """The clock opens."""
        return await open_settlements(self.ports, JOBS, OpenSettlements(limit=limit))

    async def close_due(self, limit: int = 50) -> int:
        """The clock closes."""
        return await close_due_settlements(self.ports, JOBS, CloseDueSettlements(limit=limit))

    async def release_due(self, limit: int = 100) -> int:
        """The clock releases reserves."""
        return await release_reserves(self.ports, JOBS, ReleaseReserves(limit=limit))

    async def run(self, at: datetime) -> None:
        """The clock is at a moment, and has done all that it has to by then."""
        self.clock.at = at
        await self.open()
        await self.release_due()
        while await self.close_due():
            pass

    async def close(self, settlement: Settlement, actor: Actor | None = None, **more: Any) -> Settlement:
        """Staff close."""
        values: dict[str, Any] = {"idempotency_key": f"close-{uuid4()}", "settlement_id": settlement.id}
        done = await close_settlement(self.ports, actor or self.actor, CloseSettlement(**{**values, **more}))
        return done.settlement

    async def set_schedule(self, actor: Actor | None = None, **values: Any) -> SettlementAccount:
        """Another schedule, which is the usual one but for these values."""
        schedule = a_schedule(**values)
        command = SetSchedule(
            merchant_id=self.merchant.id, currency=schedule.minimum_payout.currency, schedule=schedule
        )
        return await set_schedule(self.ports, actor or self.actor, command)

    async def hold(self, reason: str = "Audit", actor: Actor | None = None) -> SettlementAccount:
        """Staff say no."""
        command = HoldSettlements(merchant_id=self.merchant.id, currency=EUR, reason=reason)
        return await hold_settlements(self.ports, actor or self.actor, command)

    async def release(self, reason: str = "Audited", actor: Actor | None = None) -> SettlementAccount:
        """Staff say yes again."""
        command = ReleaseSettlements(merchant_id=self.merchant.id, currency=EUR, reason=reason)
        return await release_settlements(self.ports, actor or self.actor, command)

    async def ask_to_adjust(self, amount: Money, actor: Actor | None = None, **more: Any) -> ApprovalRequest:
        """Staff want to give or take something."""
        values: dict[str, Any] = {
            "idempotency_key": f"adjust-{uuid4()}",
            "merchant_id": self.merchant.id,
            "amount": amount,
            "reason": "Goodwill",
        }
        return await adjust_settlement(self.ports, actor or self.actor, AdjustSettlement(**{**values, **more}))

    async def approve(self, request: ApprovalRequest, actor: Actor | None = None) -> ApprovalRequest:
        """Somebody else says yes."""
        return await approve_request(self.approvals, actor or self.approver, ApproveRequest(request_id=request.id))

    async def adjust(self, amount: Money) -> ApprovalRequest:
        """The same at once."""
        return await self.approve(await self.ask_to_adjust(amount))

    async def account(self, currency: Currency = EUR) -> SettlementAccount:
        """The account as it is."""
        async with self.units.begin(JOBS, "desk") as unit:
            return await unit.settlement_accounts.for_update(self.merchant.id, currency)

    async def oldest(self, currency: Currency = EUR) -> Settlement:
        """The open settlement that has to be closed first."""
        async with self.units.begin(JOBS, "desk") as unit:
            found = await unit.settlements.oldest_open(self.merchant.id, currency)
        assert found is not None
        return found

    async def newest(self, currency: Currency = EUR) -> Settlement:
        """The settlement of the highest number."""
        async with self.units.begin(JOBS, "desk") as unit:
            found = await unit.settlements.newest(self.merchant.id, currency)
        assert found is not None
        return found

    async def get(self, settlement: Settlement) -> Settlement:
        """One as it is."""
        async with self.units.begin(JOBS, "desk") as unit:
            return await unit.settlements.get(settlement.id)
