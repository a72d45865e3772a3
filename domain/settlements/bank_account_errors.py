"""What can be wrong with bank accounts, as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Conflict, Forbidden
from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from uuid import UUID


class BankAccountStateForbids(Conflict):
    """The bank account is not in a state that allows this; the message says why and what would."""


class BankAccountKnown(Conflict):
    """The merchant has this very account in this currency already."""

    def __init__(self) -> None:
        super().__init__("The merchant has this account in this currency already; there is nothing to add.")


class BankAccountUnderWay(Conflict):
    """One change at a time, so that nobody loses sight of where the money will go."""

    def __init__(self, account_id: UUID) -> None:
        super().__init__(
            f"Another account in this currency is under way already ({format_id(Prefix.BANK_ACCOUNT, account_id)});"
            " let its request be decided, or remove it first."
        )


class VerifierIsRequester(Conflict):
    """Nobody vouches for an account that they added themselves."""

    def __init__(self) -> None:
        super().__init__("You added this account yourself, so somebody else has to verify it.")


class VerifierIsNoStaff(Forbidden):
    """Merchants do not vouch for their own accounts."""

    def __init__(self) -> None:
        permission = Permission.BANK_ACCOUNTS_WRITE
        super().__init__(
            permission, f"Only people of the payments company verify accounts, by their permission {permission}."
        )


class TooManyReveals(Conflict):
    """Somebody has read so many numbers in full that they wait for the next."""

    def __init__(self, most: int) -> None:
        super().__init__(f"You have read {most} numbers in full within an hour; wait until you read another.")
