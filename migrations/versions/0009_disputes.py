"""Disputes: cases, what networks said of them, evidence, answers, notes, warnings; where payments came from."""

from __future__ import annotations

from alembic import op

from migrations.fences import append_only, fence, grant

revision = "0009_disputes"
down_revision = "0008_approvals"
branch_labels = None
depends_on = None

_STAGES = "('INQUIRY', 'CHARGEBACK', 'PRE_ARBITRATION', 'ARBITRATION')"
_NETWORKS = "('VISA', 'MASTERCARD', 'AMEX', 'DISCOVER')"
_ADDED = """
ALTER TABLE merchants ADD COLUMN dispute_fees jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC';
ALTER TABLE merchants ALTER COLUMN dispute_fees DROP DEFAULT, ALTER COLUMN time_zone DROP DEFAULT;
ALTER TABLE payments ADD COLUMN double_loss_minor bigint NOT NULL DEFAULT 0
    CONSTRAINT ck_payments_double_loss CHECK (double_loss_minor >= 0);
ALTER TABLE payments ALTER COLUMN double_loss_minor DROP DEFAULT;
ALTER TABLE ledger_entries ADD COLUMN dispute_id uuid;
CREATE INDEX ix_payments_gateway_reference ON payments (gateway_reference, gateway)
    WHERE gateway_reference IS NOT NULL;
CREATE INDEX ix_payments_merchant_fingerprint ON payments (merchant_id, fingerprint, created_at, id)
    WHERE fingerprint IS NOT NULL
"""
_TABLES = f"""
CREATE TABLE payment_origins (
    merchant_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    ip_address text,
    device_id text,
    customer_account text,
    shipping_address text,
    CONSTRAINT pk_payment_origins PRIMARY KEY (merchant_id, payment_id),
    CONSTRAINT fk_payment_origins_payment_id
        FOREIGN KEY (merchant_id, payment_id) REFERENCES payments (merchant_id, id)
);
CREATE TABLE disputes (
    merchant_id uuid NOT NULL CONSTRAINT fk_disputes_merchant_id REFERENCES merchants,
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    gateway text NOT NULL,
    case_reference text NOT NULL,
    network text NOT NULL CONSTRAINT ck_disputes_network CHECK (network IN {_NETWORKS}),
    network_case_id text,
    arn text,
    reason_code text NOT NULL,
    category text NOT NULL,
    stage text NOT NULL CONSTRAINT ck_disputes_stage CHECK (stage IN {_STAGES}),
    status text NOT NULL CONSTRAINT ck_disputes_status CHECK (status IN (
        'NEEDS_RESPONSE', 'EVIDENCE_STAGED', 'UNDER_REVIEW', 'WON', 'LOST', 'ACCEPTED', 'EXPIRED', 'PREVENTED',
        'WITHDRAWN')),
    stages jsonb NOT NULL,
    currency text NOT NULL CONSTRAINT ck_disputes_currency CHECK (currency ~ '^[A-Z]{{3}}$'),
    currency_exponent smallint NOT NULL CONSTRAINT ck_disputes_exponent CHECK (currency_exponent BETWEEN 0 AND 4),
    amount_minor bigint NOT NULL CONSTRAINT ck_disputes_amount CHECK (amount_minor > 0),
    amount_scaled bigint GENERATED ALWAYS AS (amount_minor * (10 ^ (4 - currency_exponent))::bigint) STORED,
    dispute_amount_minor bigint,
    dispute_currency text,
    fee_minor bigint NOT NULL CONSTRAINT ck_disputes_fee CHECK (fee_minor >= 0),
    withdrawn_minor bigint NOT NULL,
    double_loss_minor bigint NOT NULL,
    respond_by timestamptz,
    time_zone text NOT NULL,
    warned_hours smallint,
    response_pending boolean NOT NULL,
    assignee_id uuid,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_disputes PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_disputes_payment_id FOREIGN KEY (merchant_id, payment_id) REFERENCES payments (merchant_id, id),
    CONSTRAINT uq_disputes_case UNIQUE (merchant_id, gateway, case_reference),
    CONSTRAINT ck_disputes_held CHECK (double_loss_minor BETWEEN 0 AND withdrawn_minor),
    CONSTRAINT ck_disputes_claimed CHECK ((dispute_amount_minor IS NULL) = (dispute_currency IS NULL)),
    CONSTRAINT ck_disputes_closed CHECK (
        (status IN ('WON', 'LOST', 'ACCEPTED', 'EXPIRED', 'PREVENTED', 'WITHDRAWN')) = (closed_at IS NOT NULL))
);
CREATE TABLE dispute_notices (
    id uuid NOT NULL,
    gateway text NOT NULL,
    notice_id text NOT NULL,
    source text NOT NULL CONSTRAINT ck_dispute_notices_source CHECK (source IN ('WEBHOOK', 'POLLING', 'MANUAL')),
    type text NOT NULL CONSTRAINT ck_dispute_notices_type CHECK (
        type IN ('OPENED', 'UNDER_REVIEW', 'WON', 'LOST', 'WITHDRAWN', 'PREVENTED')),
    stage text NOT NULL CONSTRAINT ck_dispute_notices_stage CHECK (stage IN {_STAGES}),
    case_reference text NOT NULL,
    payment_reference text NOT NULL,
    network text NOT NULL CONSTRAINT ck_dispute_notices_network CHECK (network IN {_NETWORKS}),
    network_case_id text,
    arn text,
    reason_code text NOT NULL,
    amount_minor bigint NOT NULL CONSTRAINT ck_dispute_notices_amount CHECK (amount_minor > 0),
    currency text NOT NULL,
    dispute_amount_minor bigint,
    dispute_currency text,
    respond_by timestamptz,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    merchant_id uuid,
    payment_id uuid,
    dispute_id uuid,
    state text NOT NULL CONSTRAINT ck_dispute_notices_state CHECK (state IN ('APPLIED', 'UNMATCHED', 'REFUSED')),
    refusal text,
    CONSTRAINT pk_dispute_notices PRIMARY KEY (id),
    CONSTRAINT uq_dispute_notices_notice UNIQUE (gateway, notice_id),
    CONSTRAINT ck_dispute_notices_applied CHECK ((state = 'APPLIED') = (dispute_id IS NOT NULL)),
    CONSTRAINT ck_dispute_notices_unmatched CHECK ((state = 'UNMATCHED') = (payment_id IS NULL)),
    CONSTRAINT ck_dispute_notices_refused CHECK ((state = 'REFUSED') = (refusal IS NOT NULL))
);
CREATE TABLE dispute_evidence (
    merchant_id uuid NOT NULL,
    dispute_id uuid NOT NULL,
    stage text NOT NULL CONSTRAINT ck_dispute_evidence_stage CHECK (stage IN {_STAGES}),
    status text NOT NULL CONSTRAINT ck_dispute_evidence_status CHECK (status IN ('STAGED', 'SUBMITTED')),
    texts jsonb NOT NULL,
    files jsonb NOT NULL,
    sha256 text CONSTRAINT ck_dispute_evidence_sha256 CHECK (sha256 ~ '^[0-9a-f]{{64}}$'),
    submitted_at timestamptz,
    submitted_by text,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_dispute_evidence PRIMARY KEY (merchant_id, dispute_id, stage),
    CONSTRAINT fk_dispute_evidence_dispute_id
        FOREIGN KEY (merchant_id, dispute_id) REFERENCES disputes (merchant_id, id),
    CONSTRAINT ck_dispute_evidence_submitted CHECK (
        (status = 'SUBMITTED') = (sha256 IS NOT NULL) AND (sha256 IS NULL) = (submitted_at IS NULL))
);
CREATE TABLE dispute_responses (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    dispute_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    stage text NOT NULL CONSTRAINT ck_dispute_responses_stage CHECK (stage IN {_STAGES}),
    kind text NOT NULL CONSTRAINT ck_dispute_responses_kind CHECK (kind IN ('ACCEPT', 'COUNTER')),
    status text NOT NULL
        CONSTRAINT ck_dispute_responses_status CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED', 'UNKNOWN')),
    gateway text NOT NULL,
    sha256 text,
    response_code text,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    completed_at timestamptz,
    checks integer NOT NULL,
    next_check_at timestamptz,
    CONSTRAINT pk_dispute_responses PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_dispute_responses_dispute_id
        FOREIGN KEY (merchant_id, dispute_id) REFERENCES disputes (merchant_id, id),
    CONSTRAINT ck_dispute_responses_open CHECK ((status IN ('PENDING', 'UNKNOWN')) = (next_check_at IS NOT NULL)),
    CONSTRAINT ck_dispute_responses_completed CHECK ((status IN ('SUCCEEDED', 'FAILED')) = (completed_at IS NOT NULL)),
    CONSTRAINT ck_dispute_responses_evidence CHECK ((kind = 'COUNTER') = (sha256 IS NOT NULL))
);
CREATE TABLE dispute_notes (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    dispute_id uuid NOT NULL,
    audience text NOT NULL CONSTRAINT ck_dispute_notes_audience CHECK (audience IN ('MERCHANT', 'STAFF')),
    author_kind text NOT NULL,
    author_id uuid,
    author_name text NOT NULL,
    author_realm text NOT NULL CONSTRAINT ck_dispute_notes_realm CHECK (author_realm IN ('STAFF', 'MERCHANT')),
    text text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_dispute_notes PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_dispute_notes_dispute_id FOREIGN KEY (merchant_id, dispute_id) REFERENCES disputes (merchant_id, id),
    CONSTRAINT ck_dispute_notes_internal CHECK (audience = 'MERCHANT' OR author_realm = 'STAFF')
);
CREATE TABLE early_fraud_warnings (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    gateway text NOT NULL,
    notice_id text NOT NULL,
    network text NOT NULL CONSTRAINT ck_early_fraud_warnings_network CHECK (network IN {_NETWORKS}),
    fraud_type text NOT NULL,
    amount_minor bigint NOT NULL CONSTRAINT ck_early_fraud_warnings_amount CHECK (amount_minor > 0),
    currency text NOT NULL,
    status text NOT NULL
        CONSTRAINT ck_early_fraud_warnings_status CHECK (status IN ('OPEN', 'REFUNDED', 'DISPUTED')),
    refund_id uuid,
    reported_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_early_fraud_warnings PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_early_fraud_warnings_payment_id
        FOREIGN KEY (merchant_id, payment_id) REFERENCES payments (merchant_id, id),
    CONSTRAINT uq_early_fraud_warnings_notice UNIQUE (merchant_id, gateway, notice_id),
    CONSTRAINT ck_early_fraud_warnings_refunded CHECK (status <> 'REFUNDED' OR refund_id IS NOT NULL)
);
CREATE TABLE parked_warnings (
    gateway text NOT NULL,
    notice_id text NOT NULL,
    payment_reference text NOT NULL,
    network text NOT NULL,
    fraud_type text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    reported_at timestamptz NOT NULL,
    parked_at timestamptz NOT NULL,
    CONSTRAINT pk_parked_warnings PRIMARY KEY (gateway, notice_id)
);
CREATE TABLE dispute_policies (
    merchant_id uuid NOT NULL CONSTRAINT fk_dispute_policies_merchant_id REFERENCES merchants,
    currency text NOT NULL,
    accept_up_to_minor bigint NOT NULL CONSTRAINT ck_dispute_policies_limit CHECK (accept_up_to_minor > 0),
    categories text[] NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_dispute_policies PRIMARY KEY (merchant_id, currency)
);
CREATE TABLE gateway_cursors (
    gateway text NOT NULL,
    cursor text NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_gateway_cursors PRIMARY KEY (gateway)
);
CREATE INDEX ix_disputes_id ON disputes (id);
CREATE INDEX ix_disputes_payment ON disputes (payment_id, id);
CREATE INDEX ix_disputes_merchant_status ON disputes (merchant_id, status, id);
CREATE INDEX ix_disputes_status ON disputes (status, id);
CREATE INDEX ix_disputes_merchant_due ON disputes (merchant_id, respond_by, id)
    WHERE status IN ('NEEDS_RESPONSE', 'EVIDENCE_STAGED');
CREATE INDEX ix_disputes_due ON disputes (respond_by, id) WHERE status IN ('NEEDS_RESPONSE', 'EVIDENCE_STAGED');
CREATE INDEX ix_disputes_case ON disputes (case_reference);
CREATE INDEX ix_disputes_arn ON disputes (arn) WHERE arn IS NOT NULL;
CREATE INDEX ix_disputes_network_case ON disputes (network_case_id) WHERE network_case_id IS NOT NULL;
CREATE INDEX ix_disputes_amount ON disputes (amount_scaled, id);
CREATE INDEX ix_disputes_merchant_amount ON disputes (merchant_id, amount_scaled, id);
CREATE INDEX ix_dispute_notices_open ON dispute_notices (id) WHERE state <> 'APPLIED';
CREATE INDEX ix_disputes_assignee ON disputes (assignee_id, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX ix_dispute_notices_case ON dispute_notices (gateway, case_reference);
CREATE INDEX ix_dispute_notices_dispute ON dispute_notices (dispute_id) WHERE dispute_id IS NOT NULL;
CREATE INDEX ix_dispute_notices_unmatched ON dispute_notices (received_at) WHERE state = 'UNMATCHED';
CREATE INDEX ix_dispute_responses_id ON dispute_responses (id);
CREATE INDEX ix_dispute_responses_dispute ON dispute_responses (merchant_id, dispute_id, id);
CREATE INDEX ix_dispute_responses_next_check ON dispute_responses (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE UNIQUE INDEX uq_dispute_responses_open ON dispute_responses (merchant_id, dispute_id)
    WHERE next_check_at IS NOT NULL;
CREATE INDEX ix_dispute_notes_id ON dispute_notes (id);
CREATE INDEX ix_dispute_notes_dispute ON dispute_notes (merchant_id, dispute_id, id);
CREATE INDEX ix_early_fraud_warnings_id ON early_fraud_warnings (id);
CREATE INDEX ix_early_fraud_warnings_status ON early_fraud_warnings (status, id);
CREATE INDEX ix_early_fraud_warnings_payment ON early_fraud_warnings (payment_id, id)
"""

