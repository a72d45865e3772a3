"""The second half of a payment's life: money is reserved for a capture or refund, then moved or released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.payments.authorization import authorize
from domain.payments.events import PaymentEventType
from domain.payments.payment import Payment, PaymentStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue
    from domain.kernel.money import Money
    from domain.payments.capture import Capture
    from domain.payments.gateway import Outcome
    from domain.payments.refund import Refund


def reserve_capture(payment: Payment, amount: Money, *, final: bool, at: datetime) -> Payment:
    """A capture is about to be sent; raise what `ensure_capturable` raises."""
    minor = payment.ensure_capturable(amount)
    return payment.change(
        at,
        PaymentEventType.CAPTURE_REQUESTED,
        {"amount_minor": minor, "currency": payment.currency.code, "final": final},
        capture_pending_minor=payment.capture_pending_minor + minor,
        final_capture_pending=final,
    )


def take_capture(payment: Payment, capture: Capture, fee_minor: int, at: datetime) -> Payment:
    """The money is ours to hand on; the last capture makes the payment captured, whatever it leaves over.

    One that was under way beside the final one may arrive after it: the payment is captured already, and stays so.
    """
    captured = payment.captured_minor + capture.amount.minor
    pending = payment.capture_pending_minor - capture.amount.minor
    late = payment.status is PaymentStatus.CAPTURED
    done = late or capture.final or captured == payment.authorized_minor
    target = PaymentStatus.CAPTURED if done else PaymentStatus.PARTIALLY_CAPTURED
    return payment.change(
        at,
        PaymentEventType.CAPTURED,
        {
            **_amount(capture.amount, capture.id, "capture_id"),
            "fee_minor": fee_minor,
            "final": done,
            "released_minor": payment.authorized_minor - captured - pending if done else 0,
        },
        status=target if late else payment.next_status(target),
        captured_minor=captured,
        **_held(payment, captured_minor=captured),
        capture_pending_minor=pending,
        final_capture_pending=payment.final_capture_pending and not capture.final,
        fee_minor=payment.fee_minor + fee_minor,
        captured_at=payment.captured_at or at,
    )


def take_at_once(payment: Payment, outcome: Outcome, capture: Capture, fee_minor: int, at: datetime) -> Payment:
    """Authorized and captured in one call."""
    authorized = authorize(payment, outcome, at)
    reserved = reserve_capture(authorized, capture.amount, final=True, at=at)
    return take_capture(reserved, capture, fee_minor, at)


def release_capture(payment: Payment, capture: Capture, response_code: str | None, at: datetime) -> Payment:
    """The gateway refused to capture: what was reserved can be captured again."""
    return payment.change(
        at,
        PaymentEventType.CAPTURE_FAILED,
        {**_amount(capture.amount, capture.id, "capture_id"), "response_code": response_code},
        capture_pending_minor=payment.capture_pending_minor - capture.amount.minor,
        final_capture_pending=payment.final_capture_pending and not capture.final,
    )


def reserve_refund(payment: Payment, amount: Money, at: datetime) -> Payment:
    """A refund is about to be sent; raise what `ensure_refundable` raises."""
    minor = payment.ensure_refundable(amount)
    return payment.change(
        at,
        PaymentEventType.REFUND_REQUESTED,
        {"amount_minor": minor, "currency": payment.currency.code},
        refund_pending_minor=payment.refund_pending_minor + minor,
    )


def give_back(payment: Payment, refund: Refund, at: datetime) -> Payment:
    """The money of a refund that has succeeded is on its way to the customer."""
    return payment.change(
        at,
        PaymentEventType.REFUNDED,
        {
            **_amount(refund.amount, refund.id, "refund_id"),
            "returned_fee_minor": refund.returned_fee_minor,
            "fee_minor": refund.fee_minor,
        },
        refunded_minor=payment.refunded_minor + refund.amount.minor,
        refund_pending_minor=payment.refund_pending_minor - refund.amount.minor,
        returned_fee_minor=payment.returned_fee_minor + refund.returned_fee_minor,
        refund_fee_minor=payment.refund_fee_minor + refund.fee_minor,
    )


def release_refund(payment: Payment, refund: Refund, response_code: str | None, at: datetime) -> Payment:
    """The refund failed: what was reserved can be refunded again, less what a network has taken meanwhile."""
    pending = payment.refund_pending_minor - refund.amount.minor
    return payment.change(
        at,
        PaymentEventType.REFUND_FAILED,
        {**_amount(refund.amount, refund.id, "refund_id"), "response_code": response_code},
        refund_pending_minor=pending,
        **_held(payment, refund_pending_minor=pending),
    )


def withdraw_disputed(payment: Payment, amount: Money, dispute_id: UUID, at: datetime) -> tuple[Payment, int]:
    """A network takes money back; also what of it is more than was left, because that had been refunded as well.

    Networks do not ask: so nothing of the payment's state refuses this.
    """
    held = _held(payment, moved_minor=amount.minor)
    beyond = held["double_loss_minor"] - payment.double_loss_minor
    changed = payment.change(
        at,
        PaymentEventType.DISPUTE_FUNDS_WITHDRAWN,
        {**_amount(amount, dispute_id, "dispute_id"), "double_loss_minor": beyond},
        **held,
    )
    return changed, beyond


def reinstate_disputed(payment: Payment, amount: Money, dispute_id: UUID, at: datetime) -> Payment:
    """A network gives money back: first what was lost twice; the rest can be refunded again."""
    held = _held(payment, moved_minor=-amount.minor)
    twice = payment.double_loss_minor - held["double_loss_minor"]
    return payment.change(
        at,
        PaymentEventType.DISPUTE_FUNDS_REINSTATED,
        {**_amount(amount, dispute_id, "dispute_id"), "double_loss_minor": twice},
        **held,
    )


def _held(
    payment: Payment,
    *,
    moved_minor: int = 0,
    captured_minor: int | None = None,
    refund_pending_minor: int | None = None,
) -> dict[str, int]:
    """What networks hold once that changes: of what is left of the captured money, and beyond it.

    Told anew at each change. Otherwise a refund that fails after a network has taken its money would leave more to be
    refunded than there is.
    """
    captured = payment.captured_minor if captured_minor is None else captured_minor
    pending = payment.refund_pending_minor if refund_pending_minor is None else refund_pending_minor
    held = payment.disputed_minor + payment.double_loss_minor + moved_minor
    covered = min(held, captured - payment.refunded_minor - pending)
    return {"disputed_minor": covered, "double_loss_minor": held - covered}


def _amount(amount: Money, subject: UUID, name: str) -> dict[str, JsonValue]:
    return {"amount_minor": amount.minor, "currency": amount.currency.code, name: str(subject)}
