"""A credit transfer that the bank was told to make, and what was booked for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseAccount:
    """An account of ours at the bank, in one currency. `number` is an IBAN, or what else the country has."""

    number: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One transaction of a payment file, amount in minor units; `message_id` is the file's."""

    message_id: str
    end_to_end_id: str
    account: HouseAccount
    amount_minor: int
    creditor_name: str
    creditor_account: str
    text: str | None
    execution_on: date

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Transfer:
        """The transfer of a journal entry."""
        checked: dict[str, Any] = {
            **value,
            "account": HouseAccount(**value["account"]),
            "execution_on": date.fromisoformat(value["execution_on"]),
        }
        return cls(**checked)

    def as_json(self) -> dict[str, Any]:
        """The form that is journaled."""
        return {**asdict(self), "execution_on": self.execution_on.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Money that moved on an account of ours: negative when it went out, in minor units.

    `reason` tells why a transfer came back, `reversed` that the bank itself took it back, `reference` what a payer
    wrote. `number` counts the bookings of the bank.
    """

    number: int
    account: HouseAccount
    amount_minor: int
    booked_at: datetime
    end_to_end_id: str | None = None
    party_name: str | None = None
    party_account: str | None = None
    reference: str | None = None
    reason: str | None = None
    reversed: bool = False

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Booking:
        """The booking of a journal entry."""
        checked: dict[str, Any] = {
            **value,
            "account": HouseAccount(**value["account"]),
            "booked_at": datetime.fromisoformat(value["booked_at"]),
        }
        return cls(**checked)

    def as_json(self) -> dict[str, Any]:
        """The form that is journaled."""
        return {**asdict(self), "booked_at": self.booked_at.isoformat()}

    @property
    def bank_reference(self) -> str:
        """The bank's own reference of it."""
        return f"SIMB{self.number:010}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What moved on an account since the statement before; `number` counts those of the account.

    The opening balance is the closing one of the statement before, and opening plus bookings is closing.
    """

    account: HouseAccount
    number: int
    opening_minor: int
    bookings: tuple[Booking, ...]
    made_at: datetime

    @property
    def id(self) -> str:
        """A name that no other statement has."""
        return f"SIMB-{self.account.number[-12:]}-{self.account.currency}-{self.number:05}"

    @property
    def closing_minor(self) -> int:
        """The balance after the last booking."""
        return self.opening_minor + sum(booking.amount_minor for booking in self.bookings)
