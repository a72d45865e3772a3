"""What payments share, by the hashes under which they were counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.conditions import Conditions
from adapters.postgres.keyset import Key, position_of, slice_of
from adapters.postgres.payments.rows import viewed_payment_of
from domain.fraud.link import MOST_LINKED, LinkedPayment, LinkSummary
from domain.fraud.velocity import Dimension
from domain.payments.payment import PaymentStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.payments.payment import Payment

LINKING = (Dimension.CARD, Dimension.EMAIL, Dimension.IP, Dimension.CUSTOMER, Dimension.DEVICE)
"""By what payments are linked; to be of one merchant is no link."""
_OWN = """
SELECT t.* FROM unnest({merchants}::uuid[], {payments}::uuid[]) AS o (merchant_id, payment_id)
JOIN fraud_traces t ON t.merchant_id = o.merchant_id AND t.payment_id = o.payment_id
"""
# Each dimension goes by its own index, newest first, and no further than the bound.
_SHARING = """
SELECT o.payment_id AS of, '{name}' AS dimension, x.merchant_id, x.payment_id
FROM own o CROSS JOIN LATERAL (
    SELECT t.merchant_id, t.payment_id FROM fraud_traces t
    WHERE t.{name} = o.{name} AND t.payment_id <> o.payment_id AND {scope}
    ORDER BY t.at DESC LIMIT {most}
) AS x
"""


class LinkReads:
    """Satisfies `api.fraud.reads.LinkReads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def links_of(
        self, scope: Scope, payments: Sequence[Payment], by: Collection[Dimension], request: PageRequest
    ) -> list[Slice[LinkedPayment]]:
        """Of each payment, one page of the others within the scope that share something with it, newest first.

        One statement; raise `Invalid` for a cursor that is none of this list's.
        """
        conditions = Conditions()
        sharing = _sharing(scope, payments, by, conditions)
        after = "true"
        if request.cursor is not None:
            _, last = position_of(Key.ID, request.cursor, "before" if request.backward else "after")
            after = f"s.payment_id {'>' if request.backward else '<'} {conditions.bind(last)}::uuid"
        most = conditions.bind(request.limit + 1)
        direction = "ASC" if request.backward else "DESC"
        text = f"""
{sharing}, shared AS (
    SELECT s.of, s.merchant_id, s.payment_id, array_agg(DISTINCT s.dimension) AS shares,
        row_number() OVER (PARTITION BY s.of ORDER BY s.payment_id {direction}) AS place
    FROM sharing s WHERE {after} GROUP BY s.of, s.merchant_id, s.payment_id
)
SELECT p.*, s.of, s.shares FROM shared s JOIN payments p ON p.merchant_id = s.merchant_id AND p.id = s.payment_id
WHERE s.place <= {most} ORDER BY s.payment_id {direction}
"""  # noqa: S608 - values are bound
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(text, *conditions.arguments)
        linked: dict[UUID, list[Record]] = {payment.id: [] for payment in payments}
        for row in found:
            linked[row["of"]].append(row)
        return [slice_of(linked[payment.id], request, _linked) for payment in payments]

    async def link_summaries(
        self, scope: Scope, payments: Sequence[Payment], by: Collection[Dimension]
    ) -> list[list[LinkSummary]]:
        """Of each payment, one summary for each dimension that others share with it."""
        conditions = Conditions()
        sharing = _sharing(scope, payments, by, conditions)
        text = f"""
{sharing}
SELECT s.of, s.dimension, p.status, count(*) AS payments, count(DISTINCT s.merchant_id) AS merchants
FROM sharing s JOIN payments p ON p.merchant_id = s.merchant_id AND p.id = s.payment_id
GROUP BY GROUPING SETS ((s.of, s.dimension), (s.of, s.dimension, p.status))
"""  # noqa: S608 - values are bound
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(text, *conditions.arguments)
        by_payment: dict[UUID, dict[str, list[Record]]] = {}
        for row in found:
            by_payment.setdefault(row["of"], {}).setdefault(row["dimension"], []).append(row)
        return [
            [_summary(Dimension(name), rows) for name, rows in sorted(by_payment.get(payment.id, {}).items())]
            for payment in payments
        ]


def _sharing(scope: Scope, payments: Sequence[Payment], by: Collection[Dimension], conditions: Conditions) -> str:
    """The beginning of a statement, in which `sharing` has what shares something with the payments."""
    # Each once, however often it is asked for.
    asked = {payment.id: payment.merchant_id for payment in payments}
    own = _OWN.format(merchants=conditions.bind(list(asked.values())), payments=conditions.bind(list(asked)))
    within = "true"
    if scope.merchant_ids is not None:
        within = f"t.merchant_id = ANY ({conditions.bind(list(scope.merchant_ids))}::uuid[])"
    parts = [_SHARING.format(name=one.value, scope=within, most=MOST_LINKED) for one in LINKING if one in by] or [
        "SELECT payment_id AS of, '' AS dimension, merchant_id, payment_id FROM own WHERE false"
    ]
    return f"WITH own AS MATERIALIZED ({own}), sharing AS ({' UNION ALL '.join(parts)})"


def _linked(row: Record) -> LinkedPayment:
    return LinkedPayment(payment=viewed_payment_of(row), shares=frozenset(Dimension(one) for one in row["shares"]))


def _summary(dimension: Dimension, rows: Sequence[Record]) -> LinkSummary:
    total = next(row for row in rows if row["status"] is None)
    return LinkSummary(
        dimension=dimension,
        payments=total["payments"],
        merchants=total["merchants"],
        by_status={PaymentStatus(row["status"]): row["payments"] for row in rows if row["status"] is not None},
        capped=total["payments"] >= MOST_LINKED,
    )
