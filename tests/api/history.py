"""Payments with all that hangs on them, written by the stores: many at once, with values of the test's choice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.kernel.ids import Prefix, format_id, new_uuid
from domain.payments.events import PaymentEvent, PaymentEventType
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.refund import RefundStatus
from tests.api.graph import SYSTEM
from tests.builders.approvals import an_approval_request
from tests.builders.ledger import an_entry
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payments import a_capture, a_customer, a_payment, a_refund, an_operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.payments.customer import Customer
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit
    from tests.api.graph import Graph


async def write(graph: Graph, payments: Sequence[Payment], customers: Sequence[Customer] = ()) -> list[str]:
    """Commit these as they are; returns the payments' ids as clients see them."""
    async with graph.assembly.payments.units.begin(SYSTEM, "tests") as unit:
        for customer in customers:
            await unit.customers.find_or_add(customer)
        for payment in payments:
            await unit.payments.add(payment)
        await unit.commit()
    return [format_id(Prefix.PAYMENT, payment.id) for payment in payments]


async def write_histories(graph: Graph, many: int) -> list[str]:
    """So many payments of the blue merchant, each with all that can hang on one."""
    async with graph.assembly.payments.units.begin(SYSTEM, "tests") as unit:
        ids = [await _history(unit, graph, number) for number in range(many)]
        await unit.commit()
    return ids


async def _history(unit: PaymentsUnit, graph: Graph, number: int) -> str:
    merchant_id = graph.blue.id
    customer = a_customer(id=_new(), merchant_id=merchant_id, email=f"{number}-{_new()}@example.com")
    created = [_event(PaymentEventType.CREATED), _event(PaymentEventType.CAPTURED)]
    payment = a_payment(
        eur(100),
        id=_new(),
        merchant_id=merchant_id,
        customer_id=customer.id,
        captured=eur(40),
        refunded=eur(5),
        version=2,
        events=tuple(created),
    )
    capture = an_operation(payment, id=_new(), status=OperationStatus.SUCCEEDED)
    refund = replace(capture, id=_new(), type=OperationType.REFUND, amount=eur(5))
    await unit.customers.find_or_add(customer)
    await unit.payments.add(payment)
    for operation in (capture, refund):
        await unit.operations.add(operation)
    await unit.captures.add(a_capture(capture, id=_new()))
    await unit.refunds.add(a_refund(refund, id=_new(), status=RefundStatus.SUCCEEDED))
    entry = an_entry(merchant_id, eur(40), id=_new(), payment_id=payment.id, operation_id=capture.id)
    await unit.ledger.post((entry,))
    await unit.approvals.add(
        an_approval_request(id=_new(), merchant_id=merchant_id, subject_id=payment.id, operation_id=_new())
    )
    await unit.audit.record(SYSTEM, "payments.capture", "payment", payment.id, merchant_id, {})
    return format_id(Prefix.PAYMENT, payment.id)


def _new() -> Any:

    return new_uuid(MORNING)


def _event(kind: PaymentEventType) -> PaymentEvent:

    return PaymentEvent(type=kind, occurred_at=MORNING, data={"amount_minor": 4000, "currency": "EUR"})
