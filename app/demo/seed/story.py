"""One payment's life, lived through the domain's own transitions; what each leaves behind goes to the history.

The verbs do the same in transactions of their own, too slowly for twenty thousand payments.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.demo.seed.gateway_side import GatewaySide
from domain.identity.actor import Actor, system_actor
from domain.payments import authorization, money_movement
from domain.payments.capture import Capture
from domain.payments.gateway import Outcome, OutcomeKind, RedirectAction
from domain.payments.operation import Operation, OperationStatus, OperationType, begin_operation
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from domain.payments.perform_operation import gateway_request
from domain.payments.postings import capture_entry, refund_entry
from domain.payments.refund import Refund, RefundReason, RefundStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from app.demo.seed.history import History
    from domain.kernel.events import JsonValue
    from domain.merchants.fee_plan import FeePlan
    from domain.payments.decline import DeclineCode
    from domain.payments.method import PaymentMethod

WORKER = system_actor("worker")
# Long enough for every call and its outcome.
_MOMENT = timedelta(minutes=1)
_DEADLINE = timedelta(seconds=8)


class NotYet(Exception):
    """What would come next lies in the future: the story ends here for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where a story takes place.

    `actor` is the merchant's machine, `operator` who does by hand what is done by hand; both may be the same.
    """

    actor: Actor
    operator: Actor
    plan: FeePlan
    history: History
    dice: Random
    now: datetime
    simulator_url: str


class Story:
    """A payment that was made a while ago, and goes on until now.

    `at` is the story's own time; `card` is what the gateway tells of the method, with `risk_score`.
    """

    def __init__(self, payment: Payment, card: PaymentMethod, risk_score: int, scene: Scene) -> None:
        self.at = payment.created_at
        self.now = scene.now
        self.dice = scene.dice
        self.actor = scene.actor
        self.operator = scene.operator
        self._card = card
        self._risk_score = risk_score
        self._plan = scene.plan
        self._history = scene.history
        self._simulator_url = scene.simulator_url
        reference = f"sim_{self._history.identifiers.word(24)}"
        self._gateway = GatewaySide(reference, card.token or "", self._history.journal)
        self._payment = payment
        self._causes: list[Actor] = []
        self._change(authorization.create(payment), self.actor)
        data: dict[str, JsonValue] = {"amount_minor": payment.amount_minor, "currency": payment.currency.code}
        self._history.audit(self.actor, "payments.create", ("payment", payment.id), payment.merchant_id, self.at, data)

    @property
    def payment(self) -> Payment:
        """The payment so far."""
        return self._payment

    @property
    def sells_at_once(self) -> bool:
        """Whether the capture comes with the authorization."""
        return self._payment.capture_mode is CaptureMode.AUTOMATIC

    def end(self) -> None:
        """Hand the payment over."""
        self._history.keep_payment(self._payment, self._causes)

    def later(self, shortest: timedelta, longest: timedelta) -> None:
        """Let some time pass; raise `NotYet` when that leads beyond now."""
        span = (longest - shortest) // timedelta(milliseconds=1)
        self.jump(self.at + shortest + timedelta(milliseconds=self.dice.randrange(span)))

    def jump(self, at: datetime) -> None:
        """Go on at a moment; raise `NotYet` when it lies beyond now."""
        if at + _MOMENT > self.now:
            raise NotYet
        self.at = at

    def approve(self, *, confirms: bool = False, in_review: bool = False, lost_for: timedelta | None = None) -> None:
        """The authorization succeeds; with `lost_for` its answer got lost, and was found that much later.

        `in_review` holds the money back for somebody to look at the payment.
        """
        operation = self._authorize(confirms=confirms, capture=self.sells_at_once and not in_review)
        expires_at = self._gateway.approve(gateway_request(self._payment, operation), self._answered())
        operation, by = self._answer_lost(operation, lost_for) if lost_for else (operation, self.actor)
        at = self.at
        operation = self._conclude(operation, OperationStatus.SUCCEEDED, by, code="00")
        outcome = self._outcome(OutcomeKind.SUCCEEDED, authorization_expires_at=expires_at)
        if not operation.capture:
            authorized = authorization.authorize(self._payment, outcome, at)
            # Not a transition of its own yet: the review takes the authorization's place.
            self._change(replace(authorized, status=PaymentStatus.IN_REVIEW) if in_review else authorized, by)
            return
        fee = self._plan.fee_minor(self._payment.method.type.value, operation.amount)
        capture = self._capture_of(operation, status=OperationStatus.SUCCEEDED, final=True, fee_minor=fee)
        self._history.keep_capture(capture)
        self._history.post(capture_entry(self._payment, operation, self._history.identifiers.new(at), fee, at))
        self._change(money_movement.take_at_once(self._payment, outcome, capture, fee, at), by)

    def refuse(self, code: DeclineCode, response_code: str, *, confirms: bool = False) -> None:
        """The issuer declines, or the gateway fails."""
        operation = self._authorize(confirms=confirms, capture=self.sells_at_once)
        at = self._answered()
        self._conclude(operation, OperationStatus.FAILED, self.actor, code=response_code)
        outcome = self._outcome(OutcomeKind.FAILED, decline_code=code)
        self._change(authorization.refuse(self._payment, outcome, at), self.actor)

    def challenge(self, lasts: timedelta) -> datetime:
        """The customer has to pass 3-D Secure; returns until when."""
        operation = self._authorize(capture=self.sells_at_once)
        request = gateway_request(self._payment, operation)
        at = self._answered()
        self._gateway.challenge(request, at + lasts)
        self._conclude(operation, OperationStatus.SUCCEEDED, self.actor, code="1A", outcome=OutcomeKind.REQUIRES_ACTION)
        action = RedirectAction(url=f"{self._simulator_url}/3ds/{self._gateway.reference}", expires_at=at + lasts)
        outcome = self._outcome(OutcomeKind.REQUIRES_ACTION, next_action=action)
        self._change(authorization.require_action(self._payment, outcome, at), self.actor)
        return at + lasts

    def give_up(self, reason: str) -> None:
        """Cancel while the customer is still asked."""
        self._change(authorization.cancel(self._payment, self.at, reason), self.actor)
        self._audit("void", self.actor, None)

    def expire(self, at: datetime) -> None:
        """Time runs out; the worker notices a little later."""
        self.jump(at + timedelta(seconds=self.dice.randint(2, 55)))
        self._change(authorization.expire(self._payment, self.at), WORKER)
        self._audit("expire", WORKER, None)

    def capture(self, minor: int, *, final: bool, by: Actor | None = None, lost_for: timedelta | None = None) -> None:
        """Take money; with `lost_for` the answer got lost, and was found that much later."""
        by = by or self.actor
        operation, capture = self._begin_capture(minor, by, final=final)
        self._gateway.move(gateway_request(self._payment, operation), self._answered())
        if lost_for:
            operation, by = self._answer_lost(operation, lost_for)
        at = self.at
        operation = self._conclude(operation, OperationStatus.SUCCEEDED, by, code="00")
        fee = self._plan.fee_minor(self._payment.method.type.value, operation.amount)
        capture = capture.move(OperationStatus.SUCCEEDED, fee_minor=fee)
        self._history.keep_capture(capture)
        self._history.post(capture_entry(self._payment, operation, self._history.identifiers.new(at), fee, at))
        self._change(money_movement.take_capture(self._payment, capture, fee, at), by)

    def fail_capture(self, minor: int, code: str) -> None:
        """The gateway refuses to capture."""
        operation, capture = self._begin_capture(minor, self.actor, final=True)
        at = self._answered()
        self._conclude(operation, OperationStatus.FAILED, self.actor, code=code)
        self._history.keep_capture(capture.move(OperationStatus.FAILED))
        self._change(money_movement.release_capture(self._payment, capture, code, at), self.actor)

    def void(self, reason: str, by: Actor | None = None) -> None:
        """Give the authorization back."""
        by = by or self.actor
        self._change(authorization.reserve_void(self._payment, self.at, reason), by)
        operation = self._begin(OperationType.VOID, self._payment.authorized_minor)
        self._audit("void", by, operation)
        at = self._answered()
        self._gateway.move(gateway_request(self._payment, operation), at)
        self._conclude(operation, OperationStatus.SUCCEEDED, by, code="00")
        self._change(authorization.void(self._payment, at), by)

    def refund(self, minor: int, reason: RefundReason, by: Actor) -> None:
        """Give money back."""
        operation, refund = self._begin_refund(minor, reason, by)
        at = self._answered()
        self._gateway.move(gateway_request(self._payment, operation), at)
        operation = self._conclude(operation, OperationStatus.SUCCEEDED, by, code="00")
        payment = self._payment
        returned = self._plan.returned_fee_minor(
            fee_minor=payment.fee_minor,
            refunded_minor=payment.refunded_minor + minor,
            captured_minor=payment.captured_minor,
        )
        returned = max(returned - payment.returned_fee_minor, 0)
        refund = refund.succeed(returned_fee_minor=returned)
        self._history.keep_refund(refund)
        self._history.post(refund_entry(payment, operation, self._history.identifiers.new(at), returned, at))
        self._change(money_movement.give_back(payment, refund, returned, at), by)

    def fail_refund(self, minor: int, reason: RefundReason, by: Actor, *, code: str, failure: str) -> None:
        """The refund does not get there; `failure` is the decline code, or the gateway's own word again."""
        operation, refund = self._begin_refund(minor, reason, by)
        at = self._answered()
        self._conclude(operation, OperationStatus.FAILED, by, code=code)
        self._history.keep_refund(refund.fail(failure))
        self._change(money_movement.release_refund(self._payment, refund, code, at), by)

    # What follows is still open now: the gateway knows the outcome, and the worker will ask it.

    def authorize_unanswered(self, told: dict[str, str | int | None]) -> None:
        """Authorized at the gateway, which has not been heard of since; `told` is how it describes the card."""
        operation = self._authorize(capture=self.sells_at_once)
        at = self._answered()
        request = gateway_request(self._payment, operation)
        self._gateway.approve(request, at, payment_method=told, risk_score=self._risk_score)
        self._history.keep_operation(self._doubted_until_now(operation))

    def capture_unanswered(self, minor: int) -> None:
        """Captured at the gateway, which has not been heard of since."""
        operation, capture = self._begin_capture(minor, self.actor, final=True)
        at = self._answered()
        self._gateway.move(gateway_request(self._payment, operation), at)
        self._history.keep_operation(self._doubted_until_now(operation))
        self._history.keep_capture(capture.move(OperationStatus.UNKNOWN))

    def refund_pending(self, minor: int, reason: RefundReason, by: Actor, fails_at: datetime) -> None:
        """Taken on by the gateway, which will fail it soon."""
        operation, refund = self._begin_refund(minor, reason, by)
        at = self._answered()
        self._gateway.move(gateway_request(self._payment, operation), at, fails_at)
        operation = operation.accept(at, self._gateway.reference)
        self._audit_outcome(operation, OutcomeKind.ACCEPTED, by, at)
        self._history.keep_operation(self._until_now(operation, lambda o, when: o.accept(when, None)))
        self._history.keep_refund(refund)

    def _change(self, payment: Payment, cause: Actor) -> None:
        self._causes.extend([cause] * (len(payment.events) - len(self._causes)))
        self._payment = payment

    def _begin(self, kind: OperationType, minor: int, **flags: bool) -> Operation:
        operation_id = self._history.identifiers.new(self.at)
        return begin_operation(self._payment, operation_id, kind, self._payment.money(minor), self.at, **flags)

    def _authorize(self, *, capture: bool, confirms: bool = False) -> Operation:
        operation = self._begin(OperationType.AUTHORIZE, self._payment.amount_minor, capture=capture, confirms=confirms)
        if confirms:
            self._change(authorization.resume(self._payment, self.at), self.actor)
            self._audit("confirm", self.actor, operation)
        return operation

    def _begin_capture(self, minor: int, by: Actor, *, final: bool) -> tuple[Operation, Capture]:
        amount = self._payment.money(minor)
        self._change(money_movement.reserve_capture(self._payment, amount, final=final, at=self.at), by)
        operation = self._begin(OperationType.CAPTURE, minor, final=final)
        self._audit("capture", by, operation)
        return operation, self._capture_of(operation, status=OperationStatus.PENDING, final=final)

    def _capture_of(self, operation: Operation, *, status: OperationStatus, final: bool, fee_minor: int = 0) -> Capture:
        return Capture(
            id=self._history.identifiers.new(self.at),
            merchant_id=operation.merchant_id,
            payment_id=operation.payment_id,
            operation_id=operation.id,
            status=status,
            amount=operation.amount,
            final=final,
            fee_minor=fee_minor,
            created_at=self.at,
        )

    def _begin_refund(self, minor: int, reason: RefundReason, by: Actor) -> tuple[Operation, Refund]:
        amount = self._payment.money(minor)
        self._change(money_movement.reserve_refund(self._payment, amount, self.at), by)
        operation = self._begin(OperationType.REFUND, minor)
        self._audit("refund", by, operation)
        refund = Refund(
            id=self._history.identifiers.new(self.at),
            merchant_id=operation.merchant_id,
            payment_id=operation.payment_id,
            operation_id=operation.id,
            status=RefundStatus.PENDING,
            amount=amount,
            reason=reason,
            created_at=self.at,
        )
        return operation, refund

    def _answered(self) -> datetime:
        """The moment of the gateway's answer, which is the story's from then on."""
        self.at += timedelta(microseconds=self.dice.randint(160_000, 1_900_000))
        return self.at

    def _outcome(self, kind: OutcomeKind, **more: Any) -> Outcome:  # noqa: ANN401 - an outcome's fields
        reference = None if kind is OutcomeKind.FAILED else self._gateway.reference
        return Outcome(kind=kind, gateway_reference=reference, method=self._card, risk_score=self._risk_score, **more)

    def _conclude(
        self,
        operation: Operation,
        status: OperationStatus,
        by: Actor,
        *,
        code: str,
        outcome: OutcomeKind | None = None,
    ) -> Operation:
        reference = self._gateway.reference if status is OperationStatus.SUCCEEDED else None
        concluded = operation.conclude(status, self.at, reference=reference, response_code=code)
        if operation.status is OperationStatus.UNKNOWN:
            self._payment = authorization.settle_doubt(self._payment)
        self._history.keep_operation(concluded)
        self._audit_outcome(concluded, outcome or OutcomeKind(status.value), by, self.at)
        return concluded

    def _answer_lost(self, operation: Operation, lost_for: timedelta) -> tuple[Operation, Actor]:
        """The call runs into its deadline; the worker finds the outcome."""
        doubted = self._doubt(operation)
        self.at += lost_for
        return doubted, WORKER

    def _doubt(self, operation: Operation) -> Operation:
        self.at += _DEADLINE
        self._change(authorization.doubt(self._payment, self.at, operation.type.value), self.actor)
        self._audit_outcome(operation, OutcomeKind.UNKNOWN, self.actor, self.at)
        return operation.doubt(self.at, "deadline")

    def _doubted_until_now(self, operation: Operation) -> Operation:
        return self._until_now(self._doubt(operation), lambda o, when: o.doubt(when, "deadline"))

    def _until_now(self, operation: Operation, check: Callable[[Operation, datetime], Operation]) -> Operation:
        """All the checks that came and went without an answer."""
        while operation.next_check_at is not None and operation.next_check_at <= self.now:
            operation = check(operation, operation.next_check_at)
        return operation

    def _audit(self, verb: str, by: Actor, operation: Operation | None) -> None:
        payment = self._payment
        data: dict[str, JsonValue] = (
            {}
            if operation is None
            else {
                "operation_id": str(operation.id),
                "amount_minor": operation.amount.minor,
                "currency": operation.amount.currency.code,
            }
        )
        self._history.audit(by, f"payments.{verb}", ("payment", payment.id), payment.merchant_id, self.at, data)

    def _audit_outcome(self, operation: Operation, kind: OutcomeKind, by: Actor, at: datetime) -> None:
        self._history.audit(
            by,
            "payments.record_outcome",
            ("operation", operation.id),
            operation.merchant_id,
            at,
            {"type": operation.type.value, "outcome": kind.value},
        )
