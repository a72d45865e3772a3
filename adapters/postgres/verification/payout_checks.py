"""Payouts against the ledger, their approvers, their settlements, and their own events."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_KINDS = "('PAYOUT', 'PAYOUT_PAID', 'PAYOUT_FAILED', 'PAYOUT_RETURNED')"
_UNDECIDED = "('AWAITING_APPROVAL', 'HELD')"
_LEDGER_AGREES = Check(
    name="payout-ledger",
    sentence=(
        "{payout_id} is {status} with {amount_minor} {currency}; the ledger took {taken} from the available balance,"
        " has {moving} in transit and {paid} taken from banks, in {currencies}"
    ),
    statement="""
WITH posted AS (
    SELECT e.merchant_id, e.payout_id,
           coalesce(sum(p.amount_minor) FILTER (WHERE p.account = 'available'), 0) AS taken,
           coalesce(-sum(p.amount_minor) FILTER (WHERE p.account = 'payouts_in_transit'), 0) AS moving,
           coalesce(-sum(p.amount_minor) FILTER (WHERE p.account LIKE 'bank:%'), 0) AS paid,
           bool_and(p.account IN ('available', 'payouts_in_transit') OR p.account LIKE 'bank:%') AS known,
           string_agg(DISTINCT p.currency, ', ') AS currencies
    FROM ledger_entries AS e JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id)
    WHERE e.payout_id IS NOT NULL GROUP BY 1, 2
)
SELECT o.id AS payout_id, o.status, o.amount_minor, o.currency, coalesce(l.taken, 0) AS taken,
       coalesce(l.moving, 0) AS moving, coalesce(l.paid, 0) AS paid, coalesce(l.currencies, 'nothing') AS currencies
FROM payouts AS o LEFT JOIN posted AS l ON (l.merchant_id, l.payout_id) = (o.merchant_id, o.id)
WHERE (coalesce(l.taken, 0), coalesce(l.moving, 0), coalesce(l.paid, 0)) <> (
        CASE WHEN o.status IN ('APPROVED', 'IN_TRANSIT', 'PAID') THEN o.amount_minor ELSE 0 END,
        CASE WHEN o.status IN ('APPROVED', 'IN_TRANSIT') THEN o.amount_minor ELSE 0 END,
        CASE WHEN o.status = 'PAID' THEN o.amount_minor ELSE 0 END)
   OR NOT coalesce(l.known, true) OR coalesce(l.currencies, o.currency) <> o.currency
   OR (l.payout_id IS NULL AND o.status IN ('APPROVED', 'IN_TRANSIT', 'PAID', 'FAILED', 'RETURNED'))
""",
)
_ENTRIES_HAVE_PAYOUTS = Check(
    name="payout-entry",
    sentence="{entry_id} is {kind} of {payout}",
    statement=f"""
SELECT e.id AS entry_id, e.kind, coalesce('the payout ' || e.payout_id, 'no payout') AS payout
FROM ledger_entries AS e LEFT JOIN payouts AS o ON (o.merchant_id, o.id) = (e.merchant_id, e.payout_id)
WHERE (e.kind IN {_KINDS}) <> (o.id IS NOT NULL)
""",  # noqa: S608 - ours
)
# The row alone could have been written by anybody; the event says who did.
_APPROVERS_DIFFER = Check(
    name="payout-approver",
    sentence=(
        "{payout_id} is {status}, asked for by {requested_by_name} and approved by {approver}; its events say {told}"
    ),
    statement="""
SELECT o.id AS payout_id, o.status, o.requested_by_name,
       CASE WHEN o.approved_by_policy THEN 'policy' ELSE coalesce(o.approved_by_name, 'nobody') END AS approver,
       coalesce(e.actor_name, 'nobody') AS told
FROM payouts AS o
LEFT JOIN LATERAL (
    SELECT * FROM events WHERE (merchant_id, subject_id) = (o.merchant_id, o.id) AND name = 'payout.approved'
    ORDER BY sequence DESC LIMIT 1
) AS e ON true
LEFT JOIN LATERAL (
    SELECT * FROM events WHERE (merchant_id, subject_id) = (o.merchant_id, o.id) AND name = 'payout.created'
    ORDER BY sequence LIMIT 1
) AS c ON true
WHERE (o.requested_by_kind, o.requested_by_id) IS DISTINCT FROM (c.actor_kind, c.actor_id)
   OR (o.approved_by_id IS NOT NULL AND (
        (o.approved_by_kind, o.approved_by_id) IS DISTINCT FROM (e.actor_kind, e.actor_id)
        OR o.approved_by_kind <> 'USER'
        OR (o.approved_by_kind, o.approved_by_id) IS NOT DISTINCT FROM (o.requested_by_kind, o.requested_by_id)))
   OR (o.approved_by_policy AND NOT coalesce(
        o.amount_minor <= o.policy_sum_minor AND o.policy_sum_minor <= o.policy_limit_minor, false))
   OR (o.status IN ('APPROVED', 'IN_TRANSIT', 'PAID', 'FAILED', 'RETURNED')
        AND (o.approved_by_id IS NOT NULL) = o.approved_by_policy)
""",
)
_NOTHING_IS_PROMISED_TWICE = Check(
    name="payout-promise",
    sentence="{merchant_id} has {available} {currency} available, and {promised} promised to payouts that wait",
    statement=f"""
