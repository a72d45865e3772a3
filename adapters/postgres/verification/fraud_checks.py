"""Fraud: rules against their sets and events, screenings against payments, and counters against what was counted."""

from __future__ import annotations

from adapters.postgres.verification.check import Check
from domain.fraud.list_kind import STANDARD_LISTS

_STANDARD = ", ".join(f"('{name}', '{kind.value}')" for name, (kind, _) in STANDARD_LISTS.items())
_SETS_AGREE = Check(
    name="fraud-rule-set",
    sentence=(
        "revision {revision} of the rules of {author} is the newest of {revisions}; of the rules in it and those that"
        " are published or in shadow, {different} differ"
    ),
    statement="""
WITH newest AS (
    SELECT DISTINCT ON (merchant_id) * FROM fraud_rule_sets ORDER BY merchant_id, revision DESC
), kept AS (
    SELECT s.merchant_id, (r ->> 'rule_id')::uuid AS rule_id, (r ->> 'version')::integer AS number,
           r ->> 'mode' AS mode, r ->> 'action' AS action, (r ->> 'points')::integer AS points,
           r ->> 'expression' AS expression
    FROM newest AS s CROSS JOIN jsonb_array_elements(s.rules) AS r
), active AS (
    SELECT r.merchant_id, r.id AS rule_id, v.number,
           CASE WHEN v.number IS NOT DISTINCT FROM r.published THEN 'LIVE' ELSE 'SHADOW' END AS mode,
           v.action, v.points, v.expression
    FROM fraud_rules AS r JOIN fraud_rule_versions AS v
        ON (v.merchant_id, v.rule_id) = (r.merchant_id, r.id) AND v.number IN (r.published, r.shadow)
    WHERE r.status IN ('SHADOW', 'PUBLISHED')
), different AS (
    SELECT merchant_id, count(DISTINCT rule_id) AS rules FROM (
        (SELECT * FROM kept EXCEPT ALL SELECT * FROM active)
        UNION ALL (SELECT * FROM active EXCEPT ALL SELECT * FROM kept)
    ) AS d GROUP BY 1
), authors AS (
    SELECT merchant_id, max(revision) AS revision, count(*) AS revisions FROM fraud_rule_sets GROUP BY 1
)
SELECT merchant_id AS author, coalesce(a.revision, 0) AS revision, coalesce(a.revisions, 0) AS revisions,
       coalesce(d.rules, 0) AS different
FROM authors AS a FULL JOIN different AS d USING (merchant_id)
WHERE d.rules > 0 OR a.revision <> a.revisions
""",
)
_VERSIONS_AGREE = Check(
    name="fraud-rule-versions",
    sentence="{rule_id} is at its version no. {latest}; it has {versions}, numbered {first} to {last}",
    statement="""
SELECT r.id AS rule_id, r.latest, coalesce(v.versions, 0) AS versions, coalesce(v.first, 0) AS first,
       coalesce(v.last, 0) AS last
FROM fraud_rules AS r LEFT JOIN (
    SELECT merchant_id, rule_id, count(*) AS versions, min(number) AS first, max(number) AS last
    FROM fraud_rule_versions GROUP BY 1, 2
) AS v ON (v.merchant_id, v.rule_id) = (r.merchant_id, r.id)
WHERE (r.latest, r.latest, 1) IS DISTINCT FROM (v.versions, v.last, v.first)
""",
)
_EVENTS_AGREE = Check(
    name="fraud-events",
    sentence="{rule_id} is at version {version} and has {events} events, numbered {first} to {last}",
    statement="""
SELECT coalesce(r.id, e.subject_id) AS rule_id, coalesce(r.version, 0) AS version, coalesce(e.events, 0) AS events,
       coalesce(e.first, 0) AS first, coalesce(e.last, 0) AS last
FROM fraud_rules AS r FULL JOIN (
    SELECT merchant_id, subject_id, count(*) AS events, count(DISTINCT sequence) AS numbers,
           min(sequence) AS first, max(sequence) AS last
    FROM events WHERE subject_type = 'fraud_rule' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (r.merchant_id, r.id)
WHERE (r.version, r.version, r.version, 1::bigint) IS DISTINCT FROM (e.events, e.numbers, e.last, e.first)
""",
)
_ENTRIES_FIT = Check(
    name="fraud-list-entry",
    sentence="{value!r} stands as {kind} in the list {list_name} of {author}, which is {list_kind}",
    statement=f"""
SELECT e.value, e.kind, e.list_name, e.merchant_id AS author, coalesce(s.kind, l.kind, 'missing') AS list_kind
FROM fraud_list_entries AS e
LEFT JOIN (VALUES {_STANDARD}) AS s (name, kind) ON s.name = e.list_name
LEFT JOIN fraud_lists AS l ON (l.merchant_id, l.name) = (e.merchant_id, e.list_name)
WHERE e.kind IS DISTINCT FROM coalesce(s.kind, l.kind)
""",  # noqa: S608 - names of our own
)
_SCREENINGS_FIT = Check(
    name="fraud-screening",
    sentence=(
        "{payment_id} was judged {decision} by revisions {platform_revision} and {merchant_revision}, of which"
        " {known} are known, and {strange} of its results are none of theirs; it is {status}"
    ),
    # What is blocked is never asked for at a gateway.
    statement="""
SELECT s.payment_id, s.decision, s.platform_revision, s.merchant_revision, p.status, r.known, r.strange
FROM fraud_screenings AS s
JOIN payments AS p ON (p.merchant_id, p.id) = (s.merchant_id, s.payment_id)
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE j.revision = 0 OR f.revision IS NOT NULL) AS known,
           coalesce(sum((
               SELECT count(*) FROM (
                   SELECT x::integer AS place FROM jsonb_array_elements_text(j.kept -> 'matched') AS x
                   UNION ALL SELECT x::integer FROM jsonb_array_elements_text(j.kept -> 'awaiting') AS x
                   UNION ALL SELECT (x ->> 0)::integer FROM jsonb_array_elements(j.kept -> 'failed') AS x
               ) AS y WHERE y.place NOT BETWEEN 0 AND coalesce(jsonb_array_length(f.rules), 0) - 1
           )), 0) AS strange
    FROM (VALUES ('00000000-0000-0000-0000-000000000000'::uuid, s.platform_revision, s.platform),
                 (s.merchant_id, s.merchant_revision, s.merchant)) AS j (author, revision, kept)
    LEFT JOIN fraud_rule_sets AS f ON (f.merchant_id, f.revision) = (j.author, j.revision)
) AS r
WHERE r.known <> 2 OR r.strange > 0
   OR s.decision = 'BLOCK' AND (p.status <> 'DECLINED' OR p.decline_code IS DISTINCT FROM 'FRAUD_SUSPECTED'
       OR EXISTS (SELECT FROM operations AS o WHERE (o.merchant_id, o.payment_id) = (p.merchant_id, p.id)))
""",
)
_TRACES_FIT = Check(
    name="fraud-trace",
    sentence="{payment_id} over {amount_minor} {currency} is counted with {counted_minor} {counted_currency}",
    statement="""
SELECT coalesce(s.payment_id, t.payment_id) AS payment_id, p.amount_minor, p.currency,
       t.amount_minor AS counted_minor, t.currency AS counted_currency
FROM fraud_screenings AS s FULL JOIN fraud_traces AS t ON (t.merchant_id, t.payment_id) = (s.merchant_id, s.payment_id)
LEFT JOIN payments AS p
    ON (p.merchant_id, p.id) = (coalesce(s.merchant_id, t.merchant_id), coalesce(s.payment_id, t.payment_id))
WHERE s.payment_id IS NULL OR t.payment_id IS NULL
   OR (p.amount_minor, p.currency) IS DISTINCT FROM (t.amount_minor, t.currency)
""",
)
_VOLUMES_AGREE = Check(
    name="fraud-volume",
    sentence=(
        "of {merchant_id}, the {grain} from {bucket} on has {payments} payments of {sum_minor} {currency} in all; its"
        " counters say {counted} of {counted_minor}"
    ),
    # Minutes are dropped after a day, hours after a month.
    statement="""
WITH counted AS (
    SELECT merchant_id, grain, bucket, currency, sum(payments) AS payments, sum(sum_minor) AS sum_minor
    FROM fraud_volumes GROUP BY 1, 2, 3, 4
), recounted AS (
    SELECT merchant_id, g.grain, date_trunc(g.grain, at, 'UTC') AS bucket, currency, count(*) AS payments,
           least(sum(amount_minor), 9223372036854775807) AS sum_minor
    FROM fraud_traces CROSS JOIN (VALUES ('day'), ('hour'), ('minute')) AS g (grain)
    GROUP BY 1, 2, 3, 4
)
SELECT merchant_id, grain, bucket, currency, coalesce(r.payments, 0) AS payments, coalesce(r.sum_minor, 0) AS sum_minor,
       coalesce(c.payments, 0) AS counted, coalesce(c.sum_minor, 0) AS counted_minor
FROM recounted AS r FULL JOIN counted AS c USING (merchant_id, grain, bucket, currency)
WHERE (r.payments, r.sum_minor) IS DISTINCT FROM (c.payments, least(c.sum_minor, 9223372036854775807))
  AND NOT (c.payments IS NULL AND (grain = 'minute' AND bucket < now() - interval '25 hours'
           OR grain = 'hour' AND bucket < now() - interval '31 days'))
""",
)
FRAUD_CHECKS = (
    _SETS_AGREE,
    _VERSIONS_AGREE,
    _EVENTS_AGREE,
    _ENTRIES_FIT,
    _SCREENINGS_FIT,
    _TRACES_FIT,
    _VOLUMES_AGREE,
)
