"""What merchants pay: their rows say what their plans' versions say, and their volumes what the ledger does."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_VERSIONS_ARE_NUMBERED = Check(
    name="fee-plan-numbers",
    sentence="{merchant_id} has {versions} versions of its fee plan, numbered up to {latest}",
    statement="""
SELECT m.id AS merchant_id, count(v.number) AS versions, coalesce(max(v.number), 0) AS latest
FROM merchants AS m LEFT JOIN fee_plan_versions AS v ON v.merchant_id = m.id
GROUP BY m.id HAVING count(v.number) = 0 OR count(v.number) <> max(v.number)
""",
)
# The newest of the versions that had begun when the row's plan did; from the beginning, the first.
_ROWS_FOLLOW = Check(
    name="fee-plan-row",
    sentence="{merchant_id} pays by another plan than its version {number}",
    statement="""
SELECT m.id AS merchant_id, v.number
FROM merchants AS m CROSS JOIN LATERAL (
    SELECT * FROM fee_plan_versions
    WHERE merchant_id = m.id AND (number = 1 OR effective_from <= m.fee_plan_since) ORDER BY number DESC LIMIT 1
) AS v
WHERE (m.fee_rates, to_jsonb(m.returns_fee_on_refund), m.dispute_fees)
      IS DISTINCT FROM (v.plan -> 'rates', v.plan -> 'returns_fee_on_refund', (
          SELECT coalesce(jsonb_object_agg(fee ->> 'currency', fee -> 'minor'), '{}')
          FROM jsonb_array_elements(v.plan -> 'dispute_fees') AS fee))
""",
)
_VERSIONS_WERE_APPROVED = Check(
    name="fee-plan-approval",
    sentence="version {number} of the fee plan of {merchant_id} is not what was approved: {request}",
    statement="""
SELECT v.merchant_id, v.number, coalesce(a.id::text || ' is ' || a.status, 'nothing was') AS request
FROM fee_plan_versions AS v
LEFT JOIN approval_requests AS a ON (a.merchant_id, a.operation_id) = (v.merchant_id, v.operation_id)
WHERE v.number > 1
  AND (a.id IS NULL OR a.action <> 'CHANGE_FEE_PLAN' OR a.status NOT IN ('APPROVED', 'SUCCEEDED')
       OR a.command -> 'plan' IS DISTINCT FROM v.plan
       OR (a.decided_by_kind, a.decided_by_id) IS DISTINCT FROM (v.approved_by_kind, v.approved_by_id))
""",
)
# What is older than that may have been dropped already.
_VOLUMES_AGREE = Check(
    name="merchant-volume",
    sentence="{merchant_id} captured {posted_minor} {currency} from {quarter} on, and its volumes say {captured_minor}",
    statement="""
WITH posted AS (
    SELECT p.merchant_id, p.currency, date_bin('15 minutes', p.posted_at, 'epoch'::timestamptz) AS quarter,
           -sum(p.amount_minor) AS minor
    FROM ledger_postings AS p JOIN ledger_entries AS e ON (e.merchant_id, e.id) = (p.merchant_id, p.entry_id)
    WHERE p.account = 'pending' AND p.position = 1 AND e.kind = 'CAPTURE' AND p.posted_at >= now() - interval '99 days'
      AND p.xid < (SELECT horizon FROM volume_horizon)
    GROUP BY 1, 2, 3
)
SELECT coalesce(v.merchant_id, p.merchant_id) AS merchant_id, coalesce(v.currency, p.currency) AS currency,
       coalesce(v.quarter, p.quarter) AS quarter, coalesce(p.minor, 0) AS posted_minor,
       coalesce(v.captured_minor, 0) AS captured_minor
FROM posted AS p
FULL JOIN merchant_volumes AS v USING (merchant_id, currency, quarter)
WHERE coalesce(v.captured_minor, 0) <> coalesce(p.minor, 0)
  AND coalesce(v.quarter, p.quarter) >= now() - interval '98 days'
""",
)

MERCHANT_CHECKS = (_VERSIONS_ARE_NUMBERED, _ROWS_FOLLOW, _VERSIONS_WERE_APPROVED, _VOLUMES_AGREE)
