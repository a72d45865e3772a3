"""Payments against their own parts: captures, refunds, operations and keys."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_CAPTURES_AGREE = Check(
    name="payment-captures",
    sentence=(
        "{payment_id} has captured {captured_minor} with a fee of {fee_minor}; its captures sum to {minor} and {fee}"
    ),
    statement="""
SELECT p.id AS payment_id, p.captured_minor, p.fee_minor, coalesce(c.minor, 0) AS minor, coalesce(c.fee, 0) AS fee
FROM payments AS p LEFT JOIN (
    SELECT merchant_id, payment_id, sum(amount_minor) AS minor, sum(fee_minor) AS fee
    FROM captures WHERE status = 'SUCCEEDED' GROUP BY 1, 2
) AS c ON (c.merchant_id, c.payment_id) = (p.merchant_id, p.id)
WHERE (p.captured_minor, p.fee_minor) IS DISTINCT FROM (coalesce(c.minor, 0), coalesce(c.fee, 0))
""",
)
_REFUNDS_AGREE = Check(
    name="payment-refunds",
    sentence=(
        "{payment_id} has refunded {refunded_minor} with a returned fee of {returned_fee_minor} for a fee of"
        " {refund_fee_minor}; its refunds sum to {minor}, {returned} and {fee}"
    ),
    statement="""
SELECT p.id AS payment_id, p.refunded_minor, p.returned_fee_minor, p.refund_fee_minor,
       coalesce(r.minor, 0) AS minor, coalesce(r.returned, 0) AS returned, coalesce(r.fee, 0) AS fee
FROM payments AS p LEFT JOIN (
    SELECT merchant_id, payment_id, sum(amount_minor) AS minor, sum(returned_fee_minor) AS returned,
           sum(fee_minor) AS fee
    FROM refunds WHERE status = 'SUCCEEDED' GROUP BY 1, 2
) AS r ON (r.merchant_id, r.payment_id) = (p.merchant_id, p.id)
WHERE (p.refunded_minor, p.returned_fee_minor, p.refund_fee_minor)
      IS DISTINCT FROM (coalesce(r.minor, 0), coalesce(r.returned, 0), coalesce(r.fee, 0))
""",
)
_RESERVATIONS_AGREE = Check(
    name="payment-reservations",
    sentence=(
        "{payment_id} reserves {capture_pending_minor} to capture (final: {final_capture_pending}),"
        " {refund_pending_minor} to refund (void: {void_pending}) and counts {unknown_operations} unknown outcomes;"
        " its open operations say {captures} ({final}), {refunds} ({void}) and {unknown}"
    ),
    statement="""
WITH opened AS (
    SELECT merchant_id, payment_id,
           coalesce(sum(amount_minor) FILTER (WHERE type = 'CAPTURE'), 0) AS captures,
           coalesce(bool_or(final) FILTER (WHERE type = 'CAPTURE'), false) AS final,
           coalesce(sum(amount_minor) FILTER (WHERE type = 'REFUND'), 0) AS refunds,
           bool_or(type = 'VOID') AS void,
           count(*) FILTER (WHERE status = 'UNKNOWN') AS unknown
    FROM operations WHERE status IN ('PENDING', 'UNKNOWN') GROUP BY 1, 2
), compared AS (
    SELECT p.id AS payment_id, p.capture_pending_minor, p.final_capture_pending, p.refund_pending_minor,
           p.void_pending, p.unknown_operations, coalesce(o.captures, 0) AS captures,
           coalesce(o.final, false) AS final, coalesce(o.refunds, 0) AS refunds, coalesce(o.void, false) AS void,
           coalesce(o.unknown, 0) AS unknown
    FROM payments AS p LEFT JOIN opened AS o ON (o.merchant_id, o.payment_id) = (p.merchant_id, p.id)
)
SELECT * FROM compared
WHERE (capture_pending_minor, final_capture_pending, refund_pending_minor, void_pending, unknown_operations)
      IS DISTINCT FROM (captures, final, refunds, void, unknown)
