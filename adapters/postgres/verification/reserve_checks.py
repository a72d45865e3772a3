"""What is held back of settlements, and what was given and taken by hand: the same as the ledger says."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_HOLDS_AGREE = Check(
    name="reserve-hold",
    sentence="{settlement_id} holds {held_minor} in reserve; {hold} is kept of it, and its entry says {posted}",
    statement="""
WITH posted AS (
    SELECT e.merchant_id, e.id, e.settlement_id, p.currency, -p.amount_minor AS minor
    FROM ledger_entries AS e
    JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id) AND p.account = 'reserve'
    WHERE e.kind = 'RESERVE_HOLD'
), kept AS (
    SELECT h.merchant_id, h.settlement_id, h.currency, h.amount_minor, p.minor AS posted, h.entry_id, p.id AS posted_id
    FROM reserve_holds AS h
    FULL JOIN posted AS p ON (p.merchant_id, p.settlement_id, p.id) = (h.merchant_id, h.settlement_id, h.entry_id)
     AND p.currency = h.currency
)
SELECT coalesce(s.id, k.settlement_id) AS settlement_id, -coalesce(s.reserve_held_minor, 0) AS held_minor,
       coalesce(k.amount_minor::text, 'nothing') AS hold, coalesce(k.posted::text, 'nothing') AS posted
FROM (SELECT * FROM settlements WHERE reserve_held_minor <> 0) AS s
FULL JOIN kept AS k ON (k.merchant_id, k.settlement_id) = (s.merchant_id, s.id)
WHERE (s.currency, -s.reserve_held_minor, -s.reserve_held_minor)
      IS DISTINCT FROM (k.currency, k.amount_minor, k.posted)
""",
)
_RELEASES_AGREE = Check(
    name="reserve-release",
    sentence="{reserve_id} of {amount_minor} was released at {released_at}; the ledger gave back {posted}",
    statement="""
WITH posted AS (
    SELECT e.merchant_id, e.id, p.currency, p.amount_minor AS minor
    FROM ledger_entries AS e
    JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id) AND p.account = 'reserve'
    WHERE e.kind = 'RESERVE_RELEASE'
)
SELECT h.id AS reserve_id, coalesce(h.amount_minor, 0) AS amount_minor,
       coalesce(h.released_at::text, 'no time') AS released_at, coalesce(p.minor::text, 'nothing') AS posted
FROM (SELECT * FROM reserve_holds WHERE released_at IS NOT NULL) AS h
FULL JOIN posted AS p ON (p.merchant_id, p.id) = (h.merchant_id, h.release_entry_id)
WHERE (h.currency, h.amount_minor) IS DISTINCT FROM (p.currency, p.minor) OR h.released_at < h.releases_at
""",
)
_BALANCE = Check(
    name="reserve-balance",
    sentence="{held} {currency} of {merchant_id} are held in reserve, and its account says {balance}",
    statement="""
SELECT merchant_id, currency, coalesce(h.minor, 0) AS held, coalesce(p.minor, 0) AS balance
FROM (
    SELECT merchant_id, currency, sum(amount_minor) AS minor FROM reserve_holds WHERE released_at IS NULL GROUP BY 1, 2
) AS h
FULL JOIN (
    SELECT merchant_id, currency, -sum(amount_minor) AS minor
    FROM ledger_postings WHERE account = 'reserve' GROUP BY 1, 2
) AS p USING (merchant_id, currency)
WHERE coalesce(h.minor, 0) <> coalesce(p.minor, 0)
""",
)
_EVENTS_FOLLOW = Check(
    name="reserve-events",
    sentence="{reserve_id} is at version {version} and has the events {names}",
    statement="""
SELECT coalesce(h.id, e.subject_id) AS reserve_id, coalesce(h.version, 0) AS version, coalesce(e.names, 'none') AS names
FROM reserve_holds AS h
FULL JOIN (
    SELECT merchant_id, subject_id, string_agg(sequence || ' ' || name, ', ' ORDER BY sequence) AS names
    FROM events WHERE subject_type = 'reserve_hold' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (h.merchant_id, h.id)
WHERE (CASE WHEN h.released_at IS NULL THEN '1 reserve.held' ELSE '1 reserve.held, 2 reserve.released' END, h.version)
      IS DISTINCT FROM (e.names, CASE WHEN h.released_at IS NULL THEN 1 ELSE 2 END)
""",
)
_ADJUSTMENTS_AGREE = Check(
    name="adjustment",
    sentence="{adjustment_id} of {amount_minor} {currency} has a request that is {request} and an entry over {posted}",
    statement="""
WITH posted AS (
    SELECT e.merchant_id, e.id, p.currency, -p.amount_minor AS minor
    FROM ledger_entries AS e
    JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id) AND p.account = 'pending'
    WHERE e.kind = 'ADJUSTMENT'
)
SELECT a.id AS adjustment_id, coalesce(a.amount_minor, 0) AS amount_minor, coalesce(a.currency, p.currency) AS currency,
       coalesce(r.status || ' over ' || r.amount_minor, 'missing') AS request,
       coalesce(p.minor::text, 'nothing') AS posted
FROM settlement_adjustments AS a
FULL JOIN posted AS p ON (p.merchant_id, p.id) = (a.merchant_id, a.entry_id)
LEFT JOIN approval_requests AS r ON (r.merchant_id, r.subject_id) = (a.merchant_id, a.id)
     AND r.action = 'ADJUST_SETTLEMENT'
WHERE (a.currency, a.amount_minor) IS DISTINCT FROM (p.currency, p.minor)
   OR coalesce(r.status NOT IN ('APPROVED', 'SUCCEEDED', 'FAILED'), true)
   OR (r.currency, r.amount_minor, (r.command ->> 'amount_minor')::bigint)
      IS DISTINCT FROM (a.currency, abs(a.amount_minor), a.amount_minor)
   OR (r.requested_by_kind, r.requested_by_id, r.decided_by_kind, r.decided_by_id) IS DISTINCT FROM
      (a.requested_by_kind, a.requested_by_id, a.approved_by_kind, a.approved_by_id)
""",
)

RESERVE_CHECKS = (_HOLDS_AGREE, _RELEASES_AGREE, _BALANCE, _EVENTS_FOLLOW, _ADJUSTMENTS_AGREE)
