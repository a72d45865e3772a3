"""One payment's life, lived through the domain's own transitions; what each leaves behind goes to the history.

The verbs do the same in transactions of their own, too slowly for twenty thousand payments.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.demo.seed.reviewed_story import ReviewedStory
from app.demo.seed.story_record import WORKER
from domain.payments import authorization, money_movement, review_hold
from domain.payments.capturing import begin_full_capture
from domain.payments.gateway import OutcomeKind, RedirectAction
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.perform_operation import gateway_request
from domain.payments.postings import capture_entry, refund_entry

if TYPE_CHECKING:
    from datetime import datetime

    from domain.identity.actor import Actor
    from domain.payments.decline import DeclineCode
    from domain.payments.refund import RefundReason


class Story(ReviewedStory):
    """A payment that was made a while ago, and goes on until now.

    `at` is the story's own time; `card` is what the gateway tells of the method, with `risk_score`.
    """

    def end(self) -> None:
        """Hand the payment over, with what screening found and its review."""
        self._history.keep_payment(self._payment, self._causes)
        self._history.keep_screening(*self._screening.collect(self._payment))
        self._end_review()

    def block(self) -> None:
        """Screening refuses it, and nobody asks the gateway."""
        self._change(authorization.block(self._payment, self.at), self.actor)

    def approve(self, *, confirms: bool = False, lost_for: timedelta | None = None) -> None:
        """The authorization succeeds; with `lost_for` its answer got lost, and was found that much later.

        What has to be looked at is held, and goes on when and as the review lets it.
        """
        operation = self._authorize(confirms=confirms)
        expires_at = self._gateway.approve(gateway_request(self._payment, operation), self._answered())
        operation, by = self._answer_lost(operation, lost_for) if lost_for else (operation, self.actor)
        at = self.at
        operation = self._conclude(operation, OperationStatus.SUCCEEDED, by, code="00")
        outcome = self._outcome(OutcomeKind.SUCCEEDED, authorization_expires_at=expires_at)
        if operation.capture:
            fee = self._fee_minor(operation)
            capture = self._capture_of(operation, status=OperationStatus.SUCCEEDED, final=True, fee_minor=fee)
            self._history.keep_capture(capture)
            self._history.post(capture_entry(self._payment, operation, self._history.identifiers.new(at), fee, at))
            self._change(money_movement.take_at_once(self._payment, outcome, capture, fee, at), by)
            return
        authorized = authorization.authorize(self._payment, outcome, at)
        review = self._screening.judge_authorized(authorized, at)
        if review is not None:
            self._change(review_hold.hold(self._payment, outcome, at), by)
            self.go_through(review, by)
            return
        self._change(authorized, by)
        if self.sells_at_once:
            self._intend(lambda unit, id_: begin_full_capture(unit, self._payment, id_, at), by)

    def refuse(self, code: DeclineCode, response_code: str, *, confirms: bool = False) -> None:
        """The issuer declines, or the gateway fails."""
        operation = self._authorize(confirms=confirms)
        at = self._answered()
        self._conclude(operation, OperationStatus.FAILED, self.actor, code=response_code)
        outcome = self._outcome(OutcomeKind.FAILED, decline_code=code)
        self._change(authorization.refuse(self._payment, outcome, at), self.actor)

    def challenge(self, lasts: timedelta) -> datetime:
        """The customer has to pass 3-D Secure; returns until when."""
        operation = self._authorize()
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
        self._take(operation, capture, by, lost_for)

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
        self._give_back(operation, by)

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
        fee = self._plan.refund_fee_minor(self._sale(refund.amount))
        refund = refund.succeed(returned_fee_minor=returned, fee_minor=fee)
        self._history.keep_refund(refund)
        self._history.post(refund_entry(payment, operation, refund, self._history.identifiers.new(at), at))
        self._change(money_movement.give_back(payment, refund, at), by)

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
        operation = self._authorize()
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
