"""Beat three: what a gateway said about an operation becomes part of the payment, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.payments import authorization, money_movement
from domain.payments.capture import Capture
from domain.payments.capturing import begin_full_capture
from domain.payments.charging import capture_fee, refund_charges
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import Operation, OperationStatus, OperationType
from domain.payments.payment import CaptureMode, Payment
from domain.payments.postings import capture_entry, refund_entry
from domain.payments.review_hold import hold
from domain.payments.screening import ScreeningDecision

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.payments.gateway import Outcome
    from domain.payments.ports import PaymentPorts, PaymentsUnit
    from domain.payments.screening import PaymentScreening


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutcome:
    """The outcome of one operation, from its call, from a look-up or from the gateway's own notice."""

    operation_id: UUID
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The operation and its payment afterwards.

    `follow_up` is the capture of an automatic payment that was withheld for screening and is let pass. It was begun
    in the same transaction: whoever recorded the outcome performs it, or else the job that asks about open operations.
    """

    operation: Operation
    payment: Payment
    follow_up: Operation | None = None


async def record_outcome(ports: PaymentPorts, actor: Actor, command: RecordOutcome) -> Recorded:
    """Record it and post it. An outcome for an operation that is concluded already changes nothing.

    Raises `NotFound` for an operation that the actor cannot see.
    """

    async def work(unit: PaymentsUnit) -> Recorded:
        at = ports.clock.now()
        before = await unit.operations.get(command.operation_id)
        payment = await unit.payments.for_update(before.payment_id)
        # Read again under the payment's lock: somebody else may have recorded an outcome in between.
        operation = await unit.operations.get(command.operation_id)
        if not operation.open:
            return Recorded(operation=operation, payment=payment)
        concluded = _judge(operation, payment, command.outcome, at)
        follow_up = None
        if concluded.open:
            payment = await _stay_open(unit, payment, operation, concluded, at)
        elif _authorized_alone(concluded, command.outcome):
            payment = _settled(payment, operation)
            payment, follow_up = await _authorized_only(ports.screening, unit, payment, command.outcome, at)
        else:
            payment = await _conclude(unit, _settled(payment, operation), concluded, command.outcome, at)
        await unit.operations.save(concluded)
        payment = await unit.payments.save(payment)
        data = {"type": operation.type.value, "outcome": command.outcome.kind.value}
        if follow_up is not None:
            data["capture_operation_id"] = str(follow_up.id)
        await unit.audit.record(
            actor, "payments.record_outcome", "operation", operation.id, operation.merchant_id, data
        )
        await unit.commit()
        return Recorded(operation=concluded, payment=payment, follow_up=follow_up)

    return await in_unit(ports.units, actor, "outcome", work)


def _judge(operation: Operation, payment: Payment, outcome: Outcome, at: datetime) -> Operation:
    """The operation after the outcome: an answer about another amount is no answer."""
    kind = outcome.kind
    if kind is OutcomeKind.SUCCEEDED and outcome.amount is not None and outcome.amount != operation.amount:
        return operation.doubt(at, "amount_mismatch")
    # Only an authorization can require an action; said of anything else it is an answer that nobody understands.
    acts = kind is OutcomeKind.REQUIRES_ACTION and operation.type is OperationType.AUTHORIZE
    # Once a check was made, the request may have left with that, whatever became of the first attempt.
    never_left = kind is OutcomeKind.NOT_SENT and operation.checks == 0 and not _ours(operation, payment)
    if kind is OutcomeKind.SUCCEEDED or acts:
        status = OperationStatus.SUCCEEDED
    elif kind is OutcomeKind.FAILED or never_left:
        status = OperationStatus.FAILED
    elif kind is OutcomeKind.ACCEPTED:
        return operation.accept(at, outcome.gateway_reference)
    else:
        return operation.doubt(at, outcome.response_code)
    return operation.conclude(status, at, reference=outcome.gateway_reference, response_code=outcome.response_code)


def _ours(operation: Operation, payment: Payment) -> bool:
    """Whether it is the capture of an automatic payment, which is Paydesk's to send: what never left is sent later."""
    return operation.type is OperationType.CAPTURE and payment.capture_mode is CaptureMode.AUTOMATIC


async def _stay_open(
    unit: PaymentsUnit, payment: Payment, before: Operation, after: Operation, at: datetime
) -> Payment:
    if after.type is OperationType.CAPTURE and after.status is OperationStatus.UNKNOWN:
        capture = await unit.captures.of_operation(after)
        await unit.captures.save(capture.move(OperationStatus.UNKNOWN))
    if after.status is OperationStatus.UNKNOWN and before.status is not OperationStatus.UNKNOWN:
        return authorization.doubt(payment, at, after.type.value)
    return payment


