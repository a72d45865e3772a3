"""The payment method as a token describes it; the card number itself never enters this house."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PaymentMethodType(StrEnum):
    """How the customer pays."""

    CARD = "CARD"
    SEPA_TRANSFER = "SEPA_TRANSFER"
    PIX = "PIX"
    CASH_VOUCHER = "CASH_VOUCHER"


class CardBrand(StrEnum):
    """The card's network."""

    VISA = "VISA"
    MASTERCARD = "MASTERCARD"
    AMEX = "AMEX"
    DISCOVER = "DISCOVER"


class CardFunding(StrEnum):
    """Where the cardholder's money comes from."""

    CREDIT = "CREDIT"
    DEBIT = "DEBIT"
    PREPAID = "PREPAID"


class Wallet(StrEnum):
    """The wallet that handed over the token."""

    APPLE_PAY = "APPLE_PAY"
    GOOGLE_PAY = "GOOGLE_PAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethod:
    """What is known of the method: all of it comes from the gateway, by the token.

    `country` is the card issuer's (of the BIN), ISO 3166-1 alpha-2; `fingerprint` is the same for the same card.
    """

    type: PaymentMethodType
    token: str | None = None
    brand: CardBrand | None = None
    last4: str | None = None
    bin: str | None = None
    country: str | None = None
    expiry_month: int | None = None
    expiry_year: int | None = None
    funding: CardFunding | None = None
    wallet: Wallet | None = None
    fingerprint: str | None = None
