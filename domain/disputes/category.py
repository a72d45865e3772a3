"""What cardholders claim, in one vocabulary for the reason codes of all networks."""

from __future__ import annotations

from enum import StrEnum


class DisputeCategory(StrEnum):
    """The claim behind a reason code."""

    FRAUDULENT = "FRAUDULENT"
    UNRECOGNIZED = "UNRECOGNIZED"
    DUPLICATE = "DUPLICATE"
    PRODUCT_NOT_RECEIVED = "PRODUCT_NOT_RECEIVED"
    PRODUCT_UNACCEPTABLE = "PRODUCT_UNACCEPTABLE"
    SUBSCRIPTION_CANCELED = "SUBSCRIPTION_CANCELED"
    CREDIT_NOT_PROCESSED = "CREDIT_NOT_PROCESSED"
    AUTHORIZATION = "AUTHORIZATION"
    PROCESSING_ERROR = "PROCESSING_ERROR"
    GENERAL = "GENERAL"

    @property
    def meaning(self) -> str:
        """What is claimed, as a sentence."""
        return _MEANINGS[self]


_C = DisputeCategory
_MEANINGS: dict[DisputeCategory, str] = {
    _C.FRAUDULENT: "The cardholder says that neither they nor anybody with their permission made the payment.",
    _C.UNRECOGNIZED: "The cardholder does not recognise the payment on the statement, without calling it fraud.",
    _C.DUPLICATE: "The same purchase was charged more than once, or was paid for by other means as well.",
    _C.PRODUCT_NOT_RECEIVED: "Goods, services or cash that were paid for did not arrive, or only in part.",
    _C.PRODUCT_UNACCEPTABLE: "What arrived is defective, counterfeit, or not what was described.",
    _C.SUBSCRIPTION_CANCELED: "A recurring payment was charged after it was canceled, or without consent to recur.",
    _C.CREDIT_NOT_PROCESSED: "A refund is due, for a return, a cancellation or by promise, and has not come.",
    _C.AUTHORIZATION: "The issuer did not approve the payment, or not this amount, or not at that time.",
    _C.PROCESSING_ERROR: "The payment was submitted late or with a wrong amount, currency, account or kind.",
    _C.GENERAL: "Anything else, and codes that are in no catalogue.",
}
