"""The write side of disputes and of what networks said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import bindparam, select

from adapters.postgres.disputes import rows, tables
from adapters.postgres.disputes.known_payment import payment_is_known
from adapters.postgres.payments.rows import refund_of
from adapters.postgres.statement import Statement, insert_row
from adapters.postgres.versioned import VersionedTable
from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.disputes.dispute import Dispute
    from domain.disputes.notice import DisputeNotice
    from domain.payments.refund import Refund

_T = tables.disputes
_FIXED = {"id", "merchant_id", "payment_id", "gateway", "network", "currency", "currency_exponent"}
_CHANGING = [c.key for c in _T.columns if c.computed is None and c.key not in {*_FIXED, "created_at"}]
_WRITTEN = VersionedTable(_T, "dispute", "The dispute", rows.dispute_values, _CHANGING)
_BY_ID = Statement(select(_T).where(_T.c.id == bindparam("id")))
_LOCK = Statement(select(_T).where(_T.c.id == bindparam("id")).with_for_update())
_OF_CASE = Statement(
    select(_T)
    .where(
        _T.c.merchant_id == bindparam("merchant_id"),
        _T.c.gateway == bindparam("gateway"),
        _T.c.case_reference == bindparam("case_reference"),
    )
    .with_for_update()
)
_RENAMED = Statement(
    select(_T)
    .where(
        _T.c.merchant_id == bindparam("merchant_id"),
        _T.c.id.in_(
            select(tables.dispute_notices.c.dispute_id).where(
                tables.dispute_notices.c.gateway == bindparam("gateway"),
                tables.dispute_notices.c.case_reference == bindparam("case_reference"),
                tables.dispute_notices.c.dispute_id.is_not(None),
            )
        ),
    )
    .order_by(_T.c.id)
    .limit(1)
    .with_for_update()
)
_OF_PAYMENT = "SELECT id FROM disputes WHERE merchant_id = $1 AND payment_id = $2 ORDER BY id"
# Notices about one payment wait for each other; these name two. Whoever looks again finds the case.
_OPENED_TWICE = "The case was opened at the same time; try again."
# What the deadline's warnings are about stands first in the index; who was warned already is passed over.
_DUE = """
SELECT id FROM disputes
WHERE status IN ('NEEDS_RESPONSE', 'EVIDENCE_STAGED') AND NOT response_pending
  AND respond_by <= $1::timestamptz + interval '72 hours'
  AND (respond_by <= $1 OR warned_hours IS NULL
       OR warned_hours > 24 AND respond_by <= $1::timestamptz + interval '24 hours')
ORDER BY respond_by, id
LIMIT $2
"""
_ACCEPTABLE = """
SELECT d.id FROM dispute_policies AS p
JOIN disputes AS d ON d.merchant_id = p.merchant_id AND d.currency = p.currency
WHERE d.status = 'NEEDS_RESPONSE' AND d.stage = 'CHARGEBACK' AND NOT d.response_pending AND d.assignee_id IS NULL
  AND d.amount_minor <= p.accept_up_to_minor AND (p.categories = '{}' OR d.category = ANY (p.categories))
  AND NOT EXISTS (
      SELECT FROM dispute_responses AS r WHERE (r.merchant_id, r.dispute_id) = (d.merchant_id, d.id)
        AND r.status = 'FAILED' AND r.requested_at > $1::timestamptz - interval '1 day')
ORDER BY d.id
LIMIT $2
"""
# Only ever more than was: what is withdrawn is shared out at once, and what the payment gets back later makes it less.
_MISSTATED = """
SELECT d.payment_id FROM disputes AS d
WHERE d.double_loss_minor > 0
GROUP BY d.merchant_id, d.payment_id
HAVING sum(d.double_loss_minor) <> (
    SELECT p.double_loss_minor FROM payments AS p WHERE (p.merchant_id, p.id) = (d.merchant_id, d.payment_id))
