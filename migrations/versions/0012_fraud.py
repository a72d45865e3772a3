"""Fraud: rules with their versions and sets, lists, what screening found of payments, and what is counted of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import op

from migrations.fences import APP_ROLE, append_only, fence

if TYPE_CHECKING:
    from collections.abc import Callable

revision = "0012_fraud"
down_revision = "0011_payment_screening"
branch_labels = None
depends_on = None

_PLATFORM = "'00000000-0000-0000-0000-000000000000'"
_KINDS = "('EMAIL', 'DOMAIN', 'CARD', 'BIN', 'IP', 'COUNTRY', 'CUSTOMER')"
_ACTIONS = "('REQUEST_3DS', 'ALLOW', 'BLOCK', 'REVIEW', 'SCORE')"
# An author is a merchant or the platform, which is no row of `merchants`: so these have no foreign key to it.
_TABLES = f"""
CREATE TABLE fraud_rules (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL CONSTRAINT ck_fraud_rules_name CHECK (length(name) BETWEEN 1 AND 120),
    description text CONSTRAINT ck_fraud_rules_description CHECK (length(description) <= 1000),
    status text NOT NULL
        CONSTRAINT ck_fraud_rules_status CHECK (status IN ('DRAFT', 'SHADOW', 'PUBLISHED', 'DISABLED')),
    position integer NOT NULL,
    latest integer NOT NULL,
    published integer CONSTRAINT ck_fraud_rules_published_is_known CHECK (published BETWEEN 1 AND latest),
    shadow integer CONSTRAINT ck_fraud_rules_shadow_is_known CHECK (shadow BETWEEN 1 AND latest),
    releases integer NOT NULL CONSTRAINT ck_fraud_rules_releases CHECK (releases >= 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_fraud_rules PRIMARY KEY (merchant_id, id),
    CONSTRAINT ck_fraud_rules_latest CHECK (latest > 0),
    CONSTRAINT ck_fraud_rules_published CHECK ((status = 'PUBLISHED') = (published IS NOT NULL)),
    CONSTRAINT ck_fraud_rules_shadow CHECK (status <> 'SHADOW' OR shadow IS NOT NULL)
);
CREATE TABLE fraud_rule_versions (
    merchant_id uuid NOT NULL,
    rule_id uuid NOT NULL,
    number integer NOT NULL CONSTRAINT ck_fraud_rule_versions_number CHECK (number > 0),
    action text NOT NULL CONSTRAINT ck_fraud_rule_versions_action CHECK (action IN {_ACTIONS}),
    points integer CONSTRAINT ck_fraud_rule_versions_points CHECK (points BETWEEN -100 AND 100 AND points <> 0),
    expression text NOT NULL,
    reason text CONSTRAINT ck_fraud_rule_versions_reason CHECK (length(reason) <= 1000),
    author_id uuid,
    author_name text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_fraud_rule_versions PRIMARY KEY (merchant_id, rule_id, number),
    CONSTRAINT fk_fraud_rule_versions_rule_id
        FOREIGN KEY (merchant_id, rule_id) REFERENCES fraud_rules (merchant_id, id),
    CONSTRAINT ck_fraud_rule_versions_score CHECK ((action = 'SCORE') = (points IS NOT NULL))
);
CREATE TABLE fraud_rule_sets (
    merchant_id uuid NOT NULL,
    revision integer NOT NULL CONSTRAINT ck_fraud_rule_sets_revision CHECK (revision > 0),
    rules jsonb NOT NULL CONSTRAINT ck_fraud_rule_sets_rules CHECK (jsonb_array_length(rules) <= 200),
    review_at integer CONSTRAINT ck_fraud_rule_sets_review_at CHECK (review_at > 0),
    block_at integer CONSTRAINT ck_fraud_rule_sets_block_at CHECK (block_at > 0),
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_fraud_rule_sets PRIMARY KEY (merchant_id, revision),
    CONSTRAINT ck_fraud_rule_sets_policy CHECK (block_at > review_at)
);
CREATE TABLE fraud_lists (
    merchant_id uuid NOT NULL,
    name text NOT NULL CONSTRAINT ck_fraud_lists_name CHECK (length(name) > 0),
    kind text NOT NULL CONSTRAINT ck_fraud_lists_kind CHECK (kind IN {_KINDS}),
    effect text NOT NULL CONSTRAINT ck_fraud_lists_effect CHECK (effect IN ('BLOCK', 'ALLOW', 'NONE')),
    description text,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_fraud_lists PRIMARY KEY (merchant_id, name)
);
CREATE TABLE fraud_list_entries (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    list_name text NOT NULL,
    kind text NOT NULL CONSTRAINT ck_fraud_list_entries_kind CHECK (kind IN {_KINDS}),
    value text NOT NULL CONSTRAINT ck_fraud_list_entries_value CHECK (length(value) > 0),
    reason text NOT NULL,
    review_id uuid,
    author_id uuid,
    author_name text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    CONSTRAINT pk_fraud_list_entries PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_fraud_list_entries_value UNIQUE (merchant_id, list_name, value)
);
CREATE TABLE fraud_screenings (
    merchant_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    decision text NOT NULL
        CONSTRAINT ck_fraud_screenings_decision CHECK (decision IN ('ALLOW', 'REQUEST_3DS', 'REVIEW', 'BLOCK')),
    request_3ds boolean NOT NULL,
    awaits_score boolean NOT NULL,
    score integer NOT NULL,
    platform_revision integer NOT NULL CONSTRAINT ck_fraud_screenings_platform_revision CHECK (platform_revision >= 0),
    merchant_revision integer NOT NULL CONSTRAINT ck_fraud_screenings_merchant_revision CHECK (merchant_revision >= 0),
    facts jsonb NOT NULL,
    platform jsonb NOT NULL,
    merchant jsonb NOT NULL,
    duration_microseconds bigint NOT NULL
        CONSTRAINT ck_fraud_screenings_duration CHECK (duration_microseconds >= 0),
    screened_at timestamptz NOT NULL,
    judged_again_at timestamptz,
    CONSTRAINT pk_fraud_screenings PRIMARY KEY (merchant_id, payment_id),
    CONSTRAINT fk_fraud_screenings_payment_id
        FOREIGN KEY (merchant_id, payment_id) REFERENCES payments (merchant_id, id)
);
CREATE TABLE fraud_traces (
    merchant_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    at timestamptz NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL CONSTRAINT ck_fraud_traces_amount CHECK (amount_minor >= 0),
    card bigint,
    email bigint,
    ip bigint,
    customer bigint,
    device bigint,
    CONSTRAINT pk_fraud_traces PRIMARY KEY (merchant_id, payment_id)
);
CREATE TABLE fraud_volumes (
    merchant_id uuid NOT NULL,
    grain text NOT NULL CONSTRAINT ck_fraud_volumes_grain CHECK (grain IN ('minute', 'hour', 'day')),
    bucket timestamptz NOT NULL CONSTRAINT ck_fraud_volumes_bucket
        CHECK (bucket = date_trunc(grain, bucket AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'),
    currency text NOT NULL,
    slot integer NOT NULL,
    payments bigint NOT NULL CONSTRAINT ck_fraud_volumes_payments CHECK (payments > 0),
    sum_minor bigint NOT NULL CONSTRAINT ck_fraud_volumes_sum CHECK (sum_minor >= 0),
    CONSTRAINT pk_fraud_volumes PRIMARY KEY (merchant_id, grain, bucket, currency, slot)
) WITH (fillfactor = 50);
CREATE INDEX ix_fraud_rules_id ON fraud_rules (id);
CREATE INDEX ix_fraud_rule_versions_rule ON fraud_rule_versions (rule_id, number);
CREATE INDEX ix_fraud_list_entries_id ON fraud_list_entries (id);
CREATE INDEX ix_fraud_list_entries_list ON fraud_list_entries (merchant_id, list_name, id);
CREATE INDEX ix_fraud_list_entries_value ON fraud_list_entries (merchant_id, kind, value);
CREATE INDEX ix_fraud_screenings_payment ON fraud_screenings (payment_id);
CREATE INDEX ix_fraud_traces_merchant ON fraud_traces (merchant_id, at);
CREATE INDEX ix_fraud_traces_card ON fraud_traces (card, at) WHERE card IS NOT NULL;
CREATE INDEX ix_fraud_traces_email ON fraud_traces (email, at) WHERE email IS NOT NULL;
CREATE INDEX ix_fraud_traces_ip ON fraud_traces (ip, at) WHERE ip IS NOT NULL;
CREATE INDEX ix_fraud_traces_merchant_ip ON fraud_traces (merchant_id, ip, at) WHERE ip IS NOT NULL;
CREATE INDEX ix_fraud_traces_customer ON fraud_traces (customer, at) WHERE customer IS NOT NULL;
CREATE INDEX ix_fraud_traces_device ON fraud_traces (device, at) WHERE device IS NOT NULL;
CREATE INDEX ix_fraud_volumes_unfolded ON fraud_volumes (bucket) WHERE slot <> 0;
CREATE INDEX ix_fraud_volumes_bucket ON fraud_volumes (grain, bucket)
"""

# What a rule over all merchants counts is not a merchant's to see: only counts leave this function, which runs with the
# rights of the tables' owner. One merchant's are given to a connection that is fenced to it, and to no other.
# A question's `starts`, from its first to its last, are the beginnings of windows, the earliest first. Of the newest
# payments each is put into the shortest window that has it; a window's figures are those of all shorter ones too. A
# value is distinct in a window when the newest payment with it is.
# `IS NOT DISTINCT FROM` cannot be looked up in an index: one merchant's payments by card are found by the card, never
# by going through all of the merchant's. And whatever the statistics say, an index is read in its order: only so does
# it end at the newest. There is one plan for all values, since planning takes longer than counting.
_MOST = 2**63 - 1
_HERE = "(at_merchant IS NULL OR t.merchant_id IS NOT DISTINCT FROM at_merchant)"
# A statement for each, since what a plan has for other dimensions costs time even where it is not used.
_SOURCES = {
    **{
        f"by_dimension = '{name}'": f"t.{name} = by_hash AND {_HERE}"
        for name in ("card", "email", "customer", "device")
    },
    "by_dimension = 'ip' AND at_merchant IS NULL": "t.ip = by_hash",
    "by_dimension = 'ip'": "t.merchant_id = at_merchant AND t.ip = by_hash",
}
_OF_MERCHANT = {"by_dimension = 'merchant'": "t.merchant_id = at_merchant"}
_FIRSTS = " UNION ALL ".join(
    f"SELECT '{name}', width_bucket(max(r.at), since) FROM recent AS r"
    f" WHERE '{name}' = ANY (distinct_of) AND r.{column} IS NOT NULL GROUP BY r.{column}\n           "
    for name, column in (
        *((name, name) for name in ("card", "email", "ip", "customer", "device")),
        ("merchant", "merchant_id"),
    )
)


def _newest(found: str) -> str:
    return f"SELECT t.* FROM fraud_traces AS t WHERE {found} AND t.at >= since[1] ORDER BY t.at DESC LIMIT most"


def _counted(found: str) -> str:
    """How many, and their sum."""
    return f"""
        RETURN QUERY
        SELECT n, w.i, f.figure, least(sum(f.value), {_MOST})::bigint FROM (
            SELECT width_bucket(r.at, since) AS b, count(*)::numeric AS payments,
                   sum(r.amount_minor) FILTER (WHERE r.currency = in_currency) AS sum_minor
            FROM ({_newest(found)}) AS r GROUP BY 1
        ) AS c
        CROSS JOIN LATERAL (VALUES ('count', c.payments), ('sum', c.sum_minor)) AS f (figure, value)
        JOIN generate_subscripts(since, 1) AS w (i) ON c.b >= w.i
        WHERE f.value IS NOT NULL GROUP BY 2, 3;"""


def _told_apart(found: str) -> str:
    """How many, their sum, and how many different values they have; of a merchant, only the latter."""
    return f"""
        RETURN QUERY
        WITH recent AS MATERIALIZED (
            {_newest(found)}
        ), one (figure, b, value) AS (
            SELECT 'count', width_bucket(r.at, since), count(*)::numeric FROM recent AS r
            WHERE by_dimension <> 'merchant' GROUP BY 2
            UNION ALL SELECT 'sum', width_bucket(r.at, since), sum(r.amount_minor) FROM recent AS r
            WHERE by_dimension <> 'merchant' AND r.currency = in_currency GROUP BY 2
            UNION ALL SELECT f.figure, f.b, count(*) FROM (
            {_FIRSTS}) AS f (figure, b) GROUP BY 1, 2
        )
        SELECT n, w.i, one.figure, least(sum(one.value), {_MOST})::bigint
        FROM one JOIN generate_subscripts(since, 1) AS w (i) ON one.b >= w.i GROUP BY 2, 3;"""


def _chosen(sources: dict[str, str], statement: Callable[[str], str]) -> str:
    cases = "".join(f"\n    WHEN {condition} THEN {statement(found)}" for condition, found in sources.items())
    return f"CASE{cases}\n    ELSE NULL;\n    END CASE;"


_VELOCITIES = f"""
CREATE FUNCTION fraud_velocities(
    merchants uuid[], dimensions text[], hashes bigint[], starts timestamptz[], firsts integer[], lasts integer[],
    distincts text[], in_currency text, most integer
) RETURNS TABLE (question integer, ordinal integer, figure text, value bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE
    n integer;
    at_merchant uuid;
    by_dimension text;
    by_hash bigint;
    since timestamptz[];
    distinct_of text[];
BEGIN
FOR n IN 1 .. cardinality(dimensions) LOOP
    at_merchant := merchants[n];
    by_dimension := dimensions[n];
    by_hash := hashes[n];
    since := starts[firsts[n] : lasts[n]];
    distinct_of := string_to_array(distincts[n], ',');
    IF at_merchant IS NOT NULL AND NOT coalesce(
        current_setting('paydesk.merchants', true) = '*'
        OR at_merchant::text = ANY (string_to_array(current_setting('paydesk.merchants', true), ',')), false
    ) THEN
        CONTINUE;
    END IF;
    IF by_dimension = 'merchant' THEN
        RETURN QUERY
        SELECT n, w.i, f.figure, f.value FROM generate_subscripts(since, 1) AS w (i)
        -- The first whole hour and the first whole day of the window.
        CROSS JOIN LATERAL (SELECT date_trunc('hour', since[w.i] + interval '59 minutes', 'UTC') AS hour,
                                   date_trunc('day', since[w.i] + interval '1439 minutes', 'UTC') AS day) AS b
        CROSS JOIN LATERAL (
            SELECT sum(v.payments)::bigint AS payments,
                   least(coalesce(sum(v.sum_minor) FILTER (WHERE v.currency = in_currency), 0), {_MOST})::bigint
                       AS sum_minor
            FROM (
                SELECT * FROM fraud_volumes
                WHERE merchant_id = at_merchant AND grain = 'minute' AND bucket >= since[w.i] AND bucket < b.hour
                UNION ALL
                SELECT * FROM fraud_volumes
                WHERE merchant_id = at_merchant AND grain = 'hour' AND bucket >= b.hour AND bucket < b.day
                UNION ALL
                SELECT * FROM fraud_volumes WHERE merchant_id = at_merchant AND grain = 'day' AND bucket >= b.day
            ) AS v
        ) AS s
        CROSS JOIN LATERAL (VALUES ('count', s.payments), ('sum', s.sum_minor)) AS f (figure, value)
        WHERE f.value IS NOT NULL;
    END IF;
    IF distinct_of = '{{}}' THEN
    {_chosen(_SOURCES, _counted)}
    ELSE
    {_chosen({**_SOURCES, **_OF_MERCHANT}, _told_apart)}
    END IF;
END LOOP;
END $$
"""


def upgrade() -> None:
    """Make the tables and fence each by merchant; a payment's transaction also reads what the platform has written."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    fence("fraud_rules")
    fence("fraud_screenings")
    fence("fraud_lists", grants="SELECT, INSERT")
    for table in ("fraud_list_entries", "fraud_volumes"):
        fence(table, grants="SELECT, INSERT, UPDATE, DELETE")
    for table in ("fraud_rule_versions", "fraud_rule_sets", "fraud_traces"):
        fence(table, grants="SELECT, INSERT")
        append_only(table)
    for table in ("fraud_rules", "fraud_rule_versions", "fraud_rule_sets", "fraud_lists", "fraud_list_entries"):
        op.execute(
            f"CREATE POLICY platform_readable ON {table} FOR SELECT TO {APP_ROLE} USING (merchant_id = {_PLATFORM})"
        )
    op.execute(_VELOCITIES)
    op.execute("REVOKE ALL ON FUNCTION fraud_velocities FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION fraud_velocities TO {APP_ROLE}")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION fraud_velocities")
    op.execute(
        "DROP TABLE fraud_volumes, fraud_traces, fraud_screenings, fraud_list_entries, fraud_lists, fraud_rule_sets,"
        " fraud_rule_versions, fraud_rules"
    )
