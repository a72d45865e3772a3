"""What a bank is told of one payout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from domain.kernel.money import Currency, Money
    from domain.settlements.account_number import AccountScheme
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.house_account import HouseAccount
    from domain.settlements.payout import Payout


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """To whom so much goes. `number` is of the `scheme`, in full.

    The bank is known by its BIC, by its `routing` number in the national clearing with the `branch` where there are
    any, or by the number itself. The `end_to_end_id` comes back with everything that any bank says of the payment.
    """

    payout_id: UUID
    end_to_end_id: str
    amount: Money
    holder: str
    scheme: AccountScheme
    number: str = field(repr=False)
    bic: str | None = None
    routing: str | None = None
    branch: str | None = None

    @property
    def remittance_text(self) -> str:
        """What the payee reads on its statement."""
        return f"Payout {format_id(Prefix.PAYOUT, self.payout_id)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHead:
    """What a file says beside its orders."""

    message_id: str
    created_at: datetime
    account: HouseAccount
    currency: Currency
    execution_on: date


def payment_order(payout: Payout, account: BankAccount, number: str) -> PaymentOrder:
    """The order to pay a payout to an account of that number."""
    return PaymentOrder(
        payout_id=payout.id,
        end_to_end_id=payout.end_to_end_id,
        amount=payout.amount,
        holder=account.holder_name,
        scheme=account.scheme,
        number=number,
        bic=account.bic,
        routing=account.routing,
        branch=account.branch_code if account.routing is not None else None,
    )
