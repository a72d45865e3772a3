"""What a merchant is owed in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Credits less debits of the merchant's own accounts: positive is owed to the merchant, negative by it."""

    pending: Money
    available: Money
    reserved: Money
