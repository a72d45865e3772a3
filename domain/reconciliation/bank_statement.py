"""A statement of one of our accounts: what lay there, what came and left, and what lay there then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.ids import PLATFORM
from domain.kernel.machine import advance
from domain.kernel.money import Currency, Money

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID


class StatementStatus(StrEnum):
    """Whether the statement counts; only an imported one does."""

    READING = "READING"
    IMPORTED = "IMPORTED"
    DUPLICATE = "DUPLICATE"


_S = StatementStatus
TRANSITIONS: dict[StatementStatus, frozenset[StatementStatus]] = {
    _S.READING: frozenset({_S.IMPORTED, _S.DUPLICATE}),
    _S.IMPORTED: frozenset(),
    _S.DUPLICATE: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTotals:
    """What was read of a statement's entries: booked ones, of which `credits_minor` came and `debits_minor` left.

    `noted` are entries that are not booked (pending, for information), which do not count. `content` is the digest of
    balances and entries, `line` where the statement ends.
    """

    entries: int
    credits_minor: int
    debits_minor: int
    noted: int
    content: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement:
    """`account` is the house account's name; `ordinal` the statement's place in its file, from 1.

    `gap_minor` is what the opening balance differs by from the closing one of the statement before, when it does: the
    bank has not sent all. Entries up to the position `matched_through` have been looked at for matches.
    """

    id: UUID
    merchant_id: UUID = PLATFORM
    import_id: UUID
    ordinal: int
    status: StatementStatus = StatementStatus.READING
    account: str
    currency: Currency
    reference: str
    sequence: int | None = None
    legal_sequence: int | None = None
    period_from: str | None = None
    period_to: str | None = None
    opening_minor: int
    opening_on: date
    closing_minor: int
    closing_on: date
    identity: str
    content: str | None = None
    stored: int = 0
    """How many entries are stored so far."""
    stored_content: str | None = None
    """The digest of those, by which a resumed reading knows that it reads the same."""
    credits_minor: int = 0
    debits_minor: int = 0
    noted: int = 0
    gap_minor: int | None = None
    matched_through: int = 0
    created_at: datetime
    imported_at: datetime | None = None

    def __post_init__(self) -> None:
        # Asserted on each hydration and each change: a row that breaks these must not be acted upon.
        if self.status is _S.IMPORTED and not (
            self.opening_minor + self.credits_minor - self.debits_minor == self.closing_minor
            and self.content is not None
            and self.imported_at is not None
            and 0 <= self.matched_through <= self.stored
        ):
            message = f"bank statement {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def opening(self) -> Money:
        """What lay there before the first entry."""
        return Money(self.opening_minor, self.currency)

    @property
    def closing(self) -> Money:
        """What lay there after the last entry."""
        return Money(self.closing_minor, self.currency)

    @property
    def credits(self) -> Money:
        """What came."""
        return Money(self.credits_minor, self.currency)

    @property
    def debits(self) -> Money:
        """What left, as a positive amount."""
        return Money(self.debits_minor, self.currency)

    def finish(self, totals: StatementTotals, gap_minor: int | None, at: datetime) -> BankStatement:
        """All of it is stored: it counts from now on."""
        return replace(
            self,
            status=advance(TRANSITIONS, "bank statement", self.status, _S.IMPORTED),
            stored=totals.entries,
            credits_minor=totals.credits_minor,
            debits_minor=totals.debits_minor,
            noted=totals.noted,
            content=totals.content,
            gap_minor=gap_minor,
            imported_at=at,
        )

    def repeat(self, totals: StatementTotals) -> BankStatement:
        """It is one that was imported before; whatever is stored of it does not count."""
        status = advance(TRANSITIONS, "bank statement", self.status, _S.DUPLICATE)
        return replace(self, status=status, content=totals.content)