""",
)
_STATUS_FITS_AMOUNTS = Check(
    name="payment-status",
    sentence=(
        "{payment_id} is {status} with {authorized_minor} authorized, {captured_minor} captured"
        " and {authorizations} authorizations under way"
    ),
    statement="""
SELECT p.id AS payment_id, p.status, p.authorized_minor, p.captured_minor, coalesce(o.open, 0) AS authorizations
FROM payments AS p LEFT JOIN (
    SELECT merchant_id, payment_id, count(*) AS open
    FROM operations WHERE type = 'AUTHORIZE' AND status IN ('PENDING', 'UNKNOWN') GROUP BY 1, 2
) AS o ON (o.merchant_id, o.payment_id) = (p.merchant_id, p.id)
WHERE coalesce(o.open, 0) <> (p.status = 'PROCESSING')::integer
   OR NOT CASE
        WHEN p.status = 'AUTHORIZED' THEN p.authorized_minor > 0 AND p.captured_minor = 0
        WHEN p.status = 'PARTIALLY_CAPTURED' THEN p.captured_minor BETWEEN 1 AND p.authorized_minor - 1
        WHEN p.status = 'CAPTURED' THEN p.captured_minor > 0
        WHEN p.status = 'VOIDED' THEN p.authorized_minor > 0 AND p.captured_minor = 0
        WHEN p.status = 'IN_REVIEW' THEN p.authorized_minor > 0 AND p.captured_minor = 0
        WHEN p.status = 'EXPIRED' THEN p.captured_minor = 0
        ELSE p.authorized_minor = 0
    END
""",
)
_CAPTURES_FOLLOW = Check(
    name="capture-operation",
    sentence="{operation_id} is {operation_status}, and its capture {capture}",
    statement="""
SELECT o.id AS operation_id, o.status AS operation_status,
       coalesce(c.status || ' over ' || c.amount_minor || ' ' || c.currency, 'is missing') AS capture
FROM operations AS o LEFT JOIN captures AS c ON (c.merchant_id, c.operation_id) = (o.merchant_id, o.id)
WHERE (o.type = 'CAPTURE' OR c.id IS NOT NULL)
  AND ((o.payment_id, o.status, o.amount_minor, o.currency)
       IS DISTINCT FROM (c.payment_id, c.status, c.amount_minor, c.currency)
       OR NOT (o.type = 'CAPTURE' AND o.final = c.final OR o.type = 'AUTHORIZE' AND o.capture AND c.final))
""",
)
_REFUNDS_FOLLOW = Check(
    name="refund-operation",
    sentence="{operation_id} is {operation_status}, and its refund {refund}",
    # A refund that succeeded can still come back, days later.
    statement="""
SELECT o.id AS operation_id, o.status AS operation_status,
       coalesce(r.status || ' over ' || r.amount_minor || ' ' || r.currency, 'is missing') AS refund
FROM operations AS o LEFT JOIN refunds AS r ON (r.merchant_id, r.operation_id) = (o.merchant_id, o.id)
WHERE (o.type = 'REFUND' OR r.id IS NOT NULL)
  AND ((o.type, o.payment_id, o.amount_minor, o.currency)
       IS DISTINCT FROM ('REFUND', r.payment_id, r.amount_minor, r.currency)
       OR NOT CASE o.status
            WHEN 'SUCCEEDED' THEN r.status IN ('SUCCEEDED', 'FAILED')
            WHEN 'FAILED' THEN r.status = 'FAILED'
            ELSE r.status = 'PENDING'
        END)
""",
)
_OPERATIONS_BELONG = Check(
    name="operation-payment",
    sentence="{operation_id} is over {amount_minor} {currency} and belongs to {payment_id}, which {payment}",
    statement="""
SELECT o.id AS operation_id, o.amount_minor, o.currency, o.payment_id,
       coalesce('is over ' || p.amount_minor || ' ' || p.currency, 'does not exist') AS payment
FROM operations AS o LEFT JOIN payments AS p ON (p.merchant_id, p.id) = (o.merchant_id, o.payment_id)
WHERE p.id IS NULL OR o.currency <> p.currency OR o.amount_minor > p.amount_minor
""",
)
_PAYMENTS_WERE_ASKED = Check(
    name="payment-authorization",
    sentence="{payment_id} is {status} without an authorization that {needed}",
    statement="""
