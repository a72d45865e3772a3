"""One merchant at work: the verbs of payments on some units, a gateway and a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from app.approved_actions import ActionTable, approved_refunds
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
from domain.payments.payment import CaptureMode, Payment
from domain.payments.ports import PaymentPorts, PaymentsUnit
from domain.payments.refund_payment import RefundPayment, refund_payment
from domain.payments.resolve_operations import ResolveOperations, resolve_operations
from domain.payments.results import RefundResult
from domain.payments.void_payment import VoidPayment, void_payment
from tests.builders.identity import an_actor
from tests.builders.money import eur

if TYPE_CHECKING:
    from domain.identity.actor import Actor, Role
    from domain.kernel.money import Money
    from domain.kernel.unit import Units
    from domain.merchants.merchant import Merchant
    from domain.payments.results import CaptureResult, PaymentResult
    from tests.fakes.clock import SettableClock
    from tests.fakes.gateway import StandInGateway

JOBS = system_actor("jobs")


class Desk:
    """Every request has a key of its own unless one is given."""

    def __init__(
        self,
        units: Units[Actor, PaymentsUnit],
        merchant: Merchant,
        gateway: StandInGateway,
        clock: SettableClock,
    ) -> None:
        self.merchant = merchant
        self.gateway = gateway
        self.clock = clock
        self.actor = an_actor(merchant)
        self.approver = an_actor(merchant)
        self.ports = PaymentPorts(clock=clock, units=units, gateways=gateway)
        self.approvals = ApprovalPorts(clock=clock, units=units, actions=ActionTable(approved_refunds(self.ports)))

    async def create(self, amount: Money | None = None, **more: Any) -> PaymentResult:
        """A payment of 100 euros, to be captured later."""
        values: dict[str, Any] = {
            "idempotency_key": f"create-{uuid4()}",
            "merchant_id": self.merchant.id,
            "amount": amount or eur(100),
            "capture_mode": CaptureMode.MANUAL,
            "token": "tok_visa",
        }
        return await create_payment(self.ports, self.actor, CreatePayment(**{**values, **more}))

    async def authorized(self, amount: Money | None = None) -> Payment:
        """An authorized payment."""
        return (await self.create(amount)).payment

    async def captured(self, amount: Money | None = None) -> Payment:
        """A payment captured at once."""
        return (await self.create(amount, capture_mode=CaptureMode.AUTOMATIC)).payment

    async def confirm(self, payment: Payment, **more: Any) -> PaymentResult:
        """The customer is back."""
        values: dict[str, Any] = {"idempotency_key": f"confirm-{uuid4()}", "payment_id": payment.id}
        return await confirm_payment(self.ports, self.actor, ConfirmPayment(**{**values, **more}))

    async def capture(self, payment: Payment, amount: Money | None = None, **more: Any) -> CaptureResult:
        """Capture a part, or all that is left."""
        values: dict[str, Any] = {"idempotency_key": f"capture-{uuid4()}", "payment_id": payment.id, "amount": amount}
        return await capture_payment(self.ports, self.actor, CapturePayment(**{**values, **more}))

    async def void(self, payment: Payment, **more: Any) -> PaymentResult:
        """Give the authorization back."""
        values: dict[str, Any] = {"idempotency_key": f"void-{uuid4()}", "payment_id": payment.id}
        return await void_payment(self.ports, self.actor, VoidPayment(**{**values, **more}))

    async def refund(self, payment: Payment, amount: Money | None = None, **more: Any) -> RefundResult:
        """Give a part back, or all that is left."""
        result = await self._refund(payment, amount, **more)
        assert isinstance(result, RefundResult), result
        return result

    async def ask_to_refund(self, payment: Payment, amount: Money | None = None, **more: Any) -> ApprovalRequest:
        """The same where it needs approval."""
        result = await self._refund(payment, amount, **more)
        assert isinstance(result, ApprovalRequest), result
        return result

    async def _refund(
        self, payment: Payment, amount: Money | None = None, **more: Any
    ) -> RefundResult | ApprovalRequest:
        values: dict[str, Any] = {"idempotency_key": f"refund-{uuid4()}", "payment_id": payment.id, "amount": amount}
        return await refund_payment(self.ports, self.actor, RefundPayment(**{**values, **more}))

    async def want_approval(self, threshold: Money, role: Role | None = None) -> None:
        """Refunds of at least so much need approval from now on."""
        policy = ApprovalPolicy(
            merchant_id=self.merchant.id, action=ApprovalAction.REFUND_PAYMENT, threshold=threshold, role=role
        )
        async with self.ports.units.begin(JOBS, "desk") as unit:
            await unit.approval_policies.put(policy)
            await unit.commit()

    async def approve(self, request: ApprovalRequest, actor: Actor | None = None) -> ApprovalRequest:
        """Somebody else says yes."""
        command = ApproveRequest(request_id=request.id)
        return await approve_request(self.approvals, actor or self.approver, command)

    async def carry_out(self, *, after_seconds: int = 0) -> int:
        """What the job of approvals does some time later."""
        self.clock.pass_by(after_seconds)
        return await carry_out_requests(self.approvals, JOBS, CarryOutRequests())

    async def resolve(self, *, after_seconds: int = 0) -> int:
        """What the job does some time later."""
        self.clock.pass_by(after_seconds)
        return await resolve_operations(self.ports, JOBS, ResolveOperations())
