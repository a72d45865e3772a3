"""The rules that keep the simulator's money straight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.payment import Payment, PaymentState, Refused

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def a_payment(state: PaymentState = PaymentState.OPEN, amount_minor: int = 1000, captured_minor: int = 0) -> Payment:
    return Payment(
        reference="sim_1",
        token="tok_visa",
        currency="EUR",
        amount_minor=amount_minor,
        state=state,
        expires_at=NOW + timedelta(days=1),
        captured_minor=captured_minor,
    )


@given(st.lists(st.tuples(st.sampled_from(["capture", "final", "refund", "void"]), st.integers(1, 700)), max_size=12))
def test_money_is_never_made(steps: list[tuple[str, int]]) -> None:
    payment, released = a_payment(), 0
    for verb, amount in steps:
        try:
            if verb == "refund":
                payment = payment.refund(amount)
            elif verb == "void":
                payment = payment.void(payment.amount_minor)
            else:
                payment, more = payment.capture(amount, NOW, final=verb == "final")
                released += more
        except Refused:
            continue
    assert payment.captured_minor + released <= payment.amount_minor
    assert payment.refunded_minor <= payment.captured_minor
    assert not (payment.state is PaymentState.VOIDED and payment.captured_minor)


@pytest.mark.parametrize("state", [state for state in PaymentState if state is not PaymentState.OPEN])
def test_only_an_open_authorization_is_captured_or_voided(state: PaymentState) -> None:
    with pytest.raises(Refused):
        a_payment(state).capture(1, NOW, final=False)
    with pytest.raises(Refused):
        a_payment(state).void(1000)


def test_an_expired_authorization_is_not_captured() -> None:
    with pytest.raises(Refused, match="expired"):
        a_payment().capture(1, NOW + timedelta(days=1), final=False)


def test_a_partial_void_is_refused() -> None:
    with pytest.raises(Refused, match="whole"):
        a_payment().void(999)


def test_a_late_challenge_fails() -> None:
    late = NOW + timedelta(days=1)
    with pytest.raises(Refused):
        a_payment(PaymentState.AWAITING_CUSTOMER).authenticate(late, passed=True)
    with pytest.raises(Refused) as refusal:
        a_payment(PaymentState.AWAITING_CUSTOMER).confirm(late)
    assert refusal.value.decline_code == "authentication_failed"


def test_survives_the_journal() -> None:
    payment = a_payment(PaymentState.CLOSED, captured_minor=10)
    assert Payment.from_json(payment.as_json()) == payment
