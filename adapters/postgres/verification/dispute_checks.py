"""Disputes against the ledger, their payments, their notices, and what was answered to them."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

# Debits are positive: what the network holds was credited to the gateway, and the fee to our revenue.
_LEDGER_AGREES = Check(
    name="dispute-ledger",
    sentence=(
        "{dispute_id} holds {withdrawn_minor} with a fee of {fee_minor}; its postings say {posted_held} and"
        " {posted_fee}, charge the merchant {posted_charged}, and {foreign_postings} are of another currency, payment"
        " or kind"
    ),
    statement="""
WITH posted AS (
    SELECT e.merchant_id, coalesce(e.dispute_id, e.id) AS dispute_id, p.currency, e.payment_id,
           e.kind IN ('DISPUTE', 'DISPUTE_REVERSAL') AND (e.kind = 'DISPUTE') = (p.account = 'pending'
               AND p.amount_minor > 0 OR p.account <> 'pending' AND p.amount_minor < 0) AS fits,
           -p.amount_minor * (p.account LIKE 'gateway\\_clearing:%')::integer AS held,
           -p.amount_minor * (p.account = 'fees_revenue')::integer AS fee,
           p.amount_minor * (p.account = 'pending')::integer AS charged
    FROM ledger_entries AS e JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id)
    WHERE e.dispute_id IS NOT NULL OR e.kind IN ('DISPUTE', 'DISPUTE_REVERSAL')
), compared AS (
    SELECT coalesce(d.id, l.dispute_id) AS dispute_id, d.withdrawn_minor, d.fee_minor,
           coalesce(sum(l.held), 0)::bigint AS posted_held, coalesce(sum(l.fee), 0)::bigint AS posted_fee,
           coalesce(sum(l.charged), 0)::bigint AS posted_charged,
           count(l.merchant_id) FILTER (WHERE NOT l.fits OR (l.currency, l.payment_id)
               IS DISTINCT FROM (d.currency, d.payment_id)) AS foreign_postings
    FROM disputes AS d FULL JOIN posted AS l ON (l.merchant_id, l.dispute_id) = (d.merchant_id, d.id)
    GROUP BY d.merchant_id, d.id, l.dispute_id
)
SELECT * FROM compared
WHERE (withdrawn_minor, fee_minor, withdrawn_minor + fee_minor, 0::bigint)
      IS DISTINCT FROM (posted_held, posted_fee, posted_charged, foreign_postings)
""",
)
_PAYMENTS_AGREE = Check(
    name="payment-disputes",
    sentence=(
        "of {payment_id}, networks hold {disputed_minor} and {double_loss_minor} beyond what was left; its disputes"
        " hold {held_minor}"
    ),
    # Beyond what was left there is something only when nothing is left.
    statement="""
SELECT p.id AS payment_id, p.disputed_minor, p.double_loss_minor, coalesce(d.held, 0) AS held_minor
FROM payments AS p LEFT JOIN (
    SELECT merchant_id, payment_id, sum(withdrawn_minor)::bigint AS held FROM disputes GROUP BY 1, 2
) AS d ON (d.merchant_id, d.payment_id) = (p.merchant_id, p.id)
WHERE p.disputed_minor + p.double_loss_minor <> coalesce(d.held, 0)
   OR p.double_loss_minor > 0
      AND p.captured_minor > p.refunded_minor + p.refund_pending_minor + p.disputed_minor
""",
)
_STAGES_AGREE = Check(
    name="dispute-stages",
    sentence=(
        "{dispute_id} is at {stage} {status} over {amount_minor} and holds {withdrawn_minor}; its stages say"
        " {last_stage} {last_status} over {last_amount}, hold {held_minor}, and of {stages} of them {sound} are sound"
    ),
    statement="""
SELECT d.id AS dispute_id, d.stage, d.status, d.amount_minor, d.withdrawn_minor, s.*,
       d.stages -> -1 ->> 'stage' AS last_stage, d.stages -> -1 ->> 'status' AS last_status,
       d.stages -> -1 ->> 'amount_minor' AS last_amount
