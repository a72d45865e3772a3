"""Backtests: rules tried on payments of the past."""

from __future__ import annotations

from alembic import op

from migrations.fences import fence

revision = "0014_backtests"
down_revision = "0013_fraud_reviews"
branch_labels = None
depends_on = None

# No foreign key to merchants: the platform's own backtests stand under the id zero.
_TABLE = """
CREATE TABLE fraud_backtests (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    status text NOT NULL CONSTRAINT ck_fraud_backtests_status CHECK (
        status IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'CANCELED', 'FAILED')),
    rules jsonb NOT NULL,
    review_at integer CONSTRAINT ck_fraud_backtests_review_at CHECK (review_at > 0),
    block_at integer CONSTRAINT ck_fraud_backtests_block_at CHECK (block_at > 0),
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    requested_by_id uuid,
    requested_by_name text NOT NULL,
    total bigint CONSTRAINT ck_fraud_backtests_total CHECK (total >= 0),
    processed bigint NOT NULL CONSTRAINT ck_fraud_backtests_processed CHECK (processed >= 0),
    cursor_at timestamptz,
    cursor_id uuid,
    tally jsonb NOT NULL,
    failure text,
    tries integer NOT NULL CONSTRAINT ck_fraud_backtests_tries CHECK (tries >= 0),
    leased_until timestamptz,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT pk_fraud_backtests PRIMARY KEY (merchant_id, id),
    CONSTRAINT ck_fraud_backtests_range CHECK (since < until),
    CONSTRAINT ck_fraud_backtests_cursor CHECK ((cursor_at IS NULL) = (cursor_id IS NULL)),
    CONSTRAINT ck_fraud_backtests_finished CHECK (
        (status IN ('SUCCEEDED', 'CANCELED', 'FAILED')) = (finished_at IS NOT NULL)),
    CONSTRAINT ck_fraud_backtests_leased CHECK ((status = 'RUNNING') = (leased_until IS NOT NULL)),
    CONSTRAINT ck_fraud_backtests_failed CHECK ((status = 'FAILED') = (failure IS NOT NULL))
);
CREATE INDEX ix_fraud_backtests_id ON fraud_backtests (id);
CREATE INDEX ix_fraud_backtests_waiting ON fraud_backtests (id) WHERE status IN ('QUEUED', 'RUNNING')
"""


def upgrade() -> None:
    """Make the table, fenced by merchant."""
    for statement in _TABLE.split(";\n"):
        op.execute(statement)
    fence("fraud_backtests")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE fraud_backtests")
