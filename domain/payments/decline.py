"""Normalised decline codes, each with advice that can be shown to a merchant."""

from __future__ import annotations

from enum import StrEnum


class DeclineCode(StrEnum):
    """Why an issuer or a gateway refused, in one vocabulary for all gateways."""

    INSUFFICIENT_FUNDS = "INSUFFICIENT_FUNDS"
    STOLEN_CARD = "STOLEN_CARD"
    LOST_CARD = "LOST_CARD"
    EXPIRED_CARD = "EXPIRED_CARD"
    DO_NOT_HONOR = "DO_NOT_HONOR"
    INVALID_CARD = "INVALID_CARD"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    AUTHENTICATION_FAILED = "AUTHENTICATION_FAILED"
    FRAUD_SUSPECTED = "FRAUD_SUSPECTED"
    GATEWAY_ERROR = "GATEWAY_ERROR"
    OTHER = "OTHER"


ADVICE: dict[DeclineCode, str] = {
    DeclineCode.INSUFFICIENT_FUNDS: "The account has too little money. Ask for another card, or try again later.",
    DeclineCode.STOLEN_CARD: "The card was reported stolen. Do not retry; ask for another card.",
    DeclineCode.LOST_CARD: "The card was reported lost. Do not retry; ask for another card.",
    DeclineCode.EXPIRED_CARD: "The card has expired. Ask for its new expiry date or another card.",
    DeclineCode.DO_NOT_HONOR: "The issuer gave no reason. The customer can ask the issuer, or use another card.",
    DeclineCode.INVALID_CARD: "The card's details are wrong. Ask the customer to enter them again.",
    DeclineCode.LIMIT_EXCEEDED: "The amount is over the card's limit. Ask for a smaller amount or another card.",
    DeclineCode.AUTHENTICATION_FAILED: "The customer did not pass authentication. Let the customer try once more.",
    DeclineCode.FRAUD_SUSPECTED: "The issuer suspects fraud. Do not retry.",
    DeclineCode.GATEWAY_ERROR: "The gateway failed and moved no money. Try again.",
    DeclineCode.OTHER: "The payment was refused. Ask for another way to pay.",
}
BLOCKED = "Screening blocked the payment as fraudulent, so the issuer was never asked. Do not retry."
"""The advice in place of that of `FRAUD_SUSPECTED`, for a payment that no gateway has seen."""
