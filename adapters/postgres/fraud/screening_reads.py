"""The read side of screenings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.fraud import rows, screening_rows
from domain.fraud.rule_set import RuleSet
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.fraud.screening import Screening
    from domain.identity.actor import Scope
    from domain.payments.payment import Payment

_SCREENINGS = """
SELECT s.* FROM unnest($1::uuid[], $2::uuid[]) AS p (merchant_id, id)
JOIN fraud_screenings AS s ON s.merchant_id = p.merchant_id AND s.payment_id = p.id
"""
# Apart from the screenings, since many payments were judged by the same.
_SETS = """
SELECT s.* FROM unnest($1::uuid[], $2::integer[]) AS one (merchant_id, revision)
JOIN fraud_rule_sets AS s ON s.merchant_id = one.merchant_id AND s.revision = one.revision
"""


class ScreeningReads:
    """Satisfies `api.fraud.reads.ScreeningReads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def screenings_of(self, scope: Scope, payments: Sequence[Payment]) -> Mapping[UUID, Screening]:
        """By the payments' ids; payments that nobody screened, or beyond the scope, are left out. Two statements."""
        own = {payment.id: payment.merchant_id for payment in payments if scope.covers(payment.merchant_id)}
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_SCREENINGS, list(own.values()), list(own))
            judged_by = {key for row in found for key in _sets_of(row)}
            keys = [key for key in judged_by if key[1]]
            sets = await connection.fetch(_SETS, [author for author, _ in keys], [number for _, number in keys])
        known = {key: RuleSet(merchant_id=key[0]) for key in judged_by}
        known |= {(row["merchant_id"], row["revision"]): rows.rule_set_of(row) for row in sets}
        return {
            row["payment_id"]: screening_rows.screening_of(row, *(known[key] for key in _sets_of(row))) for row in found
        }


def _sets_of(row: Record) -> tuple[tuple[UUID, int], tuple[UUID, int]]:
    """By which sets a payment was judged: the platform's, and the merchant's own."""
    return (PLATFORM, row["platform_revision"]), (row["merchant_id"], row["merchant_revision"])
