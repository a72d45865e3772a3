"""Adds a statement's entries up while they are read: sums, and a digest by which the same content is known."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from domain.kernel.money import MAX_MINOR, Money
from domain.reconciliation.bank_statement import StatementTotals
from domain.reconciliation.errors import StatementRefused, StatementRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.reconciliation.statement_parts import ReadEntry, StatementEnd, StatementHead

_BETWEEN_ENTRIES = "\x1e"
_BETWEEN_VALUES = "\x1f"


class Tally:
    """Of one statement. The digest is over meanings, not bytes: encoding, layout and version make no difference."""

    def __init__(self, head: StatementHead) -> None:
        self._head = head
        self.entries = 0
        self._credits = 0
        self._debits = 0
        self._digest = hashlib.sha256(f"{head.opening_minor} {head.closing_minor}\n".encode())

    @property
    def content(self) -> str:
        """The digest so far."""
        return self._digest.hexdigest()

    def add(self, entries: Sequence[ReadEntry]) -> None:
        """The next ones."""
        amounts = [entry.amount_minor for entry in entries]
        gained = sum(amount for amount in amounts if amount > 0)
        self.entries += len(entries)
        self._credits += gained
        self._debits += gained - sum(amounts)
        # Where an entry stands in its file is no part of it. No text of XML holds what stands between.
        lines = [_BETWEEN_VALUES.join(map(str, entry[1:])) for entry in entries]
        self._digest.update(_BETWEEN_ENTRIES.join([*lines, ""]).encode())

    def close(self, end: StatementEnd) -> StatementTotals:
        """The totals; raise `StatementRefused` when opening balance and entries are not the closing balance."""
        head = self._head
        if max(self._credits, self._debits) > MAX_MINOR:
            raise StatementRefused(StatementRule.TOO_LARGE, end.line, "The sum of the entries does not fit 64 bits.")
        counted = head.opening_minor + self._credits - self._debits
        if counted != head.closing_minor:
            message = (
                f"The opening balance {Money(head.opening_minor, head.currency).plain} and the entries make "
                f"{_plain(counted, head)}; the closing balance is {Money(head.closing_minor, head.currency).plain}."
            )
            raise StatementRefused(StatementRule.BALANCE_MISMATCH, end.line, message)
        return StatementTotals(
            entries=self.entries,
            credits_minor=self._credits,
            debits_minor=self._debits,
            noted=end.noted,
            content=self.content,
            line=end.line,
        )


def _plain(minor: int, head: StatementHead) -> str:
    return Money(minor, head.currency).plain if abs(minor) <= MAX_MINOR else "more than 64 bits hold"
