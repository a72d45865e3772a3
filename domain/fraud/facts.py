"""What is known of a new payment, as rules, counts and lists ask for it."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.fraud.list_kind import KIND_OF_VARIABLE, ListKind
from domain.fraud.trace import Trace, hash_of
from domain.fraud.velocity import Dimension
from domain.kernel.ids import Prefix, format_id
from domain.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.fraud.variables import FactValue
    from domain.payments.customer import Customer
    from domain.payments.method import PaymentMethod
    from domain.payments.origin import Origin
    from domain.payments.screening import Arrival


def values_of(arrival: Arrival, at: datetime, risk_score: int | None) -> dict[str, FactValue]:
    """Every variable (`VARIABLES`) of a payment that is created at a moment; without the score while it is unknown."""
    payment, merchant = arrival.payment, arrival.merchant
    local = at.astimezone(ZoneInfo(merchant.time_zone))
    values: dict[str, FactValue] = {
        "payment.amount_minor": payment.amount_minor,
        "payment.currency": payment.currency.code,
        "payment.method": payment.method.type.value,
        "payment.capture_mode": payment.capture_mode.value,
        "payment.merchant": format_id(Prefix.MERCHANT, merchant.id),
        "payment.merchant_country": merchant.country,
        "payment.hour": local.hour,
        "payment.weekday": local.isoweekday(),
        **_of_card(payment.method),
        **_of_customer(arrival.customer, at),
        **_of_origin(arrival.origin),
    }
    return values if risk_score is None else {**values, "gateway.score": risk_score}


def trace_of(arrival: Arrival, at: datetime) -> Trace:
    """By what the payment is counted from now on: every dimension of which something is known."""
    payment, customer, origin = arrival.payment, arrival.customer, arrival.origin
    known = {
        Dimension.CARD: payment.method.fingerprint,
        Dimension.EMAIL: _email(customer) if customer else None,
        Dimension.IP: address_of(origin.ip_address) if origin and origin.ip_address else None,
        Dimension.CUSTOMER: format_id(Prefix.CUSTOMER, customer.id) if customer else None,
        Dimension.DEVICE: origin.device_id if origin else None,
    }
    return Trace(
        merchant_id=arrival.merchant.id,
        payment_id=payment.id,
        at=at,
        amount=Money(payment.amount_minor, payment.currency),
        hashes={dimension: hash_of(dimension, value) for dimension, value in known.items() if value},
    )


def list_values_of(values: Mapping[str, FactValue]) -> Mapping[ListKind, frozenset[str]]:
    """What lists of each kind may have of a payment, by its variables; kinds of which nothing is known are left out."""
    found: dict[ListKind, set[str]] = {}
    for variable, kind in KIND_OF_VARIABLE.items():
        value = values.get(variable)
        if isinstance(value, str) and value:
            found.setdefault(kind, set()).add(value)
    return {kind: frozenset(texts) for kind, texts in found.items()}


def _of_card(method: PaymentMethod) -> dict[str, FactValue]:
    return {
        "card.brand": method.brand.value if method.brand else "",
        "card.bin": method.bin or "",
        "card.country": method.country or "",
        "card.funding": method.funding.value if method.funding else "",
        "card.wallet": method.wallet.value if method.wallet else "",
        "card.fingerprint": method.fingerprint or "",
    }


def _of_customer(customer: Customer | None, at: datetime) -> dict[str, FactValue]:
    # The customer that comes with the payment may have been written a moment after it.
    first_seen = min(customer.created_at, at) if customer else at
    email = _email(customer) if customer else ""
    return {
        "customer.id": format_id(Prefix.CUSTOMER, customer.id) if customer else "",
        "customer.email": email,
        "customer.domain": email.rpartition("@")[2],
        "customer.country": (customer.country if customer else None) or "",
        "customer.account_age_days": (at - first_seen).days,
        "customer.first_seen": first_seen,
    }


def _of_origin(origin: Origin | None) -> dict[str, FactValue]:
    return {
        "ip.address": address_of(origin.ip_address) if origin and origin.ip_address else "",
        "device.id": (origin.device_id if origin else None) or "",
        "billing.country": (origin.billing_country if origin else None) or "",
        "shipping.country": (origin.shipping_country if origin else None) or "",
    }


def _email(customer: Customer) -> str:
    return (customer.email or "").lower()


def address_of(text: str) -> str:
    """The one text of an IP address: an IPv4 address that is written as one of IPv6 is the same customer's."""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        # A zone (fe80::1%eth0) is known on one machine alone.
        address = address.ipv4_mapped or IPv6Address(int(address))
    return str(address)
