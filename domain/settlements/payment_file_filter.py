"""Which payment files a list holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.settlements.payment_file import PaymentFileStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFileFilter:
    """Each condition that is given; any of its values."""

    statuses: tuple[PaymentFileStatus, ...] | None = None
    house_accounts: tuple[str, ...] | None = None
    currencies: tuple[str, ...] | None = None
