"""What a reader makes of a file of statements, piece by piece: heads, entries and ends."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from domain.kernel.money import Currency


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementHead:
    """What a statement says before its entries.

    `number` is the account's as the bank writes it, `reference` the bank's id of the statement, `sequence` and
    `legal_sequence` its numbers (ElctrncSeqNb, LglSeqNb), `page` which of its pages it is (StmtPgntn). The period is as
    the file has it. `line` is where the statement begins. Balances are in minor units.
    """

    line: int
    number: str
    currency: Currency
    reference: str
    sequence: int | None = None
    legal_sequence: int | None = None
    page: int | None = None
    period_from: str | None = None
    period_to: str | None = None
    opening_minor: int
    opening_on: date
    closing_minor: int
    closing_on: date

    @property
    def identity(self) -> str:
        """By which the same statement is known however it is written: account, ids, page, period and closing day.

        Not by its balances nor its entries: a statement with the same identity and others has been changed.
        """
        parts = [
            self.number,
            self.currency.code,
            self.reference,
            self.sequence,
            self.legal_sequence,
            self.page,
            self.period_from,
            self.period_to,
            self.closing_on.isoformat(),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class ReadEntry(NamedTuple):
    """A booked entry, or one transaction of it; the names are those of `BankEntry`."""

    line: int
    amount_minor: int
    booked_on: date
    value_on: date | None
    reversal: bool
    end_to_end_id: str | None
    bank_reference: str | None
    entry_reference: str | None
    reference: str | None
    transaction_code: str | None
    return_reason: str | None
    counterparty: str | None


class StatementEnd(NamedTuple):
    """Where a statement ends, and how many entries it had that are not booked."""

    line: int
    noted: int


Part = StatementHead | list[ReadEntry] | StatementEnd
"""Entries come several at a time, in their order."""
