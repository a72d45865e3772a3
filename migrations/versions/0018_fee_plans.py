"""Fee plans by version, what refunds cost, and what merchants have sold by month."""

from __future__ import annotations

from alembic import op

from migrations.fences import append_only, fence, grant

revision = "0018_fee_plans"
down_revision = "0017_settlement_foundation"
branch_labels = None
depends_on = None

# ISO 4217: the currencies whose minor unit is no hundredth.
_EXPONENT = """CASE
    WHEN fee.key IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
                     'XAF', 'XOF', 'XPF') THEN 0
    WHEN fee.key IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3
    WHEN fee.key IN ('CLF', 'UYW') THEN 4
    ELSE 2 END"""
# What a rate can say from now on, and what the rates of before say of it.
_NEW_PARTS = """'{"brand": "*", "region": "*", "minimum_minor": 0, "tiers": [], "refund_fee_minor": 0}'::jsonb"""
_OLD_PARTS = "'{brand,region,minimum_minor,tiers,refund_fee_minor}'::text[]"
_RATES = """
UPDATE merchants SET fee_rates = (
    SELECT coalesce(jsonb_agg({rate} ORDER BY place), '[]')
    FROM jsonb_array_elements(fee_rates) WITH ORDINALITY AS given (rate, place))
"""
_TABLES = f"""
ALTER TABLE merchants
    ADD COLUMN fee_plan_since timestamptz,
    ADD COLUMN next_fee_plans jsonb NOT NULL DEFAULT '[]';
ALTER TABLE merchants ALTER COLUMN next_fee_plans DROP DEFAULT,
    ADD CONSTRAINT ck_merchants_next_fee_plans CHECK (jsonb_typeof(next_fee_plans) = 'array');
{_RATES.format(rate=f"{_NEW_PARTS} || given.rate")};
CREATE TABLE fee_plan_versions (
    merchant_id uuid NOT NULL,
    number integer NOT NULL,
    plan jsonb NOT NULL CONSTRAINT ck_fee_plan_versions_plan CHECK (jsonb_typeof(plan) = 'object'),
    effective_from timestamptz NOT NULL,
    reason text CONSTRAINT ck_fee_plan_versions_reason CHECK (length(reason) <= 255),
    operation_id uuid,
    requested_by_kind text,
    requested_by_id uuid,
    requested_by_name text,
    approved_by_kind text,
    approved_by_id uuid,
    approved_by_name text,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_fee_plan_versions PRIMARY KEY (merchant_id, number),
    CONSTRAINT fk_fee_plan_versions_merchant_id FOREIGN KEY (merchant_id) REFERENCES merchants (id),
    CONSTRAINT uq_fee_plan_versions_operation UNIQUE (merchant_id, operation_id),
    CONSTRAINT ck_fee_plan_versions_number CHECK (number > 0),
    CONSTRAINT ck_fee_plan_versions_not_past CHECK (effective_from >= created_at),
    CONSTRAINT ck_fee_plan_versions_approved CHECK (
        CASE WHEN number = 1 THEN
            num_nonnulls(operation_id, requested_by_kind, requested_by_id, requested_by_name,
                         approved_by_kind, approved_by_id, approved_by_name) = 0
        ELSE
            num_nulls(operation_id, requested_by_kind, requested_by_name,
                      approved_by_kind, approved_by_id, approved_by_name) = 0
            AND (requested_by_kind, requested_by_id) IS DISTINCT FROM (approved_by_kind, approved_by_id)
        END)
);
INSERT INTO fee_plan_versions (merchant_id, number, plan, effective_from, created_at)
SELECT id, 1, jsonb_build_object(
           'rates', fee_rates, 'returns_fee_on_refund', returns_fee_on_refund, 'dispute_fees', (
               SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'currency', fee.key, 'exponent', {_EXPONENT}, 'minor', fee.value) ORDER BY fee.key), '[]')
               FROM jsonb_each(dispute_fees) AS fee)),
       created_at, created_at
FROM merchants;
CREATE TABLE merchant_volumes (
    merchant_id uuid NOT NULL,
    currency text NOT NULL,
    quarter timestamptz NOT NULL
        CONSTRAINT ck_merchant_volumes_quarter CHECK (extract(epoch FROM quarter)::bigint % 900 = 0),
    captured_minor bigint NOT NULL CONSTRAINT ck_merchant_volumes_captured CHECK (captured_minor >= 0),
    CONSTRAINT pk_merchant_volumes PRIMARY KEY (merchant_id, currency, quarter)
);
CREATE INDEX ix_merchant_volumes_quarter ON merchant_volumes (quarter);
CREATE TABLE volume_horizon (
    singular boolean NOT NULL DEFAULT true CONSTRAINT ck_volume_horizon_singular CHECK (singular),
    horizon xid8 NOT NULL,
    CONSTRAINT pk_volume_horizon PRIMARY KEY (singular)
);
INSERT INTO volume_horizon (horizon) VALUES ('0');
ALTER TABLE payments ADD COLUMN refund_fee_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE payments ALTER COLUMN refund_fee_minor DROP DEFAULT,
    ADD CONSTRAINT ck_payments_refund_fee CHECK (refund_fee_minor >= 0) NOT VALID;
ALTER TABLE payments VALIDATE CONSTRAINT ck_payments_refund_fee;
ALTER TABLE refunds ADD COLUMN fee_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE refunds ALTER COLUMN fee_minor DROP DEFAULT,
    ADD CONSTRAINT ck_refunds_fee CHECK (fee_minor >= 0) NOT VALID;
ALTER TABLE refunds VALIDATE CONSTRAINT ck_refunds_fee
"""
# What was taken for refunds stays in the ledger: the plans of before only know no such fees.
_DOWNGRADE = f"""
ALTER TABLE refunds DROP COLUMN fee_minor;
ALTER TABLE payments DROP COLUMN refund_fee_minor;
DROP TABLE volume_horizon;
DROP TABLE merchant_volumes;
DROP TABLE fee_plan_versions;
{_RATES.format(rate=f"given.rate - {_OLD_PARTS}")};
ALTER TABLE merchants DROP COLUMN next_fee_plans, DROP COLUMN fee_plan_since
"""


def upgrade() -> None:
    """Make the tables; the plan of every merchant becomes its first version."""
    _run(_TABLES)
    fence("fee_plan_versions", grants="SELECT, INSERT")
    append_only("fee_plan_versions")
    fence("merchant_volumes", grants="SELECT, INSERT, UPDATE, DELETE")
    grant("volume_horizon", "SELECT, UPDATE")


def downgrade() -> None:
    """Drop them; merchants keep the plan of their row."""
    _run(_DOWNGRADE)


def _run(statements: str) -> None:
    for statement in statements.split(";\n"):
        op.execute(statement)
