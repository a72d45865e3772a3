"""What payments have in common, within a merchant and across them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.fraud.velocity import Dimension
    from domain.payments.payment import Payment, PaymentStatus

MOST_LINKED = 1000
"""Of each dimension, so many of the newest payments are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPayment:
    """Another payment, and what it shares with the first; `payment.merchant_id` may be another merchant's."""

    payment: Payment
    shares: frozenset[Dimension]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSummary:
    """Of one dimension: how many other payments share it, by status, at how many merchants.

    `capped`: the newest `MOST_LINKED` were counted, and there may be more.
    """

    dimension: Dimension
    payments: int = 0
    merchants: int = 0
    by_status: Mapping[PaymentStatus, int] = field(default_factory=dict)
    capped: bool = False