SELECT p.id AS payment_id, p.status,
       CASE WHEN p.authorized_minor > 0 THEN 'succeeded' ELSE 'was asked for' END AS needed
FROM payments AS p
WHERE NOT EXISTS (
    SELECT FROM operations AS o
    WHERE (o.merchant_id, o.payment_id, o.type) = (p.merchant_id, p.id, 'AUTHORIZE')
      AND (p.authorized_minor = 0 OR o.status = 'SUCCEEDED' AND o.amount_minor = p.authorized_minor)
)
  -- Of what screening blocked nobody was asked.
  AND NOT EXISTS (
    SELECT FROM events AS e WHERE (e.merchant_id, e.subject_id, e.name) = (p.merchant_id, p.id, 'payment.declined')
      AND e.data @> '{"blocked": true}'
)
""",
)
# The key of a void may have no operation: what waits for the customer is canceled without a call. Nor has what waits
# for approval, nor a payment that screening blocked, nor the approval of a review whose payment is captured by hand.
_KEYS_POINT = Check(
    name="idempotency-key",
    sentence="the key {key!r} of {mutation} of {merchant_id} points to {payment_id} and {operation_id}: {missing}",
    statement="""
SELECT k.merchant_id, k.mutation, k.key, k.payment_id, k.operation_id,
       CASE WHEN p.id IS NULL THEN 'there is no such payment' ELSE 'there is no such operation of it' END AS missing
FROM idempotency_keys AS k
LEFT JOIN payments AS p ON (p.merchant_id, p.id) = (k.merchant_id, k.payment_id)
LEFT JOIN operations AS o ON (o.merchant_id, o.id) = (k.merchant_id, k.operation_id) AND o.payment_id = k.payment_id
LEFT JOIN approval_requests AS a ON (a.merchant_id, a.operation_id) = (k.merchant_id, k.operation_id)
LEFT JOIN LATERAL (
    SELECT r.merchant_id, r.id FROM dispute_responses AS r
    WHERE (r.merchant_id, r.id, r.payment_id) = (k.merchant_id, k.operation_id, k.payment_id)
      AND k.mutation = CASE r.kind WHEN 'ACCEPT' THEN 'acceptDispute' ELSE 'submitDisputeEvidence' END
    UNION ALL
    SELECT w.merchant_id, w.id FROM early_fraud_warnings AS w
    WHERE k.mutation = 'preventDispute'
      AND (w.merchant_id, w.id, w.payment_id) = (k.merchant_id, k.operation_id, k.payment_id)
    UNION ALL
    SELECT n.merchant_id, n.id FROM dispute_notices AS n
    WHERE k.mutation = 'recordDisputeNotice'
      AND (n.merchant_id, n.id, n.payment_id) = (k.merchant_id, k.operation_id, k.payment_id)
) AS d ON true
WHERE k.mutation <> ALL (ARRAY['addBankAccount', 'removeBankAccount', 'createPayout', 'closeSettlement',
    'adjustSettlement', 'matchReconciliationItem', 'resolveReconciliationItem'])
  AND (p.id IS NULL OR (o.id IS NULL AND a.id IS NULL AND d.id IS NULL AND k.mutation <> 'voidPayment'
    AND NOT (k.mutation IN ('approveFraudReview', 'decideFraudReviews') AND p.capture_mode = 'MANUAL')
    AND NOT (k.mutation = 'createPayment' AND EXISTS (
        SELECT FROM events AS e WHERE (e.merchant_id, e.subject_id, e.name) = (p.merchant_id, p.id, 'payment.declined')
          AND e.data @> '{"blocked": true}'))))
""",
)

PAYMENT_CHECKS = (
    _CAPTURES_AGREE,
    _REFUNDS_AGREE,
    _RESERVATIONS_AGREE,
    _STATUS_FITS_AMOUNTS,
    _CAPTURES_FOLLOW,
    _REFUNDS_FOLLOW,
    _OPERATIONS_BELONG,
    _PAYMENTS_WERE_ASKED,
    _KEYS_POINT,
)
