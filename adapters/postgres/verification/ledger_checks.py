"""The ledger: balanced in itself, and the same as what the payments say."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_ENTRIES_BALANCE = Check(
    name="entry-balance",
    sentence="{entry_id} sums to {total} {currency} and not to zero",
    statement="""
SELECT entry_id, currency, sum(amount_minor) AS total FROM ledger_postings
GROUP BY merchant_id, entry_id, currency HAVING sum(amount_minor) <> 0
""",
)
_LEDGER_BALANCES = Check(
    name="ledger-balance",
    sentence="the whole ledger sums to {total} {currency} and not to zero",
    statement="""
SELECT currency, sum(amount_minor) AS total FROM ledger_postings GROUP BY currency HAVING sum(amount_minor) <> 0
""",
)
_ENTRIES_HAVE_POSTINGS = Check(
    name="entry-postings",
    sentence="{entry_id} has {postings} postings, and its header {header}",
    statement="""
SELECT coalesce(e.id, p.entry_id) AS entry_id, coalesce(p.postings, 0) AS postings,
       CASE WHEN e.id IS NULL THEN 'is missing' ELSE 'exists' END AS header
FROM ledger_entries AS e
FULL JOIN (SELECT merchant_id, entry_id, count(*) AS postings FROM ledger_postings GROUP BY 1, 2) AS p
    ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id)
WHERE e.id IS NULL OR coalesce(p.postings, 0) < 2
""",
)
# Debits are positive. What is foreign to a payment's currency counts as a difference. What disputes moved is compared
# with them.
_PAYMENTS_AGREE = Check(
    name="payment-ledger",
    sentence=(
        "{payment_id} has captured {captured_minor}, refunded {refunded_minor}, fee {fee_minor}, returned fee"
        " {returned_fee_minor} and refund fee {refund_fee_minor}; its postings say {posted_captured},"
        " {posted_refunded}, {posted_fee}, {posted_returned_fee}, {posted_refund_fee}, owe the merchant {posted_owed},"
        " and {foreign_postings} are in another currency"
    ),
    statement="""
WITH posted AS (
    SELECT e.merchant_id, e.payment_id, p.currency,
           sum(p.amount_minor) FILTER (WHERE clearing AND captures) AS captured,
           -sum(p.amount_minor) FILTER (WHERE clearing AND NOT captures) AS refunded,
           -sum(p.amount_minor) FILTER (WHERE p.account = 'fees_revenue' AND captures) AS fee,
           sum(p.amount_minor) FILTER (WHERE p.account = 'fees_revenue' AND NOT captures AND returns) AS returned_fee,
           -sum(p.amount_minor) FILTER (WHERE p.account = 'fees_revenue' AND NOT captures AND NOT returns)
               AS refund_fee,
           -sum(p.amount_minor) FILTER (WHERE p.account = 'pending') AS owed,
           count(*) AS postings
    FROM ledger_entries AS e
    JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id)
    -- A refund gives fees back and takes its own; one that comes back does the opposite.
    CROSS JOIN LATERAL (SELECT p.account LIKE 'gateway\\_clearing:%' AS clearing, e.kind = 'CAPTURE' AS captures,
                               (e.kind = 'REFUND') = (p.amount_minor > 0) AS returns) AS is_
    WHERE e.payment_id IS NOT NULL AND e.kind NOT IN ('DISPUTE', 'DISPUTE_REVERSAL')
    GROUP BY 1, 2, 3
), compared AS (
    SELECT coalesce(p.id, l.payment_id) AS payment_id, p.captured_minor, p.refunded_minor, p.fee_minor,
           p.returned_fee_minor, p.refund_fee_minor, coalesce(l.captured, 0) AS posted_captured,
           coalesce(l.refunded, 0) AS posted_refunded, coalesce(l.fee, 0) AS posted_fee,
           coalesce(l.returned_fee, 0) AS posted_returned_fee, coalesce(l.refund_fee, 0) AS posted_refund_fee,
           coalesce(l.owed, 0) AS posted_owed,
           coalesce(f.postings, 0) AS foreign_postings
    FROM payments AS p
    FULL JOIN posted AS l ON (l.merchant_id, l.payment_id, l.currency) = (p.merchant_id, p.id, p.currency)
    LEFT JOIN posted AS f ON (f.merchant_id, f.payment_id) = (p.merchant_id, p.id) AND f.currency <> p.currency
)
SELECT * FROM compared
WHERE (captured_minor, refunded_minor, fee_minor, returned_fee_minor, refund_fee_minor, 0::bigint)
      IS DISTINCT FROM (posted_captured, posted_refunded, posted_fee, posted_returned_fee, posted_refund_fee,
                        foreign_postings)
   OR posted_owed <> captured_minor - fee_minor - refunded_minor + returned_fee_minor - refund_fee_minor
""",
)
_OPERATIONS_AGREE = Check(
    name="operation-ledger",
    sentence="{operation_id} moved {moved_minor}, and the ledger posted {posted_minor} for it",
    statement="""
WITH posted AS (
    SELECT e.merchant_id, e.operation_id, sum(p.amount_minor) AS minor
    FROM ledger_entries AS e
    JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id)
    WHERE e.operation_id IS NOT NULL AND p.account LIKE 'gateway\\_clearing:%'
    GROUP BY 1, 2
), moved AS (
    SELECT merchant_id, operation_id, amount_minor AS minor FROM captures WHERE status = 'SUCCEEDED'
    UNION ALL
    SELECT merchant_id, operation_id, -amount_minor FROM refunds WHERE status = 'SUCCEEDED'
)
SELECT coalesce(m.operation_id, p.operation_id) AS operation_id,
       coalesce(m.minor, 0) AS moved_minor, coalesce(p.minor, 0) AS posted_minor
FROM moved AS m FULL JOIN posted AS p ON (p.merchant_id, p.operation_id) = (m.merchant_id, m.operation_id)
WHERE coalesce(m.minor, 0) <> coalesce(p.minor, 0)
""",
)
# Each snapshot against the one before it and what was posted in between: every posting is read once.
_SNAPSHOTS_AGREE = Check(
    name="balance-snapshot",
    sentence=(
        "the snapshot of {account} {currency} of {merchant_id} taken at {taken_at} says {balance_minor}, and the one"
        " before with the postings since {expected_minor}"
    ),
    statement="""
WITH marks AS (
    SELECT *, coalesce(lag(horizon) OVER earlier, '0'::xid8) AS since,
           coalesce(lag(balance_minor) OVER earlier, 0) AS before_minor
    FROM ledger_snapshots WINDOW earlier AS (PARTITION BY merchant_id, account, currency ORDER BY horizon)
)
SELECT m.merchant_id, m.account, m.currency, m.taken_at, m.balance_minor,
       m.before_minor + coalesce(p.minor, 0) AS expected_minor
FROM marks AS m CROSS JOIN LATERAL (
    SELECT sum(p.amount_minor) AS minor FROM ledger_postings AS p
    WHERE (p.merchant_id, p.account, p.currency) = (m.merchant_id, m.account, m.currency)
      AND p.xid >= m.since AND p.xid < m.horizon
) AS p
WHERE m.balance_minor <> m.before_minor + coalesce(p.minor, 0)
""",
)

LEDGER_CHECKS = (
    _ENTRIES_BALANCE,
    _LEDGER_BALANCES,
    _ENTRIES_HAVE_POSTINGS,
    _PAYMENTS_AGREE,
    _OPERATIONS_AGREE,
    _SNAPSHOTS_AGREE,
)
