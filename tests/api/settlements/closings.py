"""Settlements of the graph's merchants: one after the other by the mutations, and many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from domain.kernel.ids import Prefix, format_id, new_uuid, split_id
from domain.settlements.open_settlements import OpenSettlements, open_settlements
from domain.settlements.release_reserves import ReleaseReserves, release_reserves
from tests.api.graph import SYSTEM
from tests.fakes.clock import SettableClock

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

CLOSED = """query($id: ID!) { settlement(id: $id) { id number status net { amount } lineCount
    lines(first: 100) { nodes { kind amount { amount } payment { id } dispute { id } ledgerEntry { id } } } } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closings:
    """By the mutations alone, but for the clock."""

    graph: Graph

    async def sold(self, actor: Actor | None = None, amount: str = "100.00", **more: Any) -> str:
        """The id of a payment that was captured at once; of it the blue merchant pays 1.5 percent and 25 cents."""
        given = {
            "idempotencyKey": uuid4().hex,
            "amount": {"amount": amount, "currency": "JPY" if actor is self.graph.rival else "EUR"},
            "captureMode": "AUTOMATIC",
            "paymentMethod": {"token": "tok_visa"},
        }
        return (await self.graph.change("createPayment", actor, **{**given, **more}))["payment"]["id"]

    async def refunded(self, payment: str, amount: str) -> None:
        """So much of it is given back."""
        given = {"idempotencyKey": uuid4().hex, "paymentId": payment, "amount": {"amount": amount, "currency": "EUR"}}
        answer = await self.graph.change("refundPayment", **given)
        assert answer["__typename"] == "RefundPaymentPayload", answer

    async def open(self) -> None:
        """What the job does: whoever was owed something has an account, and a settlement open."""
        await open_settlements(self.graph.assembly.settlements, SYSTEM, OpenSettlements())

    async def next(self, actor: Actor | None = None) -> str:
        """The id of the settlement that is closed next."""
        await self.open()
        merchant = self.graph.red if actor is self.graph.rival else self.graph.blue
        row = await self.graph.database.fetchrow(
            "SELECT id FROM settlements WHERE merchant_id = $1 AND status = 'OPEN' ORDER BY number LIMIT 1", merchant.id
        )
        assert row is not None
        return format_id(Prefix.SETTLEMENT, row["id"])

    async def close(self, actor: Actor | None = None, **more: Any) -> Json:
        """Staff close the next one."""
        given = {"idempotencyKey": uuid4().hex, "settlementId": await self.next(actor)}
        answer = await self.graph.change("closeSettlement", self.graph.staff, **{**given, **more})
        assert answer["__typename"] == "CloseSettlementPayload", answer
        return answer["settlement"]

    async def closed(self, actor: Actor | None = None, amount: str = "100.00", **more: Any) -> str:
        """The id of a settlement with one payment."""
        await self.sold(actor, amount, **more)
        return (await self.close(actor))["id"]

    async def read(self, settlement: str, actor: Actor | None = None) -> Json:
        """It with its lines."""
        return (await self.graph.run(CLOSED, {"id": settlement}, actor=actor))["settlement"]

    async def schedule(self, **more: Any) -> Json:
        """Staff set the blue merchant's schedule in euros: every business day, T+2, but for these values."""
        schedule = {"frequency": "DAILY", "delayDays": 2, "calendar": "TARGET2", **more}
        merchant = format_id(Prefix.MERCHANT, self.graph.blue.id)
        given = {"merchantId": merchant, "currency": "EUR", "schedule": schedule}
        return await self.graph.change("setSettlementSchedule", self.graph.staff, **given)

    async def adjusted(self, amount: str = "5.00", reason: str = "Goodwill") -> Json:
        """Staff ask for something, and somebody else has it done."""
        request = await self.asked(amount, reason)
        approver = replace(self.graph.staff, id=uuid4())
        answer = await self.graph.change("approveRequest", approver, approvalRequestId=request["id"])
        assert answer["approvalRequest"]["status"] == "SUCCEEDED", answer
        return answer["approvalRequest"]

    async def asked(self, amount: str = "5.00", reason: str = "Goodwill", key: str | None = None) -> Json:
        """The request for an adjustment."""
        given = {
            "idempotencyKey": key or uuid4().hex,
            "merchantId": format_id(Prefix.MERCHANT, self.graph.blue.id),
            "amount": {"amount": amount, "currency": "EUR"},
            "reason": reason,
        }
        answer = await self.graph.change("adjustSettlement", self.graph.staff, **given)
        assert answer["__typename"] == "ApprovalRequired", answer
        return answer["approvalRequest"]

    async def release_all(self) -> int:
        """What the job does in a year."""
        ports = self.graph.assembly.settlements
        later = SettableClock(ports.clock.now() + timedelta(days=366))
        return await release_reserves(replace(ports, clock=later), SYSTEM, ReleaseReserves())


def uuid_of(id_: str) -> UUID:
    """The value of an id."""
    return split_id(id_)[1]


def a_new_id() -> UUID:
    """An id of now."""
    return new_uuid(SettableClock().now())
