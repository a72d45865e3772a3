"""What a rule can ask of a payment: the typed variables, of which the documentation is made too."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

FactValue: TypeAlias = "int | str | datetime"


class VariableType(StrEnum):
    """The types of the expression language (Common Expression Language) that variables have."""

    INT = "int"
    STRING = "string"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """`meaning` is for the documentation, with the unit; `unknown` says what it is when nobody knows it.

    `personal` values are shown only to those who may see personal data. `after_authorization` ones are known once the
    gateway has authorized the payment, not before.
    """

    name: str
    type: VariableType
    meaning: str
    unknown: str = '""'
    personal: bool = False
    after_authorization: bool = False


_INT, _STRING, _TIMESTAMP = VariableType.INT, VariableType.STRING, VariableType.TIMESTAMP
_NEVER = "never unknown"
VARIABLES: tuple[Variable, ...] = (
    Variable(
        name="payment.amount_minor", type=_INT, meaning="The amount in minor units of its currency.", unknown=_NEVER
    ),
    Variable(name="payment.currency", type=_STRING, meaning="The currency (ISO 4217).", unknown=_NEVER),
    Variable(name="payment.method", type=_STRING, meaning='How the customer pays: "CARD".', unknown=_NEVER),
    Variable(name="payment.capture_mode", type=_STRING, meaning='"AUTOMATIC" or "MANUAL".', unknown=_NEVER),
    Variable(name="payment.merchant", type=_STRING, meaning="The merchant's id (`mer_...`).", unknown=_NEVER),
    Variable(
        name="payment.merchant_country", type=_STRING, meaning="The merchant's country (ISO 3166-1).", unknown=_NEVER
    ),
    Variable(
        name="payment.hour",
        type=_INT,
        meaning="The hour of its creation, 0 to 23, in the merchant's time zone.",
        unknown=_NEVER,
    ),
    Variable(
        name="payment.weekday",
        type=_INT,
        meaning="The day of its creation, 1 (Monday) to 7 (Sunday, ISO 8601), in the merchant's time zone.",
        unknown=_NEVER,
    ),
    Variable(name="card.brand", type=_STRING, meaning='The network: "VISA", "MASTERCARD", "AMEX", "DISCOVER".'),
    Variable(name="card.bin", type=_STRING, meaning="The first six to eight digits of the card's number."),
    Variable(name="card.country", type=_STRING, meaning="The issuer's country (ISO 3166-1)."),
    Variable(name="card.funding", type=_STRING, meaning='"CREDIT", "DEBIT" or "PREPAID".'),
    Variable(name="card.wallet", type=_STRING, meaning='"APPLE_PAY", "GOOGLE_PAY", or nothing for a bare card.'),
    Variable(
        name="card.fingerprint", type=_STRING, meaning="The same for the same card, whatever the token.", personal=True
    ),
    Variable(name="customer.id", type=_STRING, meaning="The customer's id (`cus_...`)."),
    Variable(
        name="customer.email", type=_STRING, meaning="The customer's e-mail address, in lower case.", personal=True
    ),
    Variable(name="customer.domain", type=_STRING, meaning="What stands behind the address's @.", personal=True),
    Variable(name="customer.country", type=_STRING, meaning="The customer's country (ISO 3166-1)."),
    Variable(
        name="customer.account_age_days",
        type=_INT,
        meaning="Whole days since the merchant's customer was first seen here; 0 for a new one.",
        unknown="0",
    ),
    Variable(
        name="customer.first_seen",
        type=_TIMESTAMP,
        meaning="When the merchant's customer was first seen here; the payment's own time for a new one.",
        unknown="the payment's own time",
    ),
    Variable(name="ip.address", type=_STRING, meaning="The customer's IP address (IPv4 or IPv6).", personal=True),
    Variable(name="device.id", type=_STRING, meaning="What the merchant's shop knows the device by.", personal=True),
    Variable(name="billing.country", type=_STRING, meaning="The country of the billing address (ISO 3166-1)."),
    Variable(name="shipping.country", type=_STRING, meaning="The country that the goods go to (ISO 3166-1)."),
    Variable(
        name="gateway.score",
        type=_INT,
        meaning="The gateway's risk score, 0 to 100, which comes with the authorization: for REVIEW and SCORE rules.",
        unknown="the rule is not evaluated",
        after_authorization=True,
    ),
)
"""All variables, in the order of the documentation."""
