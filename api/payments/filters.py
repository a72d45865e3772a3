"""The filter of payments, as requests give it and as the domain takes it."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import strawberry

from api.describing import attribute
from api.identifiers import optional_id
from api.money import codes_of
from api.payments.enums import CardBrand, DeclineCode, PaymentMethodType, PaymentStatus
from api.scalars import CurrencyCode
from api.spans import DateTimeRange, DecimalRange, IntRange, integers, moments, scaled
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix
from domain.kernel.money import Currency
from domain.kernel.text import optional_text
from domain.payments import filter as payment_filter

_MOST_TEXT = 100
Value = TypeVar("Value")


@strawberry.input(description="A pair of the merchant's own data.")
class MetadataInput:
    """Exactly this key with exactly this value."""

    key: str = attribute("The key, at most 40 characters.")
    value: str = attribute("The value, at most 500 characters.")


@strawberry.input(description="Which payments. Everything given must hold; a list means any of.")
class PaymentFilter:
    """Texts match exactly unless the field is called text."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants.", default=None)
    customer_id: strawberry.ID | None = attribute("Of this customer.", default=None)
    status: list[PaymentStatus] | None = attribute("In these statuses.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies.", default=None)
    amount: DecimalRange | None = attribute("Of amounts in major units, in whatever currency.", default=None)
    created_at: DateTimeRange | None = attribute("Created then.", default=None)
    captured_at: DateTimeRange | None = attribute("First captured then.", default=None)
    method: list[PaymentMethodType] | None = attribute("By these methods.", default=None)
    brand: list[CardBrand] | None = attribute("With cards of these networks.", default=None)
    last4: str | None = attribute("With a card that ends so.", default=None)
    customer_email: str | None = attribute(
        "Of the customer with this e-mail address; needs the permission customers:pii.", default=None
    )
    reference: str | None = attribute("With this reference.", default=None)
    gateway: list[str] | None = attribute("Through these gateways.", default=None)
    decline_code: list[DeclineCode] | None = attribute("Refused with these codes.", default=None)
    risk_score: IntRange | None = attribute("With risk scores in this range.", default=None)
    has_dispute: bool | None = attribute("Whether anything of it is disputed.", default=None)
    has_refund: bool | None = attribute("Whether anything of it is refunded or about to be.", default=None)
    has_unknown_outcome: bool | None = attribute("Whether a gateway's answer is missing.", default=None)
    metadata: list[MetadataInput] | None = attribute("With all of these pairs.", default=None)
    text: str | None = attribute(
        "Words, or their beginnings, of the reference (and, with the permission customers:pii, of the e-mail address);"
        " or an id.",
        default=None,
    )


def wanted_payments(
    given: PaymentFilter | None, currency_of: Callable[[str], Currency]
) -> payment_filter.PaymentFilter:
    """The domain's filter; raise `Invalid` that names the path. The merchants narrow the scope instead."""
    if given is None:
        return payment_filter.PaymentFilter()
    payment_id, text = _text(given.text)
    return payment_filter.PaymentFilter(
        payment_id=payment_id,
        text=text,
        customer_id=optional_id(Prefix.CUSTOMER, given.customer_id, "filter", "customerId"),
        status=_tuple(given.status),
        currency=codes_of(given.currency, currency_of, "filter", "currency"),
        amount=scaled(given.amount, "filter", "amount"),
        created_at=moments(given.created_at),
        captured_at=moments(given.captured_at),
        method=_tuple(given.method),
        brand=_tuple(given.brand),
        last4=given.last4,
        customer_email=given.customer_email,
        reference=given.reference,
        gateway=_tuple(given.gateway),
        decline_code=_tuple(given.decline_code),
        risk_score=integers(given.risk_score),
        has_dispute=given.has_dispute,
        has_refund=given.has_refund,
        has_unknown_outcome=given.has_unknown_outcome,
        metadata=None if given.metadata is None else tuple((pair.key, pair.value) for pair in given.metadata),
    )


def _text(text: str | None) -> tuple[UUID | None, str | None]:
    """A payment's id or words, never both."""
    if text is None:
        return None, None
    path = ("filter", "text")
    try:
        return optional_id(Prefix.PAYMENT, text.strip(), *path), None
    except Invalid:
        return None, optional_text(text, path, longest=_MOST_TEXT)


def _tuple(values: list[Value] | None) -> tuple[Value, ...] | None:
    return None if values is None else tuple(values)