# What was submitted is what the network decides on: nobody changes it afterwards, also not the owner of the tables.
_KEEP_SUBMITTED = """
CREATE FUNCTION keep_submitted_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'submitted evidence never changes' USING ERRCODE = 'check_violation';
END $$
"""
_ON_CHANGE = """
CREATE TRIGGER keep_submitted BEFORE UPDATE OR DELETE ON dispute_evidence
FOR EACH ROW WHEN (OLD.status = 'SUBMITTED') EXECUTE FUNCTION keep_submitted_evidence()
"""


def upgrade() -> None:
    """Make the tables, fence each by merchant; what tells of no merchant yet is for those who see all."""
    for statement in (*_ADDED.split(";\n"), *_TABLES.split(";\n")):
        op.execute(statement)
    for table in ("disputes", "dispute_evidence", "dispute_responses", "early_fraud_warnings", "dispute_notices"):
        fence(table)
    for table in ("dispute_notes", "payment_origins"):
        fence(table, grants="SELECT, INSERT")
        append_only(table)
    fence("dispute_policies", grants="SELECT, INSERT, UPDATE, DELETE")
    grant("parked_warnings", "SELECT, INSERT, DELETE")
    grant("gateway_cursors", "SELECT, INSERT, UPDATE")
    op.execute(_KEEP_SUBMITTED)
    op.execute(_ON_CHANGE)


def downgrade() -> None:
    """Drop them."""
    op.execute(
        "DROP TABLE gateway_cursors, dispute_policies, parked_warnings, early_fraud_warnings, dispute_notes,"
        " dispute_responses, dispute_evidence, dispute_notices, disputes, payment_origins"
    )
    op.execute("DROP FUNCTION keep_submitted_evidence")
    op.execute("DROP INDEX ix_payments_gateway_reference")
    op.execute("DROP INDEX ix_payments_merchant_fingerprint")
    op.execute("ALTER TABLE ledger_entries DROP COLUMN dispute_id")
    op.execute("ALTER TABLE payments DROP COLUMN double_loss_minor")
    op.execute("ALTER TABLE merchants DROP COLUMN dispute_fees, DROP COLUMN time_zone")
