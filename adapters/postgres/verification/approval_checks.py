"""Approvals: told by their events, and nothing done that nobody has approved."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_NUMBERS_AGREE = Check(
    name="approval-events",
    sentence="{request_id} is at version {version} and has {events} events, numbered {first} to {last}",
    statement="""
SELECT coalesce(a.id, e.subject_id) AS request_id, coalesce(a.version, 0) AS version, coalesce(e.events, 0) AS events,
       coalesce(e.first, 0) AS first, coalesce(e.last, 0) AS last
FROM approval_requests AS a
FULL JOIN (
    SELECT merchant_id, subject_id, count(*) AS events, count(DISTINCT sequence) AS numbers,
           min(sequence) AS first, max(sequence) AS last
    FROM events WHERE subject_type = 'approval_request' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (a.merchant_id, a.id)
WHERE a.id IS NULL OR (a.version, a.version, a.version, 1::bigint)
      IS DISTINCT FROM (e.events, e.numbers, e.last, e.first)
""",
)
_STATUS_FOLLOWS = Check(
    name="approval-status",
    sentence="{request_id} is {status}, and its last event, {name}, makes it {expected}",
    statement="""
SELECT a.id AS request_id, a.status, e.name, e.expected
FROM (
    SELECT DISTINCT ON (merchant_id, subject_id) merchant_id, subject_id, name,
           CASE name WHEN 'approval_request.created' THEN 'REQUIRES_REVIEW'
                ELSE upper(split_part(name, '.', 2)) END AS expected
    FROM events WHERE subject_type = 'approval_request'
    ORDER BY merchant_id, subject_id, sequence DESC
) AS e
JOIN approval_requests AS a ON (a.merchant_id, a.id) = (e.merchant_id, e.subject_id)
WHERE a.status <> e.expected
""",
)
_APPROVED_FIRST = Check(
    name="approval-first",
    sentence="{request_id} is {status}, and {operation_id} was sent to a gateway all the same",
    statement="""
SELECT a.id AS request_id, a.status, o.id AS operation_id
FROM approval_requests AS a JOIN operations AS o ON (o.merchant_id, o.id) = (a.merchant_id, a.operation_id)
WHERE a.status NOT IN ('APPROVED', 'SUCCEEDED', 'FAILED')
""",
)
# A refund that succeeded can still come back from the customer's bank, days later.
_REFUNDED_AS_APPROVED = Check(
    name="approval-refund",
    sentence="{request_id} is {status} over {amount_minor} {currency}; its refund is {refund}",
    statement="""
SELECT a.id AS request_id, a.status, a.amount_minor, a.currency,
       coalesce(r.status || ' over ' || r.amount_minor || ' ' || r.currency, 'missing') AS refund
FROM approval_requests AS a
LEFT JOIN refunds AS r ON (r.merchant_id, r.operation_id) = (a.merchant_id, a.operation_id)
     AND r.payment_id = a.subject_id
WHERE a.action = 'REFUND_PAYMENT' AND (
    (a.status = 'SUCCEEDED' AND coalesce(r.status NOT IN ('SUCCEEDED', 'FAILED'), true))
    OR (a.status = 'FAILED' AND r.status <> 'FAILED')
    OR (r.amount_minor, r.currency) <> (a.amount_minor, a.currency))
""",
)

APPROVAL_CHECKS = (_NUMBERS_AGREE, _STATUS_FOLLOWS, _APPROVED_FIRST, _REFUNDED_AS_APPROVED)
