"""An entry of a bank statement: money that came to one of our accounts, or left it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from domain.kernel.ids import PLATFORM
from domain.kernel.money import Currency, Money

if TYPE_CHECKING:
    from datetime import date

MOST_POSITIONS = 2**32 - 1
_LOW_BITS = 20
_SALT_BITS = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """A booked entry, or one transaction of an entry that books several at once (camt.053 NtryDtls/TxDtls).

    `amount_minor` is in minor units of `currency`: what came is positive, what left negative. `position` counts from 1
    within the statement, and `line` is where it stands in the file. `reversal`: the bank takes back an entry of its
    own. `end_to_end_id` is what the payer gave; `bank_reference` is the bank's name for the entry (AcctSvcrRef),
    `entry_reference` the entry's number (NtryRef), `reference` the payment's purpose (RmtInf). `return_reason` is a
    code of ISO 20022's ExternalReturnReason1Code. `transaction_code` is the bank's kind of transaction, such as
    `PMNT/ICDT/ESCT`.
    """

    id: UUID
    merchant_id: UUID = PLATFORM
    statement_id: UUID
    position: int
    line: int
    amount_minor: int
    currency: Currency
    booked_on: date
    value_on: date | None = None
    reversal: bool = False
    end_to_end_id: str | None = None
    bank_reference: str | None = None
    entry_reference: str | None = None
    reference: str | None = None
    transaction_code: str | None = None
    return_reason: str | None = None
    counterparty: str | None = None

    @property
    def amount(self) -> Money:
        """What came, or less than zero: what left."""
        return Money(self.amount_minor, self.currency)

    @property
    def incoming(self) -> bool:
        """Whether money came."""
        return self.amount_minor > 0


def entry_id(statement_id: UUID, position: int) -> UUID:
    """The entry's id: a UUIDv7 of the statement's millisecond, in the order of positions.

    It follows from the statement and the position, so whoever reads a file again gives the same entries the same ids.
    """
    salt = statement_id.int & (1 << _SALT_BITS) - 1
    high, low = position >> _LOW_BITS, position & (1 << _LOW_BITS) - 1
    return UUID(int=statement_id.int >> 80 << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low << _SALT_BITS | salt)
