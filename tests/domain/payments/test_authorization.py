"""From creation to an authorization, or to the end without one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.errors import Invalid
from domain.kernel.machine import TransitionNotAllowed
from domain.kernel.money import Money
from domain.payments import authorization
from domain.payments.decline import ADVICE, BLOCKED, DeclineCode
from domain.payments.errors import PaymentStateForbids
from domain.payments.events import PaymentEventType
from domain.payments.gateway import OutcomeKind, RedirectAction
from domain.payments.payment import MOST_MINOR, PaymentStatus
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR, eur
from tests.builders.payments import a_method, a_payment, an_outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.payments.payment import Payment

S = PaymentStatus
E = PaymentEventType
PROCESSING = a_payment(status=S.PROCESSING)
WAITING = a_payment(
    status=S.REQUIRES_ACTION, next_action_url="https://acs.example/1", next_action_expires_at=after(600)
)


def test_a_new_payment_has_its_first_event() -> None:
    created = authorization.create(PROCESSING)
    assert created.version == 1
    assert [event.type for event in created.events] == [E.CREATED]
    assert created.events[0].data == {
        "amount_minor": 10000, "currency": "EUR", "method": "CARD", "capture_mode": "MANUAL",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"amount": eur(0)}, ("amount", "amount")),
        ({"amount": Money(MOST_MINOR + 1, EUR)}, ("amount", "amount")),
        ({"reference": ""}, ("reference",)),
        ({"description": "\x00"}, ("description",)),
        ({"metadata": {"": "v"}}, ("metadata", "0", "key")),
        ({"return_url": "javascript:alert(1)"}, ("returnUrl",)),
        ({"return_url": "//evil.example"}, ("returnUrl",)),
        ({"return_url": "/back"}, ("returnUrl",)),
    ],
)
def test_a_bad_payment_is_not_made(values: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refusal:
        authorization.create(a_payment(status=S.PROCESSING, **values))
    assert refusal.value.path == path


def test_an_authorization_sets_the_money_aside_until_it_expires() -> None:
    outcome = an_outcome(
        gateway_reference="ref_1", method=a_method(last4="0005"), risk_score=12, authorization_expires_at=after(900)
    )
    payment = authorization.authorize(PROCESSING, outcome, after(1))
    assert (payment.status, payment.authorized_minor, payment.authorized_at) == (S.AUTHORIZED, 10000, after(1))
    assert (payment.gateway_reference, payment.method.last4, payment.risk_score) == ("ref_1", "0005", 12)
    assert payment.authorization_expires_at == after(900)
    assert payment.events[-1].type is E.AUTHORIZED


def test_what_the_gateway_does_not_say_stays_as_it_was() -> None:
    payment = authorization.authorize(replace(PROCESSING, risk_score=3), an_outcome(), after(1))
    assert (payment.gateway_reference, payment.method, payment.risk_score) == ("sim_1", PROCESSING.method, 3)


def test_a_risk_score_of_zero_is_a_score() -> None:
    assert (
        authorization.authorize(replace(PROCESSING, risk_score=3), an_outcome(risk_score=0), after(1)).risk_score == 0
    )


@pytest.mark.parametrize("code", DeclineCode)
def test_a_refusal_says_why_and_what_to_do(code: DeclineCode) -> None:
    payment = authorization.refuse(PROCESSING, an_outcome(OutcomeKind.FAILED, decline_code=code), after(1))
    failed = code is DeclineCode.GATEWAY_ERROR
    assert payment.status is (S.FAILED if failed else S.DECLINED)
    assert (payment.decline_code, payment.decline_message) == (code, ADVICE[code])
    assert payment.events[-1].type is (E.FAILED if failed else E.DECLINED)
    assert payment.authorized_minor == 0


def test_a_block_is_a_decline_that_blames_nobody_else() -> None:
    payment = authorization.block(PROCESSING, after(1))
    assert (payment.status, payment.decline_code) == (S.DECLINED, DeclineCode.FRAUD_SUSPECTED)
    assert payment.decline_message == BLOCKED
    assert (payment.events[-1].type, payment.events[-1].data) == (
        E.DECLINED, {"decline_code": "FRAUD_SUSPECTED", "blocked": True},
    )  # fmt: skip
    with pytest.raises(TransitionNotAllowed):
        authorization.block(a_payment(), after(1))


def test_a_refusal_without_a_code_is_a_decline() -> None:
    payment = authorization.refuse(PROCESSING, an_outcome(OutcomeKind.FAILED), after(1))
    assert (payment.status, payment.decline_code) == (S.DECLINED, DeclineCode.OTHER)


def test_a_gateway_that_was_never_reached_declined_nothing() -> None:
    payment = authorization.refuse(PROCESSING, an_outcome(OutcomeKind.NOT_SENT), after(1))
    assert (payment.status, payment.decline_code) == (S.FAILED, DeclineCode.GATEWAY_ERROR)


def test_a_customer_s_action_is_required_then_taken_then_forgotten() -> None:
    action = RedirectAction(url="https://acs.example/2", expires_at=after(600))
    waiting = authorization.require_action(
        PROCESSING, an_outcome(OutcomeKind.REQUIRES_ACTION, next_action=action), after(1)
    )
    assert (waiting.status, waiting.next_action_url) == (S.REQUIRES_ACTION, "https://acs.example/2")
    assert waiting.next_action_expires_at == after(600)
    resumed = authorization.resume(waiting, after(2))
    assert resumed.status is S.PROCESSING
    again = authorization.require_action(resumed, an_outcome(OutcomeKind.REQUIRES_ACTION), after(3))
    assert again.next_action_url == "https://acs.example/2"
    done = authorization.authorize(authorization.resume(again, after(4)), an_outcome(), after(5))
    assert (done.next_action_url, done.next_action_expires_at) == (None, None)
    assert [event.type for event in done.events] == [
        E.ACTION_REQUIRED, E.CONFIRMED, E.ACTION_REQUIRED, E.CONFIRMED, E.AUTHORIZED,
    ]  # fmt: skip


@pytest.mark.parametrize("status", [s for s in S if s is not S.REQUIRES_ACTION])
def test_nothing_else_is_resumed(status: PaymentStatus) -> None:
    with pytest.raises(PaymentStateForbids, match=status):
        authorization.resume(a_payment(status=status), after(1))


def test_a_payment_that_waits_can_be_canceled() -> None:
    payment = authorization.cancel(WAITING, after(1), "no longer wanted")
    assert (payment.status, payment.next_action_url) == (S.CANCELED, None)
    assert payment.events[-1].data == {"reason": "no longer wanted"}


def test_a_void_is_requested_then_done() -> None:
    requested = authorization.reserve_void(a_payment(), after(1), "wrong article")
    assert (requested.status, requested.void_pending) == (S.AUTHORIZED, True)
    with pytest.raises(PaymentStateForbids, match="A void is under way"):
        authorization.reserve_void(requested, after(2), None)
    voided = authorization.void(requested, after(3))
    assert (voided.status, voided.void_pending) == (S.VOIDED, False)
    assert [event.type for event in voided.events] == [E.VOID_REQUESTED, E.VOIDED]


def test_a_void_that_the_gateway_refuses_keeps_the_authorization() -> None:
    kept = authorization.keep_authorization(authorization.reserve_void(a_payment(), after(1), None), after(2), "no")
    assert (kept.status, kept.void_pending, kept.capturable_minor) == (S.AUTHORIZED, False, 10000)
    assert kept.events[-1].data == {"response_code": "no"}


def test_what_is_held_for_review_is_voided_or_held_on() -> None:
    requested = authorization.reserve_void(a_payment(status=S.IN_REVIEW), after(1), None)
    assert (requested.status, requested.void_pending) == (S.IN_REVIEW, True)
    assert authorization.void(requested, after(2)).status is S.VOIDED
    kept = authorization.keep_authorization(requested, after(2), "no")
    assert (kept.status, kept.void_pending) == (S.IN_REVIEW, False)


@pytest.mark.parametrize(
    ("payment", "due"),
    [
        (a_payment(authorization_expires_at=after(60)), True),
        (a_payment(authorization_expires_at=after(61)), False),
        (a_payment(authorization_expires_at=None), False),
        (a_payment(authorization_expires_at=after(60), captured=eur(40)), True),
        (a_payment(authorization_expires_at=after(60), capture_pending=eur(40)), False),
        (a_payment(authorization_expires_at=after(60), void_pending=True), False),
        (a_payment(authorization_expires_at=after(60), captured=eur(100)), False),
        (a_payment(authorization_expires_at=after(60), status=S.VOIDED), False),
        (a_payment(authorization_expires_at=after(60), status=S.IN_REVIEW), True),
        (a_payment(authorization_expires_at=after(60), status=S.IN_REVIEW, void_pending=True), False),
        (replace(WAITING, next_action_expires_at=after(60)), True),
        (replace(WAITING, next_action_expires_at=after(61)), False),
        (replace(WAITING, next_action_expires_at=None), False),
        (a_payment(status=S.PROCESSING, next_action_expires_at=after(60)), False),
    ],
)
def test_what_has_run_out_of_time(payment: Payment, due: bool) -> None:  # noqa: FBT001 - a column of the table
    assert authorization.overdue(payment, after(60)) == due


@pytest.mark.parametrize(
    ("payment", "status", "lapsed"),
    [
        (a_payment(), S.EXPIRED, 10000),
        (a_payment(captured=eur(40)), S.CAPTURED, 6000),
        (a_payment(status=S.IN_REVIEW), S.EXPIRED, 10000),
        (WAITING, S.EXPIRED, 0),
    ],
)
def test_what_expiry_leaves(payment: Payment, status: PaymentStatus, lapsed: int) -> None:
    expired = authorization.expire(payment, after(60))
    assert expired.status is status
    assert expired.events[-1].type is E.EXPIRED
    assert expired.events[-1].data == {"lapsed_minor": lapsed, "currency": "EUR"}
    assert expired.capturable_minor == 0
    assert expired.next_action_url is None


def test_doubts_are_counted() -> None:
    doubtful = authorization.doubt(authorization.doubt(a_payment(), after(1), "CAPTURE"), after(2), "REFUND")
    assert doubtful.unknown_operations == 2
    assert doubtful.events[0].data == {"operation": "CAPTURE"}
    assert authorization.settle_doubt(doubtful).unknown_operations == 1


TRANSITIONS_OF_ALL: list[Callable[[Payment], Payment]] = [
    lambda p: authorization.authorize(p, an_outcome(), MORNING),
    lambda p: authorization.refuse(p, an_outcome(OutcomeKind.FAILED), MORNING),
    lambda p: authorization.require_action(p, an_outcome(OutcomeKind.REQUIRES_ACTION), MORNING),
    lambda p: authorization.cancel(p, MORNING, None),
    lambda p: authorization.void(p, MORNING),
    lambda p: authorization.expire(p, MORNING),
]


@pytest.mark.parametrize("transition", TRANSITIONS_OF_ALL)
@pytest.mark.parametrize("status", [S.CAPTURED, S.VOIDED, S.DECLINED, S.FAILED, S.CANCELED, S.EXPIRED])
def test_nothing_happens_to_what_is_final(transition: Callable[[Payment], Payment], status: PaymentStatus) -> None:
    with pytest.raises(TransitionNotAllowed):
        transition(a_payment(status=status))
