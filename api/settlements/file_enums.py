"""The words of payment files, each with what it means."""

from api.enums import described
from domain.settlements.payment_file import PaymentFileStatus

__all__ = ["PaymentFileStatus"]

described(
    PaymentFileStatus,
    "What is known of a payment file.",
    PREPARED="It waits for its delivery, or for the next attempt.",
    DELIVERED="It lies where the bank takes it from; its payouts are in transit.",
    FAILED="It surely never reached the bank; its payouts have failed.",
)