def _settled(payment: Payment, before: Operation) -> Payment:
    return authorization.settle_doubt(payment) if before.status is OperationStatus.UNKNOWN else payment


def _authorized_alone(after: Operation, outcome: Outcome) -> bool:
    """Whether money was set aside and nothing of it taken."""
    return after.type is OperationType.AUTHORIZE and outcome.kind is OutcomeKind.SUCCEEDED and not after.capture


async def _authorized_only(
    screening: PaymentScreening, unit: PaymentsUnit, payment: Payment, outcome: Outcome, at: datetime
) -> tuple[Payment, Operation | None]:
    """Held when screening wants a review; else authorized, and an automatic payment with its capture begun."""
    authorized = authorization.authorize(payment, outcome, at)
    verdict = await screening.judge_authorized(unit, authorized, at)
    if verdict.decision is ScreeningDecision.REVIEW:
        return hold(payment, outcome, at), None
    if payment.capture_mode is CaptureMode.MANUAL:
        return authorized, None
    return await begin_full_capture(unit, authorized, new_uuid(at), at)


async def _conclude(unit: PaymentsUnit, payment: Payment, after: Operation, outcome: Outcome, at: datetime) -> Payment:
    if after.type is OperationType.AUTHORIZE:
        return await _asked_to_authorize(unit, payment, after, outcome, at)
    if after.type is OperationType.CAPTURE:
        return await _captured(unit, payment, after, at)
    if after.type is OperationType.REFUND:
        return await _refunded(unit, payment, after, outcome, at)
    if after.status is OperationStatus.SUCCEEDED:
        return authorization.void(payment, at)
    return authorization.keep_authorization(payment, at, after.response_code)


async def _asked_to_authorize(
    unit: PaymentsUnit, payment: Payment, operation: Operation, outcome: Outcome, at: datetime
) -> Payment:
    if operation.status is OperationStatus.FAILED:
        if operation.confirms and outcome.kind is OutcomeKind.NOT_SENT:
            # Nobody was asked, and what the customer did still stands: it can be confirmed again.
            return authorization.require_action(payment, outcome, at)
        return authorization.refuse(payment, outcome, at)
    if outcome.kind is OutcomeKind.REQUIRES_ACTION:
        return authorization.require_action(payment, outcome, at)
    fee_minor = await capture_fee(unit, payment, outcome.method or payment.method, operation.amount, at)
    capture = Capture(
        id=new_uuid(at),
        merchant_id=payment.merchant_id,
        payment_id=payment.id,
        operation_id=operation.id,
        status=OperationStatus.SUCCEEDED,
        amount=operation.amount,
        final=True,
        fee_minor=fee_minor,
        created_at=at,
    )
    await unit.captures.add(capture)
    await unit.ledger.post((capture_entry(payment, operation, new_uuid(at), fee_minor, at),))
    return money_movement.take_at_once(payment, outcome, capture, fee_minor, at)


async def _captured(unit: PaymentsUnit, payment: Payment, operation: Operation, at: datetime) -> Payment:
    capture = await unit.captures.of_operation(operation)
    if operation.status is OperationStatus.FAILED:
        await unit.captures.save(capture.move(OperationStatus.FAILED))
        return money_movement.release_capture(payment, capture, operation.response_code, at)
    fee_minor = await capture_fee(unit, payment, payment.method, operation.amount, at)
    await unit.captures.save(capture.move(OperationStatus.SUCCEEDED, fee_minor=fee_minor))
    await unit.ledger.post((capture_entry(payment, operation, new_uuid(at), fee_minor, at),))
    return money_movement.take_capture(payment, capture, fee_minor, at)


async def _refunded(
    unit: PaymentsUnit, payment: Payment, operation: Operation, outcome: Outcome, at: datetime
) -> Payment:
    refund = await unit.refunds.of_operation(operation)
    if operation.status is OperationStatus.FAILED:
        failure = outcome.decline_code.value if outcome.decline_code else operation.response_code
        await unit.refunds.save(refund.fail(failure))
        return money_movement.release_refund(payment, refund, operation.response_code, at)
    charges = await refund_charges(unit, payment, refund, at)
    done = refund.succeed(returned_fee_minor=charges.returned_minor, fee_minor=charges.fee_minor)
    await unit.refunds.save(done)
    await unit.ledger.post((refund_entry(payment, operation, done, new_uuid(at), at),))
    return money_movement.give_back(payment, done, at)
