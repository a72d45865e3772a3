"""What is known of a payment method."""

from __future__ import annotations

from dataclasses import fields

from domain.payments.method import PaymentMethod, PaymentMethodType


def test_there_is_no_place_for_a_card_number() -> None:
    assert not {field.name for field in fields(PaymentMethod)} & {"number", "pan", "card_number", "cvc", "cvv"}
    assert PaymentMethod(type=PaymentMethodType.PIX).last4 is None