FROM disputes AS d CROSS JOIN LATERAL (
    SELECT coalesce(sum((r ->> 'withdrawn_minor')::bigint - (r ->> 'reinstated_minor')::bigint), 0)::bigint
               AS held_minor,
           count(*) AS stages,
           count(DISTINCT r ->> 'stage') FILTER (WHERE (r ->> 'closed_at' IS NOT NULL) = (r ->> 'status' IN (
               'WON', 'LOST', 'ACCEPTED', 'EXPIRED', 'PREVENTED', 'WITHDRAWN'))) AS sound
    FROM jsonb_array_elements(d.stages) AS r
) AS s
WHERE (d.stage, d.status, d.amount_minor, d.respond_by, d.closed_at, d.withdrawn_minor, s.stages) IS DISTINCT FROM (
    d.stages -> -1 ->> 'stage', d.stages -> -1 ->> 'status', (d.stages -> -1 ->> 'amount_minor')::bigint,
    (d.stages -> -1 ->> 'respond_by')::timestamptz, (d.stages -> -1 ->> 'closed_at')::timestamptz, s.held_minor,
    s.sound)
""",
)
_STATUS_HAS_ITS_REASON = Check(
    name="dispute-status",
    sentence="{dispute_id} is {status} at {stage}, and nothing has made it so",
    statement="""
SELECT d.id AS dispute_id, d.stage, d.status FROM disputes AS d
WHERE NOT CASE
    WHEN d.status IN ('WON', 'LOST', 'PREVENTED', 'WITHDRAWN') THEN EXISTS (
        SELECT FROM dispute_notices AS n WHERE (n.dispute_id, n.stage, n.type) = (d.id, d.stage, d.status))
    WHEN d.status = 'UNDER_REVIEW' THEN EXISTS (
        SELECT FROM dispute_notices AS n WHERE (n.dispute_id, n.stage, n.type) = (d.id, d.stage, 'UNDER_REVIEW')
    ) OR EXISTS (
        SELECT FROM dispute_responses AS r
        WHERE (r.merchant_id, r.dispute_id, r.stage, r.kind, r.status)
            = (d.merchant_id, d.id, d.stage, 'COUNTER', 'SUCCEEDED'))
    WHEN d.status = 'ACCEPTED' THEN EXISTS (
        SELECT FROM dispute_responses AS r
        WHERE (r.merchant_id, r.dispute_id, r.stage, r.kind, r.status)
            = (d.merchant_id, d.id, d.stage, 'ACCEPT', 'SUCCEEDED'))
    WHEN d.status = 'EXPIRED' THEN d.respond_by IS NOT NULL
    ELSE (d.status = 'EVIDENCE_STAGED') = (EXISTS (
        SELECT FROM dispute_evidence AS e
        WHERE (e.merchant_id, e.dispute_id, e.stage) = (d.merchant_id, d.id, d.stage) AND e.texts <> '{}'
    ) OR EXISTS (
        SELECT FROM evidence_files AS f
        WHERE (f.merchant_id, f.dispute_id, f.stage, f.status) = (d.merchant_id, d.id, d.stage, 'STORED')))
END
""",
)
_NOTICES_BELONG = Check(
    name="dispute-notice",
    sentence="the notice {notice_id!r} of {gateway} tells of {dispute_id}, which is about something else",
    # What was taken down by hand may name the case otherwise than its gateway does.
    statement="""
SELECT n.notice_id, n.gateway, n.dispute_id FROM dispute_notices AS n
LEFT JOIN disputes AS d ON d.id = n.dispute_id
WHERE n.state = 'APPLIED'
  AND ((n.merchant_id, n.payment_id, n.gateway, n.network, n.currency)
           IS DISTINCT FROM (d.merchant_id, d.payment_id, d.gateway, d.network, d.currency)
       OR n.case_reference <> d.case_reference AND n.source <> 'MANUAL')
UNION ALL
SELECT 'none', d.gateway, d.id FROM disputes AS d
WHERE NOT EXISTS (
    SELECT FROM dispute_notices AS n WHERE (n.dispute_id, n.case_reference) = (d.id, d.case_reference))
""",
)
_ANSWERS_ARE_AWAITED = Check(
    name="dispute-answer",
    sentence="{dispute_id} waits for an answer: {response_pending}; {open} are open, and {forgotten} of them unchecked",
    statement="""
