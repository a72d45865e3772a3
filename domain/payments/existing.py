"""What every verb on an existing payment does: lock it, check the permission, claim the key, change it, call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.payments.perform_operation import PerformOperation, perform_operation
from domain.payments.replay import await_first_answer

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.identity.permission import Permission
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentPorts, PaymentsUnit

Change = Callable[["PaymentsUnit", "Payment", "UUID", "datetime"], Awaitable[tuple["Payment", "Operation | None"]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Which mutation asks, under which key, for what."""

    name: str
    mutation: str
    permission: Permission
    payment_id: UUID
    idempotency_key: str
    command: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """The committed intent; `earlier` when the same key had claimed it before."""

    payment: Payment
    operation: Operation | None
    claim: KeyClaim
    earlier: bool


async def carry_out(ports: PaymentPorts, actor: Actor, intent: Intent, change: Change) -> Intended:
    """All three beats of a verb, or the wait for the earlier request of the same key.

    Raises `NotFound`, `Forbidden`, `Invalid`, `IdempotencyConflict`, `IdempotencyInProgress`, `Unavailable`, and what
    `change` raises.
    """
    intended = await _intend(ports, actor, intent, change)
    if intended.earlier:
        await await_first_answer(ports, actor, intended.claim)
    elif intended.operation is not None:
        performed = PerformOperation(payment=intended.payment, operation=intended.operation)
        await perform_operation(ports, actor, performed)
    return intended


async def _intend(ports: PaymentPorts, actor: Actor, intent: Intent, change: Change) -> Intended:
    """Commit the intent, or find the earlier one of the same key.

    The payment's lock comes first, so requests on one payment pass one by one and can never deadlock.
    Raises `NotFound`, `Forbidden`, `Invalid`, `IdempotencyConflict`, and what `change` raises.
    """

    async def work(unit: PaymentsUnit) -> Intended:
        at = ports.clock.now()
        payment = await unit.payments.for_update(intent.payment_id)
        actor.require(intent.permission, payment.merchant_id)
        operation_id = new_uuid(at)
        claim = KeyClaim(
            merchant_id=payment.merchant_id,
            mutation=intent.mutation,
            key=intent.idempotency_key,
            input_hash=input_hash(intent.command),
            payment_id=payment.id,
            operation_id=operation_id,
            claimed_at=at,
        )
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
            return Intended(payment=payment, operation=None, claim=earlier, earlier=True)
        payment, operation = await change(unit, payment, operation_id, at)
        payment = await record_intent(unit, actor, intent.name, payment, operation)
        await unit.commit()
        return Intended(payment=payment, operation=operation, claim=claim, earlier=False)

    return await in_unit(ports.units, actor, f"{intent.name}.intent", work)


async def record_intent(
    unit: PaymentsUnit, actor: Actor, name: str, payment: Payment, operation: Operation | None
) -> Payment:
    """Save a payment that is about to change, with its line in the audit log; one that is not is left as it is."""
    if not payment.events:
        return payment
    saved = await unit.payments.save(payment)
    await unit.audit.record(actor, f"payments.{name}", "payment", saved.id, saved.merchant_id, _audited(operation))
    return saved


def _audited(operation: Operation | None) -> dict[str, str | int]:
    if operation is None:
        return {}
    return {
        "operation_id": str(operation.id),
        "amount_minor": operation.amount.minor,
        "currency": operation.amount.currency.code,
    }
