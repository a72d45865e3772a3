"""The chart of accounts. An account is a name; each holds any number of currencies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AccountKind(StrEnum):
    """What an account is for."""

    PENDING = "pending"
    """Owed to the merchant, not yet settled."""
    AVAILABLE = "available"
    """Owed to the merchant, ready to be paid out."""
    RESERVE = "reserve"
    """Owed to the merchant, held back."""
    GATEWAY_CLEARING = "gateway_clearing"
    """Owed to us by a gateway."""
    BANK = "bank"
    FEES_REVENUE = "fees_revenue"
    NETWORK_COSTS = "network_costs"
    PAYOUTS_IN_TRANSIT = "payouts_in_transit"
    SUSPENSE = "suspense"


MERCHANT_KINDS = frozenset({AccountKind.PENDING, AccountKind.AVAILABLE, AccountKind.RESERVE})


@dataclass(frozen=True, slots=True)
class Account:
    """`detail` names the gateway or the bank account where there is one account for each."""

    kind: AccountKind
    detail: str | None = None

    @property
    def name(self) -> str:
        """As it is stored and shown: `pending`, `gateway_clearing:simulator`."""
        return f"{self.kind.value}:{self.detail}" if self.detail else self.kind.value

    @classmethod
    def of(cls, name: str) -> Account:
        """The account of a stored name."""
        kind, _, detail = name.partition(":")
        return cls(AccountKind(kind), detail or None)


PENDING = Account(AccountKind.PENDING)
AVAILABLE = Account(AccountKind.AVAILABLE)
RESERVE = Account(AccountKind.RESERVE)
FEES_REVENUE = Account(AccountKind.FEES_REVENUE)
NETWORK_COSTS = Account(AccountKind.NETWORK_COSTS)
PAYOUTS_IN_TRANSIT = Account(AccountKind.PAYOUTS_IN_TRANSIT)
SUSPENSE = Account(AccountKind.SUSPENSE)


def gateway_clearing(gateway: str) -> Account:
    """What a gateway owes us."""
    return Account(AccountKind.GATEWAY_CLEARING, gateway)


def bank(account: str) -> Account:
    """What lies on one of the payments company's own bank accounts."""
    return Account(AccountKind.BANK, account)
