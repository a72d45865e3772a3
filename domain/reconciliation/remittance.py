"""A remittance: money that a gateway says it pays out to us, less what it keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM
from domain.kernel.machine import advance
from domain.kernel.money import Currency, Money
from domain.kernel.text import clean_text
from domain.reconciliation.events import RemittanceEvent, RemittanceEventType

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

LONGEST_REFERENCE = 140
MOST_MINOR = 10**15


class RemittanceStatus(StrEnum):
    """Whether the money has come."""

    EXPECTED = "EXPECTED"
    MATCHED = "MATCHED"


TRANSITIONS: dict[RemittanceStatus, frozenset[RemittanceStatus]] = {
    RemittanceStatus.EXPECTED: frozenset({RemittanceStatus.MATCHED}),
    RemittanceStatus.MATCHED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """`gross_minor` of what a gateway has collected, less `costs_minor` that it and the networks keep.

    The bank's entry carries `reference` and the net amount. Raises `Invalid` for amounts that leave nothing to come.
    """

    id: UUID
    merchant_id: UUID = PLATFORM
    status: RemittanceStatus = RemittanceStatus.EXPECTED
    gateway: str
    reference: str
    currency: Currency
    gross_minor: int
    costs_minor: int
    expected_on: date | None = None
    bank_entry_id: UUID | None = None
    ledger_entry_id: UUID | None = None
    recorded_by_name: str
    created_at: datetime
    matched_at: datetime | None = None
    version: int = 0
    events: tuple[RemittanceEvent, ...] = ()

    def __post_init__(self) -> None:
        clean_text(self.reference, ("reference",), longest=LONGEST_REFERENCE)
        if not 0 < self.gross_minor <= MOST_MINOR:
            raise Invalid(("gross",), "What was collected is more than zero.")
        if not 0 <= self.costs_minor < self.gross_minor:
            raise Invalid(("costs",), "Costs are at least zero and less than what was collected.")
        matched = self.status is RemittanceStatus.MATCHED
        if not (
            (self.bank_entry_id is not None) == (self.ledger_entry_id is not None) == (self.matched_at is not None)
            and (self.matched_at is not None) == matched
        ):
            message = f"remittance {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def gross(self) -> Money:
        """What the gateway has collected."""
        return Money(self.gross_minor, self.currency)

    @property
    def costs(self) -> Money:
        """What it and the networks keep."""
        return Money(self.costs_minor, self.currency)

    @property
    def net(self) -> Money:
        """What comes."""
        return Money(self.gross_minor - self.costs_minor, self.currency)

    def record(self, at: datetime) -> Remittance:
        """A new one."""
        data = {"gateway": self.gateway, "net_minor": self.net.minor, "currency": self.currency.code}
        event = RemittanceEvent(type=RemittanceEventType.RECORDED, occurred_at=at, data=data)
        return replace(self, version=self.version + 1, events=(*self.events, event))

    def match(self, bank_entry_id: UUID, ledger_entry_id: UUID, at: datetime) -> Remittance:
        """The bank has booked it, and so have we."""
        event = RemittanceEvent(
            type=RemittanceEventType.MATCHED, occurred_at=at, data={"bank_entry_id": str(bank_entry_id)}
        )
        return replace(
            self,
            status=advance(TRANSITIONS, "remittance", self.status, RemittanceStatus.MATCHED),
            bank_entry_id=bank_entry_id,
            ledger_entry_id=ledger_entry_id,
            matched_at=at,
            version=self.version + 1,
            events=(*self.events, event),
        )
