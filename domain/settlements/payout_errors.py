"""What keeps money from being paid out, as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.errors import Conflict
from domain.payments.errors import AmountExceeds

if TYPE_CHECKING:
    from uuid import UUID

    from domain.kernel.money import Money


class InsufficientBalance(AmountExceeds):
    """More than the available balance less what waits for approval already; `limit` is what there is."""

    def __init__(self, payable: Money) -> None:
        super().__init__("paid out", payable)


class NothingPayable(Conflict):
    """There is no money to be paid out, or less than none."""

    def __init__(self, payable: Money) -> None:
        super().__init__(
            f"Nothing can be paid out now: {payable.plain} {payable.currency.code} is available beside what waits for"
            " approval; it grows with the next settlement."
        )


class PayoutsOnHold(Conflict):
    """The settlements and payouts of the account are held."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Settlements and payouts of this account are held ({reason}); release them first.")


class PayeeSuspended(Conflict):
    """Nothing is paid to a suspended merchant."""

    def __init__(self) -> None:
        super().__init__("The merchant is suspended, and nothing is paid to it until it is active again.")


class NoUsableBankAccount(Conflict):
    """The merchant has no bank account in the currency that is verified and through its cooling period."""

    def __init__(self, currency: str) -> None:
        super().__init__(
            f"The merchant has no bank account in {currency} that is verified and through its cooling period."
        )


class BankAccountChanged(Conflict):
    """The merchant is paid to another account by now."""

    def __init__(self) -> None:
        super().__init__("The merchant's bank account has changed since; cancel this payout and create another.")


class PayoutIsFiled(Conflict):
    """What a bank was told, or is being told, cannot be taken back."""

    def __init__(self) -> None:
        super().__init__("The payout is in a payment file already; it can be stopped no more, only returned.")


class NotPaidYet(Conflict):
    """The money has not left yet, so far as the bank's statements say."""

    def __init__(self) -> None:
        super().__init__("No statement has confirmed this payout yet; what is returned was paid before.")


class PayoutPaidAlready(Conflict):
    """Another entry of a bank statement has confirmed it; `bank_entry_id` is that one."""

    def __init__(self, bank_entry_id: UUID) -> None:
        super().__init__(
            "Another bank entry has confirmed this payout already; it was paid twice, or the entry is wrong."
        )
        self.bank_entry_id = bank_entry_id


class PayoutReturnedAlready(Conflict):
    """Another entry of a bank statement has brought it back; `bank_entry_id` is that one."""

    def __init__(self, bank_entry_id: UUID) -> None:
        super().__init__(
            "Another bank entry has returned this payout already; it came back twice, or the entry is wrong."
        )
        self.bank_entry_id = bank_entry_id


class BankEntryUsed(Conflict):
    """An entry of a bank statement moves one thing, once."""

    def __init__(self) -> None:
        super().__init__("This bank entry is something else already; it confirms or returns no other payout.")


class PayoutPolicyChanged(Conflict):
    """The policy is not the one that the approver looked at."""

    def __init__(self) -> None:
        super().__init__("The policy was changed since this was asked for; ask anew.")
