"""Events: numbered without gaps, and telling the same as the payment's row."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_NUMBERS_AGREE = Check(
    name="event-numbers",
    sentence="{payment_id} is at version {version} and has {events} events, numbered {first} to {last}",
    statement="""
SELECT coalesce(p.id, e.subject_id) AS payment_id, coalesce(p.version, 0) AS version, coalesce(e.events, 0) AS events,
       coalesce(e.first, 0) AS first, coalesce(e.last, 0) AS last
FROM payments AS p
FULL JOIN (
    SELECT merchant_id, subject_id, count(*) AS events, count(DISTINCT sequence) AS numbers,
           min(sequence) AS first, max(sequence) AS last
    FROM events WHERE subject_type = 'payment' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (p.merchant_id, p.id)
WHERE p.id IS NULL OR (p.version, p.version, p.version, 1::bigint)
      IS DISTINCT FROM (e.events, e.numbers, e.last, e.first)
""",
)
_STATUS_FOLLOWS = Check(
    name="event-status",
    sentence="{payment_id} is {status}, and its last event that says so, {name}, makes it {expected}",
    statement="""
SELECT p.id AS payment_id, p.status, e.name, e.expected
FROM (
    SELECT DISTINCT ON (merchant_id, subject_id) merchant_id, subject_id, name,
           CASE name
               WHEN 'payment.created' THEN 'PROCESSING'
               WHEN 'payment.confirmed' THEN 'PROCESSING'
               WHEN 'payment.action_required' THEN 'REQUIRES_ACTION'
               WHEN 'payment.held_for_review' THEN 'IN_REVIEW'
               WHEN 'payment.released_from_review' THEN 'AUTHORIZED'
               WHEN 'payment.captured' THEN
                   CASE WHEN (data ->> 'final')::boolean THEN 'CAPTURED' ELSE 'PARTIALLY_CAPTURED' END
               ELSE upper(split_part(name, '.', 2))
           END AS expected
    FROM events
    WHERE subject_type = 'payment' AND name IN (
        'payment.created', 'payment.confirmed', 'payment.action_required', 'payment.authorized',
        'payment.held_for_review', 'payment.released_from_review', 'payment.captured',
        'payment.voided', 'payment.declined', 'payment.failed', 'payment.canceled', 'payment.expired')
    ORDER BY merchant_id, subject_id, sequence DESC
) AS e
JOIN payments AS p ON (p.merchant_id, p.id) = (e.merchant_id, e.subject_id)
WHERE p.status <> e.expected
  -- What was captured in part before its authorization lapsed stays captured.
  AND NOT (e.name = 'payment.expired' AND p.status = 'CAPTURED' AND p.captured_minor > 0)
  -- What was authorized may be held for a review.
  AND NOT (e.name = 'payment.authorized' AND p.status = 'IN_REVIEW')
""",
)
_AMOUNTS_AGREE = Check(
    name="event-amounts",
    sentence=(
        "{payment_id} has captured {captured_minor} and refunded {refunded_minor};"
        " its events say {told_captured} and {told_refunded}"
    ),
    statement="""
SELECT p.id AS payment_id, p.captured_minor, p.refunded_minor,
       coalesce(e.captured, 0) AS told_captured, coalesce(e.refunded, 0) AS told_refunded
FROM payments AS p LEFT JOIN (
    SELECT merchant_id, subject_id,
           coalesce(sum((data ->> 'amount_minor')::bigint) FILTER (WHERE name = 'payment.captured'), 0) AS captured,
           coalesce(sum((data ->> 'amount_minor')::bigint) FILTER (WHERE name = 'payment.refunded'), 0) AS refunded
    FROM events WHERE name IN ('payment.captured', 'payment.refunded') GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (p.merchant_id, p.id)
WHERE (p.captured_minor, p.refunded_minor) IS DISTINCT FROM (coalesce(e.captured, 0), coalesce(e.refunded, 0))
""",
)

EVENT_CHECKS = (_NUMBERS_AGREE, _STATUS_FOLLOWS, _AMOUNTS_AGREE)
