"""Files of payouts for banks."""

from __future__ import annotations

from alembic import op

from migrations.fences import fence

revision = "0022_payment_files"
down_revision = "0021_payouts"
branch_labels = None
depends_on = None

# A file holds payouts of many merchants, so its rows stand under the platform's id, and no merchant reads them.
_UPGRADE = """
CREATE TABLE payment_files (
    merchant_id uuid NOT NULL
        CONSTRAINT ck_payment_files_platform CHECK (merchant_id = '00000000-0000-0000-0000-000000000000'),
    id uuid NOT NULL,
    house_account text NOT NULL,
    currency text NOT NULL CONSTRAINT ck_payment_files_currency CHECK (currency ~ '^[A-Z]{3}$'),
    currency_exponent smallint NOT NULL
        CONSTRAINT ck_payment_files_exponent CHECK (currency_exponent BETWEEN 0 AND 4),
    execution_on date NOT NULL,
    status text NOT NULL CONSTRAINT ck_payment_files_status CHECK (status IN ('PREPARED', 'DELIVERED', 'FAILED')),
    message_id text NOT NULL CONSTRAINT ck_payment_files_message_id CHECK (length(message_id) BETWEEN 1 AND 35),
    control_sum_minor bigint NOT NULL CONSTRAINT ck_payment_files_control_sum CHECK (control_sum_minor > 0),
    payout_count integer NOT NULL CONSTRAINT ck_payment_files_count CHECK (payout_count > 0),
    sha256 text NOT NULL CONSTRAINT ck_payment_files_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    content_sealed bytea NOT NULL,
    attempts integer NOT NULL,
    doubts integer NOT NULL,
    next_try_at timestamptz,
    last_error text,
    created_at timestamptz NOT NULL,
    delivered_at timestamptz,
    failed_at timestamptz,
    CONSTRAINT pk_payment_files PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_payment_files_id UNIQUE (id),
    CONSTRAINT uq_payment_files_message_id UNIQUE (message_id),
    CONSTRAINT ck_payment_files_doubts CHECK (0 <= doubts AND doubts <= attempts),
    CONSTRAINT ck_payment_files_waiting CHECK ((status = 'PREPARED') = (next_try_at IS NOT NULL)),
    CONSTRAINT ck_payment_files_delivered CHECK ((status = 'DELIVERED') = (delivered_at IS NOT NULL)),
    CONSTRAINT ck_payment_files_failed CHECK ((status = 'FAILED') = (failed_at IS NOT NULL)),
    CONSTRAINT ck_payment_files_sure CHECK (status <> 'FAILED' OR doubts = 0)
);
CREATE INDEX ix_payment_files_due ON payment_files (next_try_at, id) WHERE status = 'PREPARED';
CREATE INDEX ix_payment_files_status ON payment_files (status, id);
CREATE INDEX ix_payment_files_failed ON payment_files (id) WHERE status = 'FAILED';
ALTER TABLE payouts
    ADD CONSTRAINT fk_payouts_payment_file_id FOREIGN KEY (payment_file_id) REFERENCES payment_files (id);
CREATE TRIGGER filed_once BEFORE UPDATE ON payouts FOR EACH ROW
    WHEN (OLD.payment_file_id IS DISTINCT FROM NEW.payment_file_id AND OLD.payment_file_id IS NOT NULL)
    EXECUTE FUNCTION refuse_change()
"""
_DOWNGRADE = """
DROP TRIGGER filed_once ON payouts;
ALTER TABLE payouts DROP CONSTRAINT fk_payouts_payment_file_id;
DROP TABLE payment_files
"""
# What a file says stays as it was written.
_CHANGING = "status, attempts, doubts, next_try_at, last_error, delivered_at, failed_at"


def upgrade() -> None:
    """Make the table; from now on a payout can be in a file, and in no other ever."""
    for statement in _UPGRADE.split(";\n"):
        op.execute(statement)
    fence("payment_files", grants=f"SELECT, INSERT, UPDATE ({_CHANGING})")


def downgrade() -> None:
    """Drop it."""
    for statement in _DOWNGRADE.split(";\n"):
        op.execute(statement)
