"""What the ledger refuses."""

from __future__ import annotations

from domain.kernel.errors import DomainError


class EntryUnbalanced(DomainError):
    """Postings that do not sum to zero: a mistake in the program, never a user's."""

    code = "INTERNAL"

    def __init__(self) -> None:
        super().__init__("The postings of an entry must sum to zero in each currency.")
