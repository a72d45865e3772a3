"""An installation reduced to what moves money: PostgreSQL, the gateway simulator, the verbs."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg
import httpx2

from adapters.gateways.registry import GatewayRegistry
from adapters.gateways.simulator import SimulatorGateway
from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from app.approved_actions import ActionTable, approved_refunds
from app.settings import load_settings
from app.verify import verified
from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_policy import ApprovalPolicy
from domain.approvals.approval_request import ApprovalRequest
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.carry_out_requests import CarryOutRequests, carry_out_requests
from domain.approvals.ports import ApprovalPorts
from domain.identity.actor import system_actor
from domain.payments.capture_payment import CapturePayment, capture_payment
from domain.payments.confirm_payment import ConfirmPayment, confirm_payment
from domain.payments.create_payment import CreatePayment, create_payment
from domain.payments.payment import CaptureMode
from domain.payments.ports import PaymentPorts
from domain.payments.refund_payment import RefundPayment, refund_payment
from domain.payments.resolve_operations import ResolveOperations, resolve_operations
from domain.payments.results import RefundResult
from domain.payments.void_payment import VoidPayment, void_payment
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.money import eur

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from uuid import UUID

    from domain.kernel.money import Money
    from domain.payments.capture import Capture
    from domain.payments.gateway import Gateway
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund

# More than the longest pause between two checks of one operation.
_AHEAD = timedelta(hours=2)
_MOST_ROUNDS = 10
_OPEN = """
SELECT (SELECT count(*) FROM operations WHERE status IN ('PENDING', 'UNKNOWN'))
    + (SELECT count(*) FROM approval_requests WHERE status = 'APPROVED')
"""
_UNFINISHED = """
SELECT id FROM payments
WHERE status = 'PROCESSING' OR capture_pending_minor + refund_pending_minor + unknown_operations > 0 OR void_pending
UNION ALL SELECT id FROM approval_requests WHERE status = 'APPROVED'
"""


class AheadClock:
    """The machine's clock, so far ahead of it; sleeping takes real time."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def sleep(self, milliseconds: int) -> None:
        await asyncio.sleep(milliseconds / 1000)


@dataclass(frozen=True, slots=True)
class Till:
    """One merchant's requests, each with a key of its own."""

    ports: PaymentPorts
    merchant_id: UUID

    async def create(self, amount: Money | None = None, *, token: str = "tok_visa", automatic: bool = False) -> Payment:
        command = CreatePayment(
            idempotency_key=f"create-{uuid4()}",
            merchant_id=self.merchant_id,
            amount=amount or eur(100),
            capture_mode=CaptureMode.AUTOMATIC if automatic else CaptureMode.MANUAL,
            token=token,
        )
        return (await create_payment(self.ports, an_actor(self.merchant_id), command)).payment

    async def capture(self, payment_id: UUID, amount: Money | None = None, *, final: bool = False) -> Capture:
        command = CapturePayment(
            idempotency_key=f"capture-{uuid4()}", payment_id=payment_id, amount=amount, final=final
        )
        return (await capture_payment(self.ports, an_actor(self.merchant_id), command)).capture

    async def refund(self, payment_id: UUID, amount: Money | None = None) -> Refund:
        result = await self._refund(payment_id, amount)
        assert isinstance(result, RefundResult), "it needs approval"
        return result.refund

    async def ask_to_refund(self, payment_id: UUID, amount: Money) -> ApprovalRequest:
        policy = ApprovalPolicy(merchant_id=self.merchant_id, action=ApprovalAction.REFUND_PAYMENT, threshold=amount)
        async with self.ports.units.begin(system_actor("test"), "policy") as unit:
            await unit.approval_policies.put(policy)
            await unit.commit()
        result = await self._refund(payment_id, amount)
        assert isinstance(result, ApprovalRequest), "it needs no approval"
        return result

    async def _refund(self, payment_id: UUID, amount: Money | None) -> RefundResult | ApprovalRequest:
        command = RefundPayment(idempotency_key=f"refund-{uuid4()}", payment_id=payment_id, amount=amount)
        return await refund_payment(self.ports, an_actor(self.merchant_id), command)

    async def approve(self, request: ApprovalRequest) -> ApprovalRequest:
        command = ApproveRequest(request_id=request.id)
        return await approve_request(approvals_of(self.ports), an_actor(self.merchant_id), command)

    async def void(self, payment_id: UUID) -> Payment:
        command = VoidPayment(idempotency_key=f"void-{uuid4()}", payment_id=payment_id)
        return (await void_payment(self.ports, an_actor(self.merchant_id), command)).payment

    async def confirm(self, payment_id: UUID) -> Payment:
        command = ConfirmPayment(idempotency_key=f"confirm-{uuid4()}", payment_id=payment_id)
        return (await confirm_payment(self.ports, an_actor(self.merchant_id), command)).payment


