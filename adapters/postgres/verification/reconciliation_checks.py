"""Bank statements: they add up, each entry is one thing, and the ledger's bank has moved as the bank did."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_ADDS_UP = Check(
    name="bank-statement",
    sentence="{statement_id} says {stored} entries, {credits_minor} in and {debits_minor} out; it has {found}",
    statement="""
SELECT s.id AS statement_id, s.stored, s.credits_minor, s.debits_minor,
       concat_ws(' ', e.entries, e.gained, e.lost) AS found
FROM bank_statements AS s
CROSS JOIN LATERAL (
    SELECT count(*) AS entries, coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0) AS gained,
           -coalesce(sum(amount_minor) FILTER (WHERE amount_minor < 0), 0) AS lost, max(position) AS last
    FROM bank_entries WHERE statement_id = s.id
) AS e
WHERE s.status = 'IMPORTED' AND (
    s.opening_minor + s.credits_minor - s.debits_minor <> s.closing_minor
    OR (e.entries, e.gained, e.lost) IS DISTINCT FROM (s.stored, s.credits_minor::numeric, s.debits_minor::numeric)
    OR coalesce(e.last, 0) <> s.stored)
""",
)
_IS_ONE_THING = Check(
    name="bank-entry",
    sentence="entry {entry_id} was looked at; its match is {match}, its item {item}",
    statement="""
SELECT e.id AS entry_id, coalesce(m.kind, 'none') AS match, coalesce(i.status, 'none') AS item
FROM bank_statements AS s
JOIN bank_entries AS e ON e.statement_id = s.id AND e.position <= s.matched_through
LEFT JOIN bank_matches AS m ON m.entry_id = e.id
LEFT JOIN reconciliation_items AS i ON (i.merchant_id, i.entry_id) = (e.merchant_id, e.id)
WHERE s.status = 'IMPORTED' AND (
    CASE WHEN i.id IS NULL THEN m.entry_id IS NULL
         ELSE (m.entry_id IS NOT NULL) <> (i.status IN ('MATCHED', 'RESOLVED')) END)
""",
)
_MATCHES_AGREE = Check(
    name="bank-match",
    sentence="{entry_id} is matched as {kind} of {subject_id} with {amount_minor}; the entry or the payout disagrees",
    statement="""
SELECT m.entry_id, m.kind, m.subject_id, m.amount_minor
FROM bank_matches AS m
LEFT JOIN bank_entries AS e ON e.id = m.entry_id
LEFT JOIN bank_statements AS s ON s.id = e.statement_id
LEFT JOIN payouts AS p ON (p.merchant_id, p.id) = (m.merchant_id, m.subject_id)
WHERE s.status IS DISTINCT FROM 'IMPORTED'
   OR (m.account, m.amount_minor, m.currency, m.booked_on)
      IS DISTINCT FROM (s.account, e.amount_minor, e.currency, e.booked_on)
   OR (m.kind = 'PAYOUT' AND p.bank_entry_id IS DISTINCT FROM m.entry_id)
   OR (m.kind = 'PAYOUT_RETURN' AND p.return_entry_id IS DISTINCT FROM m.entry_id)
""",
)
# Of a payout that the bank has paid with another amount, the rest is in suspense.
_LEDGER_MOVED = Check(
    name="bank-ledger",
    sentence="{entry_id} moved {account} by {amount_minor}, and the ledger by {booked}",
    statement="""
SELECT m.entry_id, m.account, m.amount_minor, coalesce(b.minor, 0) AS booked
FROM bank_matches AS m
LEFT JOIN reconciliation_items AS i ON i.entry_id = m.entry_id
LEFT JOIN remittances AS r ON r.bank_entry_id = m.entry_id
LEFT JOIN LATERAL (
    SELECT sum(p.amount_minor) AS minor
    FROM ledger_postings AS p JOIN ledger_entries AS l ON (l.merchant_id, l.id) = (p.merchant_id, p.entry_id)
    WHERE p.account = 'bank:' || m.account AND p.currency = m.currency AND (
        l.id IN (i.ledger_entry_id, r.ledger_entry_id)
        OR (m.kind IN ('PAYOUT', 'PAYOUT_RETURN') AND (l.merchant_id, l.payout_id) = (m.merchant_id, m.subject_id)
            AND l.kind = CASE m.kind WHEN 'PAYOUT' THEN 'PAYOUT_PAID' ELSE 'PAYOUT_RETURNED' END))
) AS b ON true
WHERE coalesce(b.minor, 0) <> m.amount_minor
""",
)
_KEYS_POINT = Check(
    name="reconciliation-key",
    sentence="the key {key!r} of {mutation} points to no reconciliation item",
    statement="""
SELECT k.mutation, k.key FROM idempotency_keys AS k
WHERE k.mutation IN ('matchReconciliationItem', 'resolveReconciliationItem') AND NOT EXISTS (
    SELECT FROM reconciliation_items AS i WHERE (i.merchant_id, i.id) = (k.merchant_id, k.payment_id))
""",
)
RECONCILIATION_CHECKS = (_ADDS_UP, _IS_ONE_THING, _MATCHES_AGREE, _LEDGER_MOVED, _KEYS_POINT)