SELECT d.id AS dispute_id, d.response_pending, coalesce(r.open, 0) AS open, coalesce(r.forgotten, 0) AS forgotten
FROM disputes AS d LEFT JOIN (
    SELECT merchant_id, dispute_id, count(*) AS open, count(*) FILTER (WHERE next_check_at IS NULL) AS forgotten
    FROM dispute_responses WHERE status IN ('PENDING', 'UNKNOWN') GROUP BY 1, 2
) AS r ON (r.merchant_id, r.dispute_id) = (d.merchant_id, d.id)
WHERE d.response_pending::integer <> coalesce(r.open, 0) OR r.forgotten > 0
""",
)
_WARNINGS_FOLLOW = Check(
    name="warning-status",
    sentence="{warning_id} of {payment_id} is {status}; the payment has {disputes} disputes, and the refund {refund}",
    statement="""
SELECT w.id AS warning_id, w.payment_id, w.status, coalesce(d.disputes, 0) AS disputes,
       CASE WHEN w.refund_id IS NULL THEN 'was not asked for' WHEN r.id IS NULL THEN 'is missing' ELSE 'exists' END
           AS refund
FROM early_fraud_warnings AS w
LEFT JOIN (SELECT merchant_id, payment_id, count(*) AS disputes FROM disputes GROUP BY 1, 2) AS d
    ON (d.merchant_id, d.payment_id) = (w.merchant_id, w.payment_id)
LEFT JOIN refunds AS r ON (r.merchant_id, r.id, r.payment_id) = (w.merchant_id, w.refund_id, w.payment_id)
WHERE (w.status = 'DISPUTED') <> (coalesce(d.disputes, 0) > 0) OR (w.refund_id IS NULL) <> (r.id IS NULL)
   OR w.status = 'REFUNDED' AND r.id IS NULL
""",
)
_EVENTS_AGREE = Check(
    name="dispute-events",
    sentence=(
        "{dispute_id} is at version {version} and has {events} events, numbered {first} to {last}; it holds"
        " {withdrawn_minor}, and they say {told_minor}"
    ),
    statement="""
SELECT coalesce(d.id, e.subject_id) AS dispute_id, coalesce(d.version, 0) AS version, coalesce(e.events, 0) AS events,
       coalesce(e.first, 0) AS first, coalesce(e.last, 0) AS last, coalesce(d.withdrawn_minor, 0) AS withdrawn_minor,
       coalesce(e.told, 0) AS told_minor
FROM disputes AS d FULL JOIN (
    SELECT merchant_id, subject_id, count(*) AS events, count(DISTINCT sequence) AS numbers,
           min(sequence) AS first, max(sequence) AS last,
           sum(CASE name WHEN 'dispute.funds_withdrawn' THEN 1 WHEN 'dispute.funds_reinstated' THEN -1 ELSE 0 END
               * coalesce((data ->> 'amount_minor')::bigint, 0))::bigint AS told
    FROM events WHERE subject_type = 'dispute' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (d.merchant_id, d.id)
WHERE (d.version, d.version, d.version, 1::bigint, d.withdrawn_minor)
      IS DISTINCT FROM (e.events, e.numbers, e.last, e.first, e.told)
""",
)
_WARNING_EVENTS_AGREE = Check(
    name="warning-events",
    sentence="{warning_id} is at version {version} and has {events} events, numbered {first} to {last}",
    statement="""
SELECT coalesce(w.id, e.subject_id) AS warning_id, coalesce(w.version, 0) AS version, coalesce(e.events, 0) AS events,
       coalesce(e.first, 0) AS first, coalesce(e.last, 0) AS last
FROM early_fraud_warnings AS w FULL JOIN (
    SELECT merchant_id, subject_id, count(*) AS events, count(DISTINCT sequence) AS numbers,
           min(sequence) AS first, max(sequence) AS last
    FROM events WHERE subject_type = 'early_fraud_warning' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (w.merchant_id, w.id)
WHERE (w.version, w.version, w.version, 1::bigint) IS DISTINCT FROM (e.events, e.numbers, e.last, e.first)
""",
)

DISPUTE_CHECKS = (
    _LEDGER_AGREES,
    _PAYMENTS_AGREE,
    _STAGES_AGREE,
    _STATUS_HAS_ITS_REASON,
    _NOTICES_BELONG,
    _ANSWERS_ARE_AWAITED,
    _WARNINGS_FOLLOW,
    _EVENTS_AGREE,
    _WARNING_EVENTS_AGREE,
)