def approvals_of(ports: PaymentPorts) -> ApprovalPorts:
    """The ports of approvals beside those of payments."""
    return ApprovalPorts(clock=ports.clock, units=ports.units, actions=ActionTable(approved_refunds(ports)))


@asynccontextmanager
async def opened(
    dsn: str, simulator_url: str, *, clock: AheadClock | None = None, around: Callable[[Gateway], Gateway] | None = None
) -> AsyncGenerator[PaymentPorts]:
    """The ports of payments; `around` may put something between us and the gateway."""
    database = await Database.connect(dsn, size=8)
    try:
        async with httpx2.AsyncClient(trust_env=False) as client:
            gateway: Gateway = SimulatorGateway(simulator_url, client, timedelta(seconds=8))
            yield PaymentPorts(
                clock=clock or AheadClock(),
                units=PostgresUnits(database),
                gateways=GatewayRegistry({"simulator": around(gateway) if around else gateway}),
            )
    finally:
        await database.close()


async def add_merchant(dsn: str) -> UUID:
    """A merchant of its own for a test."""
    database = await Database.connect(dsn, size=1)
    merchant = a_merchant()
    try:
        async with PostgresUnits(database).begin(system_actor("test"), "merchant") as unit:
            await unit.merchants.add(merchant)
            await unit.commit()
    finally:
        await database.close()
    return merchant.id


async def tell_story(till: Till) -> None:
    """Every verb once, in every way that leaves something behind."""
    parts = (await till.create()).id
    await till.capture(parts, eur(30))
    await till.capture(parts, eur(20), final=True)
    await till.refund(parts, eur(10))
    await till.void((await till.create()).id)
    await till.create(automatic=True)
    await till.create(token="tok_stolen_card")
    challenged = await till.create(token="tok_3ds_required")
    async with httpx2.AsyncClient(trust_env=False) as customer:
        await customer.post(challenged.next_action_url or "", data={"decision": "approve"})
    await till.confirm(challenged.id)
    await till.void((await till.create(token="tok_3ds_required")).id)
    await till.approve(await till.ask_to_refund((await till.create(automatic=True)).id, eur(60)))
    await till.ask_to_refund((await till.create(automatic=True)).id, eur(60))


async def recover(dsn: str, simulator_url: str, *, around: Callable[[Gateway], Gateway] | None = None) -> None:
    """What the jobs do in the hours after a crash."""
    clock = AheadClock()
    async with opened(dsn, simulator_url, clock=clock, around=around) as ports:
        for _ in range(_MOST_ROUNDS):
            if await query(dsn, _OPEN) == [(0,)]:
                return
            clock.ahead += _AHEAD
            while await resolve_operations(ports, system_actor("jobs.resolve_operations"), ResolveOperations()):
                pass
            while await carry_out_requests(approvals_of(ports), system_actor("jobs.approvals"), CarryOutRequests()):
                pass
    raise AssertionError("something stays open however long the jobs ask")


async def violations(dsn: str, simulator_url: str | None = None) -> list[str]:
    """What `paydesk verify` says."""
    settings = load_settings({"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": dsn})
    return await verified(settings, simulator_url=simulator_url)


async def unfinished(dsn: str) -> list[tuple[object, ...]]:
    """Payments that still wait for something."""
    return await query(dsn, _UNFINISHED)


async def query(dsn: str, statement: str, *arguments: object) -> list[tuple[object, ...]]:
    """Rows, as the owner sees them."""
    connection = await asyncpg.connect(dsn)
    try:
        return [tuple(row) for row in await connection.fetch(statement, *arguments)]
    finally:
        await connection.close()


async def corrupt(dsn: str, *statements: str) -> None:
    """Change what no program of ours could: past triggers, foreign keys and grants, as somebody with root might."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET session_replication_role = replica")
        for statement in statements:
            assert not (await connection.execute(statement)).endswith(" 0"), f"nothing was corrupted by {statement}"
    finally:
        await connection.close()
