"""What must hold in the database whatever happened: payments, ledger, events and the gateway's books agree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncpg

    from tests.fakes.gateway import StandInGateway

_OPEN = "SELECT count(*) FROM operations WHERE status IN ('PENDING', 'UNKNOWN')"
_RESERVED = """
SELECT id FROM payments WHERE capture_pending_minor + refund_pending_minor + unknown_operations > 0
    OR void_pending OR final_capture_pending
"""
_UNBALANCED = "SELECT entry_id FROM ledger_postings GROUP BY entry_id, currency HAVING sum(amount_minor) <> 0"
_LEDGER_DIFFERS = """
SELECT p.id FROM payments AS p LEFT JOIN LATERAL (
    SELECT coalesce(sum(l.amount_minor) FILTER (WHERE l.account LIKE 'gateway_clearing:%'), 0) AS moved,
           coalesce(-sum(l.amount_minor) FILTER (WHERE l.account = 'fees_revenue'), 0) AS fees
    FROM ledger_entries AS e JOIN ledger_postings AS l ON (l.merchant_id, l.entry_id) = (e.merchant_id, e.id)
    WHERE e.payment_id = p.id
) AS s ON true
WHERE s.moved <> p.captured_minor - p.refunded_minor OR s.fees <> p.fee_minor - p.returned_fee_minor + p.refund_fee_minor
"""
_EVENTS_DIFFER = """
SELECT p.id FROM payments AS p LEFT JOIN events AS e ON e.subject_id = p.id GROUP BY p.id, p.version
HAVING count(e.id) <> p.version OR count(DISTINCT e.sequence) <> p.version OR max(e.sequence) <> p.version
"""
_CHILDREN_DIFFER = """
SELECT p.id FROM payments AS p WHERE
    p.captured_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM captures WHERE payment_id = p.id
                         AND status = 'SUCCEEDED')
    OR p.refunded_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM refunds WHERE payment_id = p.id
                            AND status = 'SUCCEEDED')
"""


async def assert_agreement(owner: asyncpg.Connection, gateway: StandInGateway) -> None:
    """Nothing is open, nothing was done twice, and nothing was done unrecorded."""
    assert await owner.fetchval(_OPEN) == 0
    for differing in (_RESERVED, _UNBALANCED, _LEDGER_DIFFERS, _EVENTS_DIFFER, _CHILDREN_DIFFER):
        assert [row[0] for row in await owner.fetch(differing)] == [], differing
    rows = await owner.fetch("SELECT gateway_reference, captured_minor, refunded_minor FROM payments")
    recorded = {row[0]: (row[1], row[2]) for row in rows if row[0] is not None}
    assert recorded == {reference: (book.captured, book.refunded) for reference, book in gateway.books.items()}
    executed = Counter(effect.operation_id for effect in gateway.effects)
    assert set(executed.values()) <= {1}
    succeeded = {row["id"] for row in await owner.fetch("SELECT id FROM operations WHERE status = 'SUCCEEDED'")}
    assert set(executed) <= succeeded