SELECT merchant_id, currency, sum(available) AS available, sum(promised) AS promised FROM (
    SELECT merchant_id, currency, -sum(amount_minor) AS available, 0 AS promised
    FROM ledger_postings WHERE account = 'available' GROUP BY 1, 2
    UNION ALL
    SELECT merchant_id, currency, 0, sum(amount_minor) FROM payouts WHERE status IN {_UNDECIDED} GROUP BY 1, 2
) AS both_sides
GROUP BY 1, 2 HAVING sum(available) < sum(promised)
""",  # noqa: S608 - ours
)
_SETTLEMENTS_AGREE = Check(
    name="payout-settlement",
    sentence="{settlement_id} is {settlement_status} and held by a payout that is {status}; {payout_id} names {named}",
    statement="""
SELECT s.id AS settlement_id, s.status AS settlement_status, coalesce(o.status, 'missing') AS status,
       s.payout_id, coalesce(o.settlement_id::text, 'none') AS named
FROM settlements AS s
LEFT JOIN payouts AS o ON (o.merchant_id, o.id, o.currency) = (s.merchant_id, s.payout_id, s.currency)
WHERE s.payout_id IS NOT NULL AND (s.net_minor = 0 OR coalesce(o.status, '') <> ALL (CASE s.status
    WHEN 'PAID_OUT' THEN ARRAY['PAID', 'RETURNED']
    ELSE ARRAY['AWAITING_APPROVAL', 'HELD', 'APPROVED', 'IN_TRANSIT'] END))
UNION ALL
SELECT o.settlement_id, coalesce(s.status, 'missing'), o.status, o.id, coalesce(n.id::text, 'none')
FROM payouts AS o
LEFT JOIN settlements AS s ON (s.merchant_id, s.id) = (o.merchant_id, o.settlement_id)
LEFT JOIN LATERAL (
    SELECT id FROM settlements WHERE (merchant_id, payout_id) = (o.merchant_id, o.id) ORDER BY number DESC LIMIT 1
) AS n ON true
WHERE o.status NOT IN ('REJECTED', 'CANCELED', 'FAILED') AND o.settlement_id IS DISTINCT FROM n.id
""",
)
_EVENTS_AGREE = Check(
    name="payout-events",
    sentence=(
        "{payout_id} is {status} at version {version}; it has {events} events, numbered {first} to {last}, which say"
        " {told}"
    ),
    statement="""
SELECT coalesce(o.id, e.subject_id) AS payout_id, coalesce(o.status, 'missing') AS status,
       coalesce(o.version, 0) AS version, coalesce(e.events, 0) AS events, coalesce(e.first, 0) AS first,
       coalesce(e.last, 0) AS last, coalesce(e.told, 'nothing') AS told
FROM payouts AS o FULL JOIN (
    SELECT merchant_id, subject_id, count(*) AS events, count(DISTINCT sequence) AS numbers,
           min(sequence) AS first, max(sequence) AS last,
           (array_agg(CASE WHEN name IN ('payout.created', 'payout.released') THEN 'AWAITING_APPROVAL'
               ELSE upper(split_part(name, '.', 2)) END ORDER BY sequence DESC))[1] AS told
    FROM events WHERE subject_type = 'payout' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (o.merchant_id, o.id)
WHERE (o.version, o.version, o.version, 1::bigint, o.status)
      IS DISTINCT FROM (e.events, e.numbers, e.last, e.first, e.told)
""",
)
_ATTEMPTS_AGREE = Check(
    name="payout-attempt",
    sentence="{payout_id} is {status} after {attempt_count} steps; {steps} are written down, the last {outcome}",
    statement="""
SELECT o.id AS payout_id, o.status, o.attempt_count, coalesce(a.steps, 0) AS steps,
       coalesce(a.outcome, 'none') AS outcome
FROM payouts AS o LEFT JOIN (
    SELECT merchant_id, payout_id, count(*) AS steps, max(number) AS last,
           (array_agg(outcome ORDER BY number DESC))[1] AS outcome
    FROM payout_attempts GROUP BY 1, 2
) AS a ON (a.merchant_id, a.payout_id) = (o.merchant_id, o.id)
WHERE o.attempt_count <> coalesce(a.steps, 0) OR coalesce(a.last, 0) <> coalesce(a.steps, 0)
   OR coalesce(a.outcome, '') <> CASE o.status
        WHEN 'IN_TRANSIT' THEN 'DELIVERED' WHEN 'PAID' THEN 'PAID' WHEN 'FAILED' THEN 'FAILED'
        WHEN 'RETURNED' THEN 'RETURNED' ELSE '' END
""",
)
_POLICIES_WERE_WANTED = Check(
    name="payout-policy",
    sentence="the policy of {currency} lets {automatic_up_to_minor} pass, and {request} wanted that",
    statement="""
SELECT p.currency, p.automatic_up_to_minor,
       coalesce('a request that is ' || r.status || ' for ' || (r.command ->> 'automatic_up_to_minor'), 'nobody')
           AS request
FROM payout_policies AS p
LEFT JOIN approval_requests AS r
    ON r.merchant_id = '00000000-0000-0000-0000-000000000000' AND r.operation_id = p.operation_id
WHERE (r.action, r.command ->> 'currency', (r.command ->> 'automatic_up_to_minor')::bigint,
       r.requested_by_kind, r.requested_by_id, r.decided_by_kind, r.decided_by_id)
      IS DISTINCT FROM ('SET_PAYOUT_POLICY', p.currency, p.automatic_up_to_minor,
       p.requested_by_kind, p.requested_by_id, p.approved_by_kind, p.approved_by_id)
   OR r.status NOT IN ('APPROVED', 'SUCCEEDED')
""",
)

PAYOUT_CHECKS = (
    _LEDGER_AGREES,
    _ENTRIES_HAVE_PAYOUTS,
    _APPROVERS_DIFFER,
    _NOTHING_IS_PROMISED_TWICE,
    _SETTLEMENTS_AGREE,
    _EVENTS_AGREE,
    _ATTEMPTS_AGREE,
    _POLICIES_WERE_WANTED,
)
