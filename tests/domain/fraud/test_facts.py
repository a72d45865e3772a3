"""What is known of a payment that arrives: every variable, what it is counted by, and what lists may have of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fraud.facts import list_values_of, trace_of, values_of
from domain.fraud.list_kind import ListKind
from domain.fraud.trace import hash_of
from domain.fraud.variables import VARIABLES, VariableType
from domain.fraud.velocity import Dimension
from domain.kernel.ids import Prefix, format_id
from domain.payments.method import CardFunding, PaymentMethod, PaymentMethodType, Wallet
from domain.payments.origin import Origin
from domain.payments.payment import PaymentStatus
from domain.payments.screening import Arrival
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payments import a_customer, a_method, a_payment

_PYTHON = {VariableType.INT: int, VariableType.STRING: str, VariableType.TIMESTAMP: datetime}
_SCORE = "gateway.score"


def an_arrival(**values: Any) -> Arrival:
    """A payment of which everything is known."""
    merchant = values.pop("merchant", a_merchant(time_zone="America/New_York"))
    method = a_method(bin="42424242", funding=CardFunding.CREDIT, wallet=Wallet.APPLE_PAY, fingerprint="fp_1")
    defaults: dict[str, Any] = {
        "payment": a_payment(eur(120), merchant_id=merchant.id, method=method, status=PaymentStatus.PROCESSING),
        "merchant": merchant,
        "customer": a_customer(
            merchant_id=merchant.id, email="Mary@Example.COM", created_at=MORNING - timedelta(days=9, hours=23)
        ),
        "origin": Origin(
            ip_address="2001:DB8:0:0::7", device_id="device-1", billing_country="DE", shipping_country="FR"
        ),
    }
    return Arrival(**{**defaults, **values})


def nothing_known() -> Arrival:
    merchant = a_merchant()
    return Arrival(
        payment=a_payment(eur(1), merchant_id=merchant.id, method=PaymentMethod(type=PaymentMethodType.PIX)),
        merchant=merchant,
    )


def test_every_variable_is_there_in_its_type() -> None:
    for arrival in (an_arrival(), nothing_known()):
        values = values_of(arrival, MORNING, 50)
        assert list(values) == [variable.name for variable in VARIABLES]
        # An enumeration's member is a text as well, and no language but Python knows it.
        assert all(type(values[variable.name]) is _PYTHON[variable.type] for variable in VARIABLES)


def test_the_score_is_left_out_until_it_is_known() -> None:
    assert _SCORE not in values_of(an_arrival(), MORNING, None)
    assert values_of(an_arrival(), MORNING, 0)[_SCORE] == 0


def test_what_is_known() -> None:
    arrival = an_arrival()
    assert arrival.customer is not None
    assert values_of(arrival, MORNING, None) == {
        "payment.amount_minor": 12_000,
        "payment.currency": "EUR",
        "payment.method": "CARD",
        "payment.capture_mode": "MANUAL",
        "payment.merchant": format_id(Prefix.MERCHANT, arrival.merchant.id),
        "payment.merchant_country": "DE",
        "payment.hour": 4,
        "payment.weekday": 1,
        "card.brand": "VISA",
        "card.bin": "42424242",
        "card.country": "DE",
        "card.funding": "CREDIT",
        "card.wallet": "APPLE_PAY",
        "card.fingerprint": "fp_1",
        "customer.id": format_id(Prefix.CUSTOMER, arrival.customer.id),
        "customer.email": "mary@example.com",
        "customer.domain": "example.com",
        "customer.country": "GB",
        "customer.account_age_days": 9,
        "customer.first_seen": MORNING - timedelta(days=9, hours=23),
        "ip.address": "2001:db8::7",
        "device.id": "device-1",
        "billing.country": "DE",
        "shipping.country": "FR",
    }


def test_what_nobody_knows_is_as_the_documentation_says() -> None:
    values = values_of(nothing_known(), MORNING, None)
    documented = {'""': "", "0": 0, "the payment's own time": MORNING}
    for variable in VARIABLES:
        if variable.unknown in documented:
            assert values[variable.name] == documented[variable.unknown]


@pytest.mark.parametrize(
    ("zone", "at", "hour", "weekday"),
    [
        ("UTC", "2026-03-01T23:59:59", 23, 7),
        ("Europe/Berlin", "2026-03-01T23:59:59", 0, 1),
        # The hour that is left out in spring, and the one that comes twice in autumn.
        ("Europe/Berlin", "2026-03-29T00:59:59", 1, 7),
        ("Europe/Berlin", "2026-03-29T01:00:00", 3, 7),
        ("Europe/Berlin", "2026-10-25T00:30:00", 2, 7),
        ("Europe/Berlin", "2026-10-25T01:30:00", 2, 7),
        ("Pacific/Kiritimati", "2026-03-01T10:00:00", 0, 1),
        ("Asia/Kathmandu", "2026-03-01T18:15:00", 0, 1),
    ],
)
def test_the_hour_and_the_day_are_the_merchants(zone: str, at: str, hour: int, weekday: int) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    values = values_of(an_arrival(merchant=a_merchant(time_zone=zone)), moment, None)
    assert (values["payment.hour"], values["payment.weekday"]) == (hour, weekday)


def test_a_customer_who_comes_with_the_payment_is_new() -> None:
    arrival = an_arrival(customer=a_customer(created_at=MORNING + timedelta(seconds=1)))
    values = values_of(arrival, MORNING, None)
    assert values["customer.account_age_days"] == 0
    assert values["customer.first_seen"] == MORNING


def test_a_customer_without_an_address_has_no_domain() -> None:
    values = values_of(an_arrival(customer=a_customer(email=None, country=None)), MORNING, None)
    assert (values["customer.email"], values["customer.domain"], values["customer.country"]) == ("", "", "")


@pytest.mark.parametrize(
    ("written", "one_text"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::FFFF:cb00:7107", "203.0.113.7"),
        ("2001:0db8:0000:0000:0000:0000:0000:0007", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_has_one_text_however_it_is_written(written: str, one_text: str) -> None:
    arrival = an_arrival(origin=Origin(ip_address=written))
    assert values_of(arrival, MORNING, None)["ip.address"] == one_text
    assert trace_of(arrival, MORNING).hashes[Dimension.IP] == hash_of(Dimension.IP, one_text)


def test_a_payment_is_counted_by_all_that_is_known_of_it() -> None:
    arrival = an_arrival()
    trace = trace_of(arrival, MORNING)
    assert (trace.payment_id, trace.merchant_id) == (arrival.payment.id, arrival.merchant.id)
    assert (trace.at, trace.amount) == (MORNING, eur(120))
    assert set(trace.hashes) == set(Dimension) - {Dimension.MERCHANT}
    assert trace.hashes[Dimension.EMAIL] == hash_of(Dimension.EMAIL, "mary@example.com")
    assert trace.hashes[Dimension.CARD] == hash_of(Dimension.CARD, "fp_1")
    assert trace.hashes[Dimension.DEVICE] == hash_of(Dimension.DEVICE, "device-1")
    assert len(set(trace.hashes.values())) == len(trace.hashes)


def test_what_nobody_knows_is_not_counted() -> None:
    assert trace_of(nothing_known(), MORNING).hashes == {}
    unnamed = replace(nothing_known(), customer=a_customer(email=None), origin=Origin(device_id="d"))
    assert set(trace_of(unnamed, MORNING).hashes) == {Dimension.CUSTOMER, Dimension.DEVICE}


def test_lists_are_asked_for_every_known_value_of_their_kind() -> None:
    arrival = an_arrival()
    assert arrival.customer is not None
    assert list_values_of(values_of(arrival, MORNING, None)) == {
        ListKind.EMAIL: {"mary@example.com"},
        ListKind.DOMAIN: {"example.com"},
        ListKind.CARD: {"fp_1"},
        ListKind.BIN: {"42424242"},
        ListKind.IP: {"2001:db8::7"},
        ListKind.COUNTRY: {"DE", "GB", "FR"},
        ListKind.CUSTOMER: {format_id(Prefix.CUSTOMER, arrival.customer.id)},
    }
    assert list_values_of(values_of(nothing_known(), MORNING, None)) == {ListKind.COUNTRY: {"DE"}}
    assert list_values_of({}) == {}


@given(st.integers(0, 3 * 86_400))
def test_the_age_of_an_account_is_in_whole_days(seconds: int) -> None:
    customer = a_customer(created_at=MORNING - timedelta(seconds=seconds))
    assert values_of(an_arrival(customer=customer), MORNING, None)["customer.account_age_days"] == seconds // 86_400
