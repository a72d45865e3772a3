"""Entities as the database would give them, made up once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from domain.identity.actor import Actor, ActorKind, Realm
from domain.identity.permission import Permission
from domain.kernel.money import Currency, Money
from domain.payments.capture import Capture
from domain.payments.customer import Customer
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType
from domain.payments.operation import Operation, OperationStatus, OperationType
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from domain.payments.refund import Refund, RefundReason, RefundStatus

MERCHANT = UUID(int=1)
_EUR = Currency("EUR", 2)
_NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_PER_PAYMENT = 100


def an_actor() -> Actor:
    """Somebody of the merchant who may see everything."""
    return Actor(
        kind=ActorKind.USER,
        id=UUID(int=2),
        name="Ada Lovelace",
        realm=Realm.MERCHANT,
        grants={MERCHANT: frozenset(Permission)},
    )


def payments(count: int) -> list[Payment]:
    """Captured card payments, each of a customer of its own."""
    dice = Random(count)
    return [_payment(number, dice) for number in range(1, count + 1)]


def _payment(number: int, dice: Random) -> Payment:
    amount = dice.randrange(100, 100_000)
    at = _NOON - timedelta(minutes=number, microseconds=dice.randrange(10**6))
    method = PaymentMethod(
        type=PaymentMethodType.CARD,
        token="tok",  # noqa: S106 - no secret: it names nothing
        brand=dice.choice(list(CardBrand)),
        last4=f"{dice.randrange(10_000):04}",
        bin="424242",
        country="DE",
        expiry_month=12,
        expiry_year=2030,
        funding=CardFunding.CREDIT,
        fingerprint=f"fp_{number}",
    )
    return Payment(
        id=UUID(int=number * _PER_PAYMENT),
        merchant_id=MERCHANT,
        status=PaymentStatus.CAPTURED,
        capture_mode=CaptureMode.AUTOMATIC,
        currency=_EUR,
        amount_minor=amount,
        authorized_minor=amount,
        captured_minor=amount,
        refunded_minor=amount // 10,
        method=method,
        customer_id=UUID(int=number * _PER_PAYMENT + 1),
        reference=f"order-{number}",
        description="Two tickets",
        metadata={"shop": "north", "cart": str(number)},
        gateway="simulator",
        gateway_reference=f"sim_{number}",
        risk_score=dice.randrange(100),
        created_at=at,
        updated_at=at,
        authorized_at=at,
        captured_at=at,
        version=3,
    )


def customer_of(payment: Payment) -> Customer:
    """Who paid."""
    assert payment.customer_id is not None, "every payment here has a customer"
    return Customer(
        id=payment.customer_id,
        merchant_id=MERCHANT,
        email=f"ada{payment.id.int}@example.com",
        name="Ada Lovelace",
        country="DE",
        created_at=payment.created_at,
    )


def refunds_of(payment: Payment) -> list[Refund]:
    """One refund."""
    return [
        Refund(
            id=UUID(int=payment.id.int + 2),
            merchant_id=MERCHANT,
            payment_id=payment.id,
            operation_id=UUID(int=payment.id.int + 3),
            status=RefundStatus.SUCCEEDED,
            amount=Money(payment.refunded_minor, _EUR),
            reason=RefundReason.CUSTOMER_REQUEST,
            created_at=payment.created_at,
        )
    ]


def captures_of(payment: Payment) -> list[Capture]:
    """One capture."""
    return [
        Capture(
            id=UUID(int=payment.id.int + 4),
            merchant_id=MERCHANT,
            payment_id=payment.id,
            operation_id=UUID(int=payment.id.int + 5),
            status=OperationStatus.SUCCEEDED,
            amount=Money(payment.captured_minor, _EUR),
            final=True,
            created_at=payment.created_at,
        )
    ]


def operations_of(payment: Payment) -> list[Operation]:
    """The call that captured it."""
    return [
        Operation(
            id=UUID(int=payment.id.int + 5),
            merchant_id=MERCHANT,
            payment_id=payment.id,
            type=OperationType.CAPTURE,
            status=OperationStatus.SUCCEEDED,
            gateway="simulator",
            amount=Money(payment.captured_minor, _EUR),
            requested_at=payment.created_at,
            completed_at=payment.created_at,
        )
    ]
