"""The fields that evidence is handed in under, in one vocabulary for all networks and gateways."""

from __future__ import annotations

from enum import StrEnum


class EvidenceKind(StrEnum):
    """What a piece of evidence is meant to prove."""

    RECEIPT = "RECEIPT"
    SHIPPING_PROOF = "SHIPPING_PROOF"
    SERVICE_PROOF = "SERVICE_PROOF"
    ACCESS_LOG = "ACCESS_LOG"
    CUSTOMER_COMMUNICATION = "CUSTOMER_COMMUNICATION"
    CUSTOMER_SIGNATURE = "CUSTOMER_SIGNATURE"
    PRODUCT_DESCRIPTION = "PRODUCT_DESCRIPTION"
    REFUND_POLICY = "REFUND_POLICY"
    CANCELLATION_POLICY = "CANCELLATION_POLICY"
    SUBSCRIPTION_TERMS = "SUBSCRIPTION_TERMS"
    REFUND_PROOF = "REFUND_PROOF"
    PRIOR_TRANSACTIONS = "PRIOR_TRANSACTIONS"
    AUTHENTICATION_PROOF = "AUTHENTICATION_PROOF"
    AUTHORIZATION_PROOF = "AUTHORIZATION_PROOF"
    CARD_PRESENT_PROOF = "CARD_PRESENT_PROOF"
    TRANSACTION_RECORD = "TRANSACTION_RECORD"
    DUPLICATE_EXPLANATION = "DUPLICATE_EXPLANATION"
    DAMAGE_PROOF = "DAMAGE_PROOF"
    REBUTTAL_LETTER = "REBUTTAL_LETTER"
    OTHER = "OTHER"

    @property
    def label(self) -> str:
        """Its name for people."""
        return _TEXTS[self][0]

    @property
    def shows(self) -> str:
        """What a good one shows, as a sentence."""
        return _TEXTS[self][1]


_K = EvidenceKind
_TEXTS: dict[EvidenceKind, tuple[str, str]] = {
    _K.RECEIPT: ("Receipt", "The items, the amount, the date, and the customer's name as the customer got it."),
    _K.SHIPPING_PROOF: (
        "Proof of shipment",
        "The carrier, the tracking number, the address, and the day of delivery, with a signature where there is one.",
    ),
    _K.SERVICE_PROOF: (
        "Proof of service",
        "That the service was provided and when: a work order, a boarding pass, a check-in, an attendance list.",
    ),
    _K.ACCESS_LOG: (
        "Access log",
        "Log-ins and downloads after the payment with time, IP address and account of the customer.",
    ),
    _K.CUSTOMER_COMMUNICATION: (
        "Communication with the customer",
        "What the customer and the merchant wrote to each other about this purchase, with dates.",
    ),
    _K.CUSTOMER_SIGNATURE: ("Customer's signature", "A signed contract, order or delivery note with name and date."),
    _K.PRODUCT_DESCRIPTION: (
        "Description of the product",
        "What was offered, as the customer saw it when ordering: page, pictures, specification.",
    ),
    _K.REFUND_POLICY: (
        "Refund policy",
        "The terms of refunds, and how the customer saw or accepted them before paying.",
    ),
    _K.CANCELLATION_POLICY: (
        "Cancellation policy",
        "The terms of cancellation, and how the customer saw or accepted them before paying.",
    ),
    _K.SUBSCRIPTION_TERMS: (
        "Terms of the subscription",
        "The customer's consent to recurring payments, amount and interval included, and notices of renewal.",
    ),
    _K.REFUND_PROOF: (
        "Proof of refund",
        "Date, amount and reference of a refund to the same card, or the customer's word that another was accepted.",
    ),
    _K.PRIOR_TRANSACTIONS: (
        "Earlier payments",
        "Undisputed payments of the same customer that share device, IP address, account or delivery address.",
    ),
    _K.AUTHENTICATION_PROOF: (
        "Proof of authentication",
        "The results of 3-D Secure, address verification (AVS) and card security code (CVV) for this payment.",
    ),
    _K.AUTHORIZATION_PROOF: (
        "Proof of authorization",
        "The issuer's approval: code, amount, date and time.",
    ),
    _K.CARD_PRESENT_PROOF: (
        "Proof that the card was present",
        "The chip, contactless or PIN data of the terminal, or an imprint of the card.",
    ),
    _K.TRANSACTION_RECORD: (
        "Record of the transaction",
        "What was submitted to the network: amount, currency, dates, account ending and transaction type.",
    ),
    _K.DUPLICATE_EXPLANATION: (
        "Why it is no duplicate",
        "Both payments side by side, each with its own order, items and receipt.",
    ),
    _K.DAMAGE_PROOF: (
        "Proof of loss or damage",
        "The rental agreement, the customer's consent to pay, and an estimate or invoice of the repair.",
    ),
    _K.REBUTTAL_LETTER: (
        "Rebuttal letter",
        "One page that answers the claim of the reason code point by point and names the enclosures.",
    ),
    _K.OTHER: ("Other evidence", "Whatever else speaks to the claim, each with a sentence on what it proves."),
}
