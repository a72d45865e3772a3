"""The same input has one hash, however it was written; another input has another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

import pytest

from domain.kernel.errors import Invalid
from domain.kernel.idempotency import IdempotencyConflict, input_hash
from domain.kernel.money import Money
from domain.payments.capture_payment import CapturePayment
from domain.payments.create_payment import CreatePayment, NewCustomer
from tests.builders.money import EUR, JPY, eur
from tests.builders.payments import a_claim

CAPTURE = CapturePayment(idempotency_key="a", payment_id=uuid4(), amount=eur("19.90"))
CREATE = CreatePayment(
    idempotency_key="a",
    merchant_id=uuid4(),
    amount=eur(40),
    token="tok_visa",
    customer=NewCustomer(email="mary@example.com"),
    metadata={"b": "2", "a": "1"},
)


def test_the_key_itself_is_no_input() -> None:
    assert input_hash(CAPTURE) == input_hash(replace(CAPTURE, idempotency_key="b"))


def test_the_same_amount_written_otherwise_is_the_same_input() -> None:
    assert input_hash(CAPTURE) == input_hash(replace(CAPTURE, amount=Money.parse("19.9", EUR)))


def test_what_is_not_given_does_not_count() -> None:
    """Or keys would conflict with themselves once a command learns of another value."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Before:
        idempotency_key: str
        country: str = "DE"

    @dataclass(frozen=True, slots=True, kw_only=True)
    class After(Before):
        city: str | None = None

    assert input_hash(Before(idempotency_key="a")) == input_hash(After(idempotency_key="a"))
    assert input_hash(Before(idempotency_key="a")) != input_hash(After(idempotency_key="a", city="Bonn"))


def test_the_order_of_metadata_does_not_matter() -> None:
    assert input_hash(CREATE) == input_hash(replace(CREATE, metadata={"a": "1", "b": "2"}))


@pytest.mark.parametrize(
    "other",
    [
        replace(CAPTURE, amount=None),
        replace(CAPTURE, amount=eur("19.91")),
        replace(CAPTURE, amount=Money(1990, JPY)),
        replace(CAPTURE, final=False),
        replace(CAPTURE, payment_id=uuid4()),
    ],
)
def test_another_capture_is_another_input(other: CapturePayment) -> None:
    assert input_hash(other) != input_hash(CAPTURE)


@pytest.mark.parametrize(
    "other",
    [
        replace(CREATE, metadata={"a": "1"}),
        replace(CREATE, token="tok_mastercard"),
        replace(CREATE, customer=None),
        replace(CREATE, customer=NewCustomer(email="ada@example.com")),
        replace(CREATE, reference="R-1"),
    ],
)
def test_another_payment_is_another_input(other: CreatePayment) -> None:
    assert input_hash(other) != input_hash(CREATE)


def test_a_later_claim_with_another_input_is_a_conflict() -> None:
    first = a_claim(input_hash=bytes(32))
    first.ensure_same(a_claim(input_hash=bytes(32)))
    with pytest.raises(IdempotencyConflict):
        first.ensure_same(a_claim(input_hash=b"\x01" * 32))


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "k" * 300, "a\x00b", "\ud800", "4242424242424242"])
def test_a_bad_key_is_refused(key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_claim(key=key)
    assert refusal.value.path == ("idempotencyKey",)


@pytest.mark.parametrize("key", ["k", "k" * 255, "0b8c7c5e-51a1-4d1c-9d47-2d0c3c9a1f55", "ключ"])
def test_a_clean_key_is_taken(key: str) -> None:
    assert a_claim(key=key).key == key
