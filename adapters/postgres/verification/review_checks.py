"""Fraud reviews against the payments that they hold, and against their own events."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_HELD_IS_LOOKED_AT = Check(
    name="review-missing",
    sentence="{payment_id} is held for review, and {review}",
    # A void that failed is tried again by the clock; one that was never begun would be by nobody.
    statement="""
SELECT p.id AS payment_id,
       CASE r.status WHEN 'APPROVED' THEN 'its review was approved'
           WHEN 'DECLINED' THEN 'its review was declined without a void' ELSE 'it has no review' END AS review
FROM payments AS p LEFT JOIN fraud_reviews AS r ON (r.merchant_id, r.payment_id) = (p.merchant_id, p.id)
WHERE p.status = 'IN_REVIEW' AND NOT CASE
    WHEN r.id IS NULL OR r.status = 'APPROVED' THEN false
    WHEN r.status = 'DECLINED' THEN EXISTS (
        SELECT FROM operations AS o
        WHERE (o.merchant_id, o.payment_id, o.type) = (p.merchant_id, p.id, 'VOID') AND o.requested_at >= r.decided_at)
    ELSE true
END
""",
)
_WHAT_IS_LOOKED_AT_IS_HELD = Check(
    name="review-payment",
    sentence="{review_id} is {status}, and {payment_id} is {payment_status} with {captured_minor} captured",
    # What the merchant voided, and what lapsed, the clock closes a little later.
    statement="""
SELECT r.id AS review_id, r.status, r.payment_id, p.status AS payment_status, p.captured_minor
FROM fraud_reviews AS r JOIN payments AS p ON (p.merchant_id, p.id) = (r.merchant_id, r.payment_id)
WHERE (r.status <> 'APPROVED' AND p.status NOT IN ('IN_REVIEW', 'VOIDED', 'EXPIRED'))
   OR (r.status = 'APPROVED' AND p.status IN ('PROCESSING', 'REQUIRES_ACTION', 'DECLINED', 'FAILED', 'CANCELED'))
   OR (r.status <> 'APPROVED' AND p.captured_minor + p.capture_pending_minor > 0)
""",
)
_AMOUNTS_AGREE = Check(
    name="review-amount",
    sentence="{review_id} holds {amount_minor} {currency}; {payment_id} has {authorized_minor} {payment_currency}",
    statement="""
SELECT r.id AS review_id, r.amount_minor, r.currency, r.payment_id, p.authorized_minor, p.currency AS payment_currency
FROM fraud_reviews AS r LEFT JOIN payments AS p ON (p.merchant_id, p.id) = (r.merchant_id, r.payment_id)
WHERE (r.amount_minor, r.currency) IS DISTINCT FROM (p.authorized_minor, p.currency)
""",
)
_EVENTS_AGREE = Check(
    name="review-events",
    sentence=(
        "{review_id} is {status} at version {version}; it has {events} events, numbered {first} to {last}, which say"
        " {told}"
    ),
    statement="""
SELECT coalesce(r.id, e.subject_id) AS review_id, coalesce(r.status, 'missing') AS status,
       coalesce(r.version, 0) AS version, coalesce(e.events, 0) AS events, coalesce(e.first, 0) AS first,
       coalesce(e.last, 0) AS last, coalesce(e.told, 'nothing') AS told
FROM fraud_reviews AS r FULL JOIN (
    SELECT merchant_id, subject_id, count(*) AS events, count(DISTINCT sequence) AS numbers,
           min(sequence) AS first, max(sequence) AS last,
           (array_agg(CASE name
               WHEN 'fraud_review.opened' THEN 'OPEN' WHEN 'fraud_review.reopened' THEN 'OPEN'
               WHEN 'fraud_review.assigned' THEN 'ASSIGNED' WHEN 'fraud_review.escalated' THEN 'ESCALATED'
               ELSE data ->> 'status' END ORDER BY sequence DESC)
            FILTER (WHERE name NOT IN (
                'fraud_review.snoozed', 'fraud_review.sla_warning', 'fraud_review.outcome_recorded')))[1] AS told
    FROM events WHERE subject_type = 'fraud_review' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (r.merchant_id, r.id)
WHERE (r.version, r.version, r.version, 1::bigint, r.status)
      IS DISTINCT FROM (e.events, e.numbers, e.last, e.first, e.told)
""",
)
_NOTES_BELONG = Check(
    name="review-note",
    sentence="a note of {author_name} is on {review_id}, which does not exist",
    statement="""
SELECT n.author_name, n.review_id FROM fraud_review_notes AS n
LEFT JOIN fraud_reviews AS r ON (r.merchant_id, r.id) = (n.merchant_id, n.review_id)
WHERE r.id IS NULL
""",
)

REVIEW_CHECKS = (_HELD_IS_LOOKED_AT, _WHAT_IS_LOOKED_AT_IS_HELD, _AMOUNTS_AGREE, _EVENTS_AGREE, _NOTES_BELONG)
