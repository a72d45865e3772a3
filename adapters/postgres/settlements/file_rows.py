"""Payment files to rows and back; their content is read by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.postgres.hydration import hydrator
from adapters.postgres.settlements.file_tables import payment_files
from domain.kernel.money import Currency
from domain.settlements.payment_file import PaymentFile, PaymentFileStatus

if TYPE_CHECKING:
    from asyncpg import Record

FILE_COLUMNS = ", ".join(column.name for column in payment_files.columns if column.name != "content_sealed")
"""All but the content, which may be megabytes."""


def _currency(row: Record) -> Currency:
    return Currency(row["currency"], row["currency_exponent"])


payment_file_of = hydrator(PaymentFile, {"currency": _currency, "status": PaymentFileStatus})
"""A payment file from its row."""


def payment_file_values(file: PaymentFile) -> dict[str, Any]:
    """The columns of a payment file, but for its content."""
    return {
        "merchant_id": file.merchant_id,
        "id": file.id,
        "house_account": file.house_account,
        "currency": file.currency.code,
        "currency_exponent": file.currency.exponent,
        "execution_on": file.execution_on,
        "status": file.status.value,
        "message_id": file.message_id,
        "control_sum_minor": file.control_sum_minor,
        "payout_count": file.payout_count,
        "sha256": file.sha256,
        "attempts": file.attempts,
        "doubts": file.doubts,
        "next_try_at": file.next_try_at,
        "last_error": file.last_error,
        "created_at": file.created_at,
        "delivered_at": file.delivered_at,
        "failed_at": file.failed_at,
    }
