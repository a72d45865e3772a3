"""Which payments a list is about, and in which order it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.span import Span
    from domain.payments.decline import DeclineCode
    from domain.payments.method import CardBrand, PaymentMethodType
    from domain.payments.payment import PaymentStatus


class PaymentOrder(StrEnum):
    """Newest first unless asked otherwise. Amounts of all currencies compare by their major unit."""

    CREATED_AT_DESC = "CREATED_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    AMOUNT_DESC = "AMOUNT_DESC"
    AMOUNT_ASC = "AMOUNT_ASC"


SCALE = 4
"""Amounts are compared in ten-thousandths of the major unit: no currency has more fraction digits (ISO 4217)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFilter:
    """Everything given must hold; a tuple means any of. `amount` is in ten-thousandths of the major unit.

    `text` looks into e-mail addresses only where the reader may see them: it would give them away letter by letter.
    """

    payment_id: UUID | None = None
    status: tuple[PaymentStatus, ...] | None = None
    currency: tuple[str, ...] | None = None
    amount: Span[int] | None = None
    created_at: Span[datetime] | None = None
    captured_at: Span[datetime] | None = None
    method: tuple[PaymentMethodType, ...] | None = None
    brand: tuple[CardBrand, ...] | None = None
    last4: str | None = None
    customer_id: UUID | None = None
    customer_email: str | None = None
    reference: str | None = None
    gateway: tuple[str, ...] | None = None
    decline_code: tuple[DeclineCode, ...] | None = None
    risk_score: Span[int] | None = None
    has_dispute: bool | None = None
    has_refund: bool | None = None
    has_unknown_outcome: bool | None = None
    metadata: tuple[tuple[str, str], ...] | None = None
    text: str | None = None
    text_finds_emails: bool = False