ORDER BY d.payment_id
LIMIT $1
"""
# From the open warnings to the refunds of their payments, by the index: never the other way round.
_PREVENTED = """
SELECT r.* FROM (
    SELECT merchant_id, payment_id, min(created_at) AS warned_at FROM early_fraud_warnings
    WHERE status = 'OPEN' GROUP BY merchant_id, payment_id
) AS w
CROSS JOIN LATERAL (
    SELECT * FROM refunds
    WHERE merchant_id = w.merchant_id AND payment_id = w.payment_id AND created_at >= w.warned_at
      AND reason = 'DISPUTE_PREVENTION' AND status = 'SUCCEEDED'
    ORDER BY id LIMIT 1
) AS r
ORDER BY r.id
LIMIT $1
"""


class DisputeStore:
    """Satisfies `domain.disputes.ports.Disputes` and `DisputeQueue` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def get(self, dispute_id: UUID) -> Dispute:
        """The dispute as it is; raise `NotFound`."""
        return await self._one(_BY_ID, dispute_id)

    async def for_update(self, dispute_id: UUID) -> Dispute:
        """The dispute, locked until the unit ends; raise `NotFound`."""
        return await self._one(_LOCK, dispute_id)

    async def of_case(self, merchant_id: UUID, gateway: str, case_reference: str) -> Dispute | None:
        """The dispute of a gateway's case by any name that it has had, locked until the unit ends, if there is one."""
        named = {"merchant_id": merchant_id, "gateway": gateway, "case_reference": case_reference}
        for statement in (_OF_CASE, _RENAMED):
            row = await self._connection.fetchrow(statement.sql, *statement.args(**named))
            if row is not None:
                return rows.dispute_of(row)
        return None

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> list[UUID]:
        """The disputes of a payment, the oldest first."""
        return [row["id"] for row in await self._connection.fetch(_OF_PAYMENT, merchant_id, payment_id)]

    async def add(self, dispute: Dispute) -> Dispute:
        """A new one with its events; returned without them. Raises `Contention` when the case was opened meanwhile."""
        try:
            return await _WRITTEN.add(self._connection, self._events, dispute)
        except asyncpg.UniqueViolationError as error:
            raise Contention(_OPENED_TWICE) from error

    async def save(self, dispute: Dispute) -> Dispute:
        """A changed one with its events; returned without them. Raises `Contention` as above."""
        try:
            return await _WRITTEN.save(self._connection, self._events, dispute)
        except asyncpg.UniqueViolationError as error:
            raise Contention(_OPENED_TWICE) from error

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Disputes that are to be warned of or to expire by then, the most urgent first."""
        return [row["id"] for row in await self._connection.fetch(_DUE, at, limit)]

    async def acceptable(self, at: datetime, limit: int) -> list[UUID]:
        """Disputes that their merchants' policies may accept and no gateway has just refused, the oldest first."""
        return [row["id"] for row in await self._connection.fetch(_ACCEPTABLE, at, limit)]

    async def misstated(self, limit: int) -> list[UUID]:
        """Payments of which the disputes say that more was lost twice than was, the oldest first."""
        return [row["payment_id"] for row in await self._connection.fetch(_MISSTATED, limit)]

    async def prevented(self, limit: int) -> list[Refund]:
        """Refunds that were to prevent a dispute and came through, with warnings before them that are still open."""
        return [refund_of(row) for row in await self._connection.fetch(_PREVENTED, limit)]

    async def _one(self, statement: Statement, dispute_id: UUID) -> Dispute:
        row = await self._connection.fetchrow(statement.sql, *statement.args(id=dispute_id))
        if row is None:
            what = "The dispute"
            raise NotFound(what)
        return rows.dispute_of(row)


_N = tables.dispute_notices
# Of any key: one delivery may be handed over twice under one id, and which index says so first is a matter of chance.
_KEEP = insert_row(_N).sql + " ON CONFLICT DO NOTHING"
_KEEP_ARGS = insert_row(_N).args
_APPLY = """
UPDATE dispute_notices SET state = 'APPLIED', merchant_id = $2, payment_id = $3, dispute_id = $4 WHERE id = $1
"""
_REFUSE = """
UPDATE dispute_notices SET state = 'REFUSED', merchant_id = $2, payment_id = $3, refusal = $4 WHERE id = $1
"""
_TOLD = Statement(select(_N).where(_N.c.dispute_id == bindparam("dispute_id")))
# Notices of payments that nobody ever knows stay for good: they must not stand in the way of the others.
_UNMATCHED = Statement(
    select(_N)
    .where(_N.c.state == "UNMATCHED", payment_is_known(_N))
    .order_by(_N.c.received_at)
    .limit(bindparam("most"))
)
_STILL = "SELECT FROM dispute_notices WHERE id = $1 AND state = 'UNMATCHED' FOR UPDATE"


class NoticeStore:
    """Satisfies `domain.disputes.ports.Notices` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def take(self, notice: DisputeNotice) -> bool:
        """Keep a notice, matched to nothing yet; false when the same one was kept before."""
        unmatched = {"merchant_id": None, "payment_id": None, "dispute_id": None, "refusal": None}
        values = {**rows.notice_values(notice), **unmatched, "state": "UNMATCHED"}
        return await self._connection.execute(_KEEP, *_KEEP_ARGS(**values)) == "INSERT 0 1"

    async def apply(self, notice_id: UUID, dispute: Dispute) -> None:
        """It tells of this dispute."""
        await self._connection.execute(_APPLY, notice_id, dispute.merchant_id, dispute.payment_id, dispute.id)

    async def refuse(self, notice_id: UUID, merchant_id: UUID, payment_id: UUID, reason: str) -> None:
        """It contradicts what is known, and is kept for staff."""
        await self._connection.execute(_REFUSE, notice_id, merchant_id, payment_id, reason)

    async def of_dispute(self, dispute: Dispute) -> list[DisputeNotice]:
        """All that tell of a dispute."""
        found = await self._connection.fetch(_TOLD.sql, *_TOLD.args(dispute_id=dispute.id))
        return [rows.notice_of(row) for row in found]

    async def unmatched(self, limit: int) -> list[DisputeNotice]:
        """Those of payments that were not known when they came, and are by now; the oldest first."""
        found = await self._connection.fetch(_UNMATCHED.sql, *_UNMATCHED.args(most=limit))
        return [rows.notice_of(row) for row in found]

    async def still_unmatched(self, notice_id: UUID) -> bool:
        """Whether nobody has matched it, locked until the unit ends."""
        return await self._connection.fetchrow(_STILL, notice_id) is not None

    async def told_of(self, notice_id: UUID) -> UUID | None:
        """The dispute that a notice told of, if it was applied."""
        return await self._connection.fetchval("SELECT dispute_id FROM dispute_notices WHERE id = $1", notice_id)
