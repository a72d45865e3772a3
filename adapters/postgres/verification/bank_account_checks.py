"""Bank accounts: approved by the request that asked for them, one in use at a time, and telling their own story."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_WERE_APPROVED = Check(
    name="bank-account-approval",
    sentence="{bank_account_id} is {status}, and its request for approval is {request}",
    # Between an approval and its being carried out stands whoever approved, or a job.
    statement="""
SELECT a.id AS bank_account_id, a.status, coalesce(r.id::text || ' ' || r.status, 'not there') AS request
FROM bank_accounts AS a
LEFT JOIN approval_requests AS r ON (r.merchant_id, r.operation_id, r.subject_id)
    = (a.merchant_id, a.operation_id, a.id) AND r.action = 'CHANGE_BANK_ACCOUNT' AND r.command ->> 'change' = 'ADD'
WHERE r.id IS NULL
   OR (r.requested_by_kind, r.requested_by_id) IS DISTINCT FROM (a.requested_by_kind, a.requested_by_id)
   OR (a.approved_at IS NOT NULL AND (
        r.status NOT IN ('APPROVED', 'SUCCEEDED')
        OR (r.decided_at, r.decided_by_kind, r.decided_by_id)
           IS DISTINCT FROM (a.approved_at, a.approved_by_kind, a.approved_by_id)))
   OR (r.status = 'SUCCEEDED' AND a.approved_at IS NULL)
""",
)
_ONE_IN_USE = Check(
    name="bank-account-in-use",
    sentence="{merchant_id} has {active} accounts in {currency} in use and {under_way} under way",
    statement="""
SELECT merchant_id, currency, count(*) FILTER (WHERE status = 'ACTIVE') AS active,
       count(*) FILTER (WHERE status <> 'ACTIVE') AS under_way
FROM bank_accounts WHERE status IN ('PENDING_APPROVAL', 'PENDING_VERIFICATION', 'COOLING', 'ACTIVE')
GROUP BY 1, 2
HAVING count(*) FILTER (WHERE status = 'ACTIVE') > 1 OR count(*) FILTER (WHERE status <> 'ACTIVE') > 1
""",
)
_EVENTS_AGREE = Check(
    name="bank-account-events",
    sentence="{bank_account_id} is {status} at version {version}; its {events} events, the last {last}, say otherwise",
    statement="""
SELECT coalesce(a.id, e.subject_id) AS bank_account_id, coalesce(a.status, 'not there') AS status,
       coalesce(a.version, 0) AS version, coalesce(e.events, 0) AS events, coalesce(e.last, 'none') AS last
FROM bank_accounts AS a
FULL JOIN (
    SELECT merchant_id, subject_id, count(*) AS events, min(sequence) AS first, max(sequence) AS highest,
           (array_agg(name ORDER BY sequence DESC))[1] AS last
    FROM events WHERE subject_type = 'bank_account' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (a.merchant_id, a.id)
WHERE a.id IS NULL OR (a.version, a.version, 1::bigint) IS DISTINCT FROM (e.events, e.highest, e.first)
   OR a.status IS DISTINCT FROM CASE e.last
        WHEN 'bank_account.requested' THEN 'PENDING_APPROVAL'
        WHEN 'bank_account.added' THEN 'PENDING_VERIFICATION'
        WHEN 'bank_account.verified' THEN 'COOLING'
        WHEN 'bank_account.activated' THEN 'ACTIVE'
        WHEN 'bank_account.verification_failed' THEN 'REJECTED'
        ELSE upper(split_part(e.last, '.', 2)) END
""",
)
_REVEALS_WERE_AUDITED = Check(
    name="bank-account-reveal",
    sentence="the number of {bank_account_id} was read {reveals} times, and {records} times by the audit log",
    statement="""
SELECT coalesce(r.bank_account_id, u.subject_id) AS bank_account_id, coalesce(r.reveals, 0) AS reveals,
       coalesce(u.records, 0) AS records
FROM (SELECT bank_account_id, count(*) AS reveals FROM bank_account_reveals GROUP BY 1) AS r
FULL JOIN (
    SELECT subject_id, count(*) AS records FROM audit_records WHERE action = 'bank_accounts.reveal' GROUP BY 1
) AS u ON u.subject_id = r.bank_account_id
WHERE r.reveals IS DISTINCT FROM u.records
""",
)
# What these mutations are about stands where payments stand for those of payments.
_KEYS_POINT = Check(
    name="settlement-key",
    sentence="the key {key!r} of {mutation} of {merchant_id} points to nothing",
    statement="""
SELECT k.merchant_id, k.mutation, k.key
FROM idempotency_keys AS k
WHERE (k.mutation IN ('addBankAccount', 'removeBankAccount') AND NOT EXISTS (
        SELECT FROM bank_accounts AS a WHERE (a.merchant_id, a.id) = (k.merchant_id, k.payment_id)))
   OR (k.mutation = 'createPayout' AND NOT EXISTS (
        SELECT FROM payouts AS p WHERE (p.merchant_id, p.id) = (k.merchant_id, k.payment_id)))
   OR (k.mutation = 'closeSettlement' AND NOT EXISTS (
        SELECT FROM settlements AS s WHERE (s.merchant_id, s.id) = (k.merchant_id, k.payment_id)))
   OR (k.mutation = 'adjustSettlement' AND NOT EXISTS (
        SELECT FROM approval_requests AS r WHERE (r.merchant_id, r.operation_id) = (k.merchant_id, k.operation_id)))
""",
)

BANK_ACCOUNT_CHECKS = (_WERE_APPROVED, _ONE_IN_USE, _EVENTS_AGREE, _REVEALS_WERE_AUDITED, _KEYS_POINT)
