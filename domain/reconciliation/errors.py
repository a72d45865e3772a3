"""What reconciliation refuses."""

from __future__ import annotations

from enum import StrEnum

from domain.kernel.errors import Conflict, DomainError


class StatementRule(StrEnum):
    """The rules by which a file is quarantined."""

    NOT_XML = "NOT_XML"
    ENTITY_DECLARED = "ENTITY_DECLARED"
    WRONG_VERSION = "WRONG_VERSION"
    TRUNCATED = "TRUNCATED"
    TOO_LARGE = "TOO_LARGE"
    TOO_DEEP = "TOO_DEEP"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    ELEMENT_MISSING = "ELEMENT_MISSING"
    VALUE_MALFORMED = "VALUE_MALFORMED"
    AMOUNT_MALFORMED = "AMOUNT_MALFORMED"
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH"
    BATCH_MISMATCH = "BATCH_MISMATCH"
    BALANCE_MISSING = "BALANCE_MISSING"
    BALANCE_MISMATCH = "BALANCE_MISMATCH"
    UNKNOWN_ACCOUNT = "UNKNOWN_ACCOUNT"
    CONTENT_CHANGED = "CONTENT_CHANGED"
    NO_STATEMENT = "NO_STATEMENT"
    NOT_READ = "NOT_READ"
    """It was begun again and again without getting on."""


class StatementRefused(DomainError):
    """A file that is no statement of ours as a whole; `line` counts from 1, 0 where no line is to blame."""

    code = "STATEMENT_REFUSED"

    def __init__(self, rule: StatementRule, line: int, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.line = line


class StatementImportStateForbids(Conflict):
    """The import is not where this can be done."""


class ReconciliationItemStateForbids(Conflict):
    """The item is not where this can be done."""


class MatchRefused(Conflict):
    """The entry and what it is to be matched with do not belong together."""

    code = "MATCH_REFUSED"
