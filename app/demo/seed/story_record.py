"""What a story leaves behind: the payment with its events, operations, and the lines of the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.demo.seed.gateway_side import GatewaySide
from domain.identity.actor import Actor, system_actor
from domain.payments import authorization, money_movement
from domain.payments.capture import Capture
from domain.payments.charging import sale_of
from domain.payments.gateway import Outcome, OutcomeKind
from domain.payments.operation import Operation, OperationStatus, OperationType, begin_operation
from domain.payments.payment import CaptureMode, Payment
from domain.payments.perform_operation import gateway_request
from domain.payments.postings import capture_entry
from domain.payments.refund import Refund, RefundReason, RefundStatus
from domain.payments.screening import ALLOWED

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from app.demo.seed.history import History
    from app.demo.seed.past_screening import PastScreening
    from domain.kernel.events import JsonValue
    from domain.kernel.money import Money
    from domain.merchants.fee_plan import FeePlan
    from domain.merchants.sale import Sale
    from domain.payments.method import PaymentMethod
    from domain.payments.screening import Arrival

WORKER = system_actor("worker")
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
    screening: PastScreening
    dice: Random
    now: datetime
    simulator_url: str


class StoryRecord:
    """A payment and everything that is kept of it, as of the story's own time `at`."""

    def __init__(self, arrival: Arrival, card: PaymentMethod, risk_score: int, scene: Scene) -> None:
        payment = arrival.payment
        self.at = payment.created_at
        self.now = scene.now
        self.dice = scene.dice
        self.actor = scene.actor
        self.operator = scene.operator
        self._card = card
        self._risk_score = risk_score
        self._merchant = arrival.merchant
        self._plan = scene.plan
        self._history = scene.history
        self._screening = scene.screening
        self._simulator_url = scene.simulator_url
        reference = f"sim_{self._history.identifiers.word(24)}"
        self._gateway = GatewaySide(reference, card.token or "", self._history.journal)
        self._payment = payment
        self._causes: list[Actor] = []
        self._change(authorization.create(payment), self.actor)
        self.verdict = scene.screening.judge(arrival)
        data: dict[str, JsonValue] = {"amount_minor": payment.amount_minor, "currency": payment.currency.code}
        if self.verdict != ALLOWED:
            data["screening"] = self.verdict.decision.value
        self._history.audit(self.actor, "payments.create", ("payment", payment.id), payment.merchant_id, self.at, data)

    @property
    def payment(self) -> Payment:
        """The payment so far."""
        return self._payment

    @property
    def sells_at_once(self) -> bool:
        """Whether the capture is the gateway's or the back office's to add to the authorization."""
        return self._payment.capture_mode is CaptureMode.AUTOMATIC

    def _change(self, payment: Payment, cause: Actor) -> None:
        self._causes.extend([cause] * (len(payment.events) - len(self._causes)))
        self._payment = payment

    def _sale(self, amount: Money) -> Sale:
        return sale_of(self._card, self._merchant, amount)

    def _fee_minor(self, operation: Operation) -> int:
        return self._plan.fee_minor(self._sale(operation.amount))

    def _begin(self, kind: OperationType, minor: int, **flags: bool) -> Operation:
        operation_id = self._history.identifiers.new(self.at)
        return begin_operation(self._payment, operation_id, kind, self._payment.money(minor), self.at, **flags)

    def _authorize(self, *, confirms: bool = False) -> Operation:
        operation = self._begin(
            OperationType.AUTHORIZE,
            self._payment.amount_minor,
            capture=self.sells_at_once and not self.verdict.withholds_capture,
            confirms=confirms,
            request_3ds=self.verdict.request_3ds and not confirms,
        )
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

    def _take(self, operation: Operation, capture: Capture, by: Actor, lost_for: timedelta | None = None) -> None:
        """The capture that was begun succeeds; with `lost_for` its answer got lost, and was found that much later."""
        self._gateway.move(gateway_request(self._payment, operation), self._answered())
        if lost_for:
            operation, by = self._answer_lost(operation, lost_for)
        at = self.at
        operation = self._conclude(operation, OperationStatus.SUCCEEDED, by, code="00")
        fee = self._fee_minor(operation)
        capture = capture.move(OperationStatus.SUCCEEDED, fee_minor=fee)
        self._history.keep_capture(capture)
        self._history.post(capture_entry(self._payment, operation, self._history.identifiers.new(at), fee, at))
        self._change(money_movement.take_capture(self._payment, capture, fee, at), by)

    def _give_back(self, operation: Operation, by: Actor) -> None:
        """The void that was begun succeeds."""
        at = self._answered()
        self._gateway.move(gateway_request(self._payment, operation), at)
        self._conclude(operation, OperationStatus.SUCCEEDED, by, code="00")
        self._change(authorization.void(self._payment, at), by)

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
