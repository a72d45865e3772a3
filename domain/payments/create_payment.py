"""Create a payment: authorize it, and capture it at once unless the caller wants to do that later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.payments import authorization
from domain.payments.customer import Customer
from domain.payments.describing import card_behind, method_of
from domain.payments.operation import OperationType, begin_operation
from domain.payments.payment import CaptureMode, Payment, PaymentStatus, positive
from domain.payments.perform_operation import PerformOperation, perform_operation
from domain.payments.replay import await_first_answer
from domain.payments.results import PaymentResult, current_payment
from domain.payments.screening import ALLOWED, Arrival, ScreeningDecision

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from domain.merchants.merchant import Merchant
    from domain.payments.method import PaymentMethod
    from domain.payments.operation import Operation
    from domain.payments.origin import Origin
    from domain.payments.ports import PaymentPorts, PaymentsUnit
    from domain.payments.screening import Verdict

MUTATION = "createPayment"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """Who pays: an existing customer by id, or one to be found or made by e-mail address."""

    id: UUID | None = None
    email: str | None = None
    name: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePayment:
    """`token` stands for a card at the gateway; card numbers are never taken."""

    idempotency_key: str
    merchant_id: UUID
    amount: Money
    capture_mode: CaptureMode = CaptureMode.AUTOMATIC
    token: str
    customer: NewCustomer | None = None
    origin: Origin | None = None
    reference: str | None = None
    description: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    return_url: str | None = None


async def create_payment(ports: PaymentPorts, actor: Actor, command: CreatePayment) -> PaymentResult:
    """The payment after the gateway's first answer. A decline is a result, not an error; so is a block by screening.

    An automatic payment whose capture was withheld for screening, and is let pass, is captured before the answer.

    Raises `Invalid`, `Forbidden`, `NotFound` (merchant, customer), `MerchantSuspended`, `IdempotencyConflict`,
    `IdempotencyInProgress` and `Unavailable`.
    """
    actor.require(Permission.PAYMENTS_WRITE, command.merchant_id)
    card = None
    if ports.screening.wants_card:
        card = await card_behind(ports, actor, command.merchant_id, command.token)

    async def intent(unit: PaymentsUnit) -> KeyClaim | tuple[Payment, Operation | None]:
        at = ports.clock.now()
        merchant = await unit.merchants.get(command.merchant_id)
        payment_id, operation_id = new_uuid(at), new_uuid(at)
        claim = _claim(command, payment_id, operation_id, at)
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
            return earlier
        merchant.ensure_active()
        customer = await _customer(unit, command, at)
        method = method_of(ports, merchant, command.token, card)
        payment = authorization.create(_payment(command, payment_id, customer, merchant, method, at))
        payment = await unit.payments.add(payment)
        origin = command.origin if command.origin is not None and command.origin.known else None
        if origin is not None:
            await unit.origins.add(payment, origin)
        arrival = Arrival(payment=payment, merchant=merchant, customer=customer, origin=origin)
        verdict = await ports.screening.judge(unit, arrival, at)
        intended = await _begin(unit, payment, operation_id, verdict, at)
        data = {"amount_minor": command.amount.minor, "currency": command.amount.currency.code}
        if verdict != ALLOWED:
            data["screening"] = verdict.decision.value
        await unit.audit.record(actor, "payments.create", "payment", payment.id, payment.merchant_id, data)
        await unit.commit()
        return intended

    intended = await in_unit(ports.units, actor, "authorize.intent", intent)
    if isinstance(intended, KeyClaim):
        await await_first_answer(ports, actor, intended)
        return await current_payment(ports, actor, intended.payment_id, replayed=True)
    payment, operation = intended
    if operation is not None:
        await perform_operation(ports, actor, PerformOperation(payment=payment, operation=operation))
    return await current_payment(ports, actor, payment.id, replayed=False)


async def _begin(
    unit: PaymentsUnit, payment: Payment, operation_id: UUID, verdict: Verdict, at: datetime
) -> tuple[Payment, Operation | None]:
    """The saved payment with the operation that asks the gateway; of one that is blocked there is none."""
    if verdict.decision is ScreeningDecision.BLOCK:
        return await unit.payments.save(authorization.block(payment, at)), None
    operation = begin_operation(
        payment,
        operation_id,
        OperationType.AUTHORIZE,
        payment.money(payment.amount_minor),
        at,
        capture=payment.capture_mode is CaptureMode.AUTOMATIC and not verdict.withholds_capture,
        request_3ds=verdict.request_3ds or verdict.decision is ScreeningDecision.REQUEST_3DS,
    )
    await unit.operations.add(operation)
    return payment, operation


def _claim(command: CreatePayment, payment_id: UUID, operation_id: UUID, at: datetime) -> KeyClaim:
    return KeyClaim(
        merchant_id=command.merchant_id,
        mutation=MUTATION,
        key=command.idempotency_key,
        input_hash=input_hash(command),
        payment_id=payment_id,
        operation_id=operation_id,
        claimed_at=at,
    )


async def _customer(unit: PaymentsUnit, command: CreatePayment, at: datetime) -> Customer | None:
    wanted = command.customer
    if wanted is None:
        return None
    if wanted.id is not None:
        return await unit.customers.get(command.merchant_id, wanted.id)
    try:
        customer = Customer(
            id=new_uuid(at),
            merchant_id=command.merchant_id,
            email=wanted.email,
            name=wanted.name,
            country=wanted.country,
            created_at=at,
        )
    except Invalid as error:
        raise error.under("customer") from None
    return await unit.customers.find_or_add(customer)


def _payment(
    command: CreatePayment,
    payment_id: UUID,
    customer: Customer | None,
    merchant: Merchant,
    method: PaymentMethod,
    at: datetime,
) -> Payment:
    return Payment(
        id=payment_id,
        merchant_id=command.merchant_id,
        status=PaymentStatus.PROCESSING,
        capture_mode=command.capture_mode,
        currency=command.amount.currency,
        amount_minor=positive(command.amount),
        method=method,
        customer_id=customer.id if customer else None,
        reference=command.reference,
        description=command.description,
        metadata=command.metadata,
        gateway=merchant.gateway,
        return_url=command.return_url,
        created_at=at,
        updated_at=at,
    )
