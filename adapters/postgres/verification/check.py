"""One invariant: a query that gives the rows that break it, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.postgres.database import FencedConnection

MOST_VIOLATIONS = 20
# The pool's limits are for requests; a verification may take its time.
QUERY_SECONDS = 3600
_PREFIXES = {
    "merchant_id": Prefix.MERCHANT,
    "payment_id": Prefix.PAYMENT,
    "operation_id": Prefix.OPERATION,
    "capture_id": Prefix.CAPTURE,
    "refund_id": Prefix.REFUND,
    "request_id": Prefix.APPROVAL,
    "dispute_id": Prefix.DISPUTE,
    "warning_id": Prefix.WARNING,
    "review_id": Prefix.REVIEW,
    "rule_id": Prefix.RULE,
    "entry_id": Prefix.ENTRY,
    "settlement_id": Prefix.SETTLEMENT,
    "adjustment_id": Prefix.ADJUSTMENT,
    "reserve_id": Prefix.RESERVE,
    "payment_file_id": Prefix.PAYMENT_FILE,
    "payout_id": Prefix.PAYOUT,
    "bank_account_id": Prefix.BANK_ACCOUNT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`name` is stable and stands first in every line; `sentence` has the query's columns in braces."""

    name: str
    sentence: str
    statement: str

    async def violations(self, connection: FencedConnection, *arguments: object) -> list[str]:
        """What breaks the invariant, a readable line each, twenty at most and then a word that there is more."""
        # A subquery, so that the limit holds for unions too.
        statement = f"SELECT * FROM ({self.statement}) AS broken LIMIT {MOST_VIOLATIONS + 1}"  # noqa: S608 - ours
        rows = await connection.fetch(statement, *arguments, timeout=QUERY_SECONDS)
        return listed(self.name, (self.sentence.format_map(_readable(row)) for row in rows))


def listed(name: str, sentences: Iterable[str]) -> list[str]:
    """Lines of one check, cut off after twenty."""
    lines = [f"{name}: {sentence}" for sentence in sentences]
    if len(lines) > MOST_VIOLATIONS:
        return [*lines[:MOST_VIOLATIONS], f"{name}: there are more; these were the first {MOST_VIOLATIONS}"]
    return lines


def _readable(row: Any) -> dict[str, object]:  # noqa: ANN401 - asyncpg's records have columns of any type
    return {name: _plain(name, value) for name, value in row.items()}


def _plain(name: str, value: object) -> object:
    if isinstance(value, UUID) and name in _PREFIXES:
        return format_id(_PREFIXES[name], value)
    # Sums are numeric in PostgreSQL, and a round one of those would be shown as 1E+4.
    return f"{value:f}" if isinstance(value, Decimal) else value
