"""What needs a second person: the merchants' policies, and the requests with their decisions."""

from __future__ import annotations

from alembic import op

from migrations.fences import fence

revision = "0008_approvals"
down_revision = "0007_payment_lists"
branch_labels = None
depends_on = None

_ACTIONS = "('REFUND_PAYMENT', 'ACCEPT_DISPUTE')"
_KINDS = "('USER', 'CLIENT', 'SYSTEM')"

# The checks at the end say again who may decide what, whoever writes: an approver is a person, and never the requester;
# a cancellation is the requester's own.
_TABLES = f"""
CREATE TABLE approval_policies (
    merchant_id uuid NOT NULL CONSTRAINT fk_approval_policies_merchant_id REFERENCES merchants,
    action text NOT NULL CONSTRAINT ck_approval_policies_action CHECK (action IN {_ACTIONS}),
    currency text NOT NULL CONSTRAINT ck_approval_policies_currency CHECK (currency ~ '^[A-Z]{{3}}$'),
    threshold_minor bigint NOT NULL CONSTRAINT ck_approval_policies_threshold CHECK (threshold_minor >= 0),
    role text,
    CONSTRAINT pk_approval_policies PRIMARY KEY (merchant_id, action, currency)
);
CREATE TABLE approval_requests (
    merchant_id uuid NOT NULL CONSTRAINT fk_approval_requests_merchant_id REFERENCES merchants,
    id uuid NOT NULL,
    action text NOT NULL CONSTRAINT ck_approval_requests_action CHECK (action IN {_ACTIONS}),
    status text NOT NULL CONSTRAINT ck_approval_requests_status CHECK (status IN (
        'REQUIRES_REVIEW', 'APPROVED', 'REJECTED', 'CANCELED', 'EXPIRED', 'SUCCEEDED', 'FAILED')),
    amount_minor bigint NOT NULL
        CONSTRAINT ck_approval_requests_amount CHECK (amount_minor BETWEEN 1 AND 1000000000000),
    currency text NOT NULL CONSTRAINT ck_approval_requests_currency CHECK (currency ~ '^[A-Z]{{3}}$'),
    currency_exponent smallint NOT NULL
        CONSTRAINT ck_approval_requests_exponent CHECK (currency_exponent BETWEEN 0 AND 4),
    amount_scaled bigint GENERATED ALWAYS AS (amount_minor * (10 ^ (4 - currency_exponent))::bigint) STORED,
    subject_type text NOT NULL CONSTRAINT ck_approval_requests_subject CHECK (subject_type IN ('payment', 'dispute')),
    subject_id uuid NOT NULL,
    operation_id uuid NOT NULL,
    command jsonb NOT NULL,
    role text,
    requested_by_kind text NOT NULL
        CONSTRAINT ck_approval_requests_requested_by_kind CHECK (requested_by_kind IN {_KINDS}),
    requested_by_id uuid,
    requested_by_name text NOT NULL,
    decided_by_kind text CONSTRAINT ck_approval_requests_decided_by_kind CHECK (decided_by_kind IN {_KINDS}),
    decided_by_id uuid,
    decided_by_name text,
    reason text,
    failure text,
    requested_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_at timestamptz,
    finished_at timestamptz,
    tries integer NOT NULL CONSTRAINT ck_approval_requests_tries CHECK (tries >= 0),
    next_try_at timestamptz,
    version bigint NOT NULL CONSTRAINT ck_approval_requests_version CHECK (version > 0),
    CONSTRAINT pk_approval_requests PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_approval_requests_operation UNIQUE (merchant_id, operation_id),
    CONSTRAINT ck_approval_requests_requester CHECK (requested_by_kind = 'SYSTEM' OR requested_by_id IS NOT NULL),
    CONSTRAINT ck_approval_requests_decided CHECK (
        (status NOT IN ('REQUIRES_REVIEW', 'EXPIRED')) = (decided_at IS NOT NULL)
        AND (decided_at IS NULL) = (decided_by_kind IS NULL) AND (decided_at IS NULL) = (decided_by_name IS NULL)),
    CONSTRAINT ck_approval_requests_finished CHECK (
        (status NOT IN ('REQUIRES_REVIEW', 'APPROVED')) = (finished_at IS NOT NULL)),
    CONSTRAINT ck_approval_requests_failed CHECK ((status = 'FAILED') = (failure IS NOT NULL)),
    CONSTRAINT ck_approval_requests_due CHECK ((status = 'APPROVED') = (next_try_at IS NOT NULL)),
    CONSTRAINT ck_approval_requests_approver CHECK (
        status NOT IN ('APPROVED', 'REJECTED', 'SUCCEEDED', 'FAILED')
        OR (decided_by_kind = 'USER' AND decided_by_id IS NOT NULL
            AND (requested_by_kind, requested_by_id) IS DISTINCT FROM (decided_by_kind, decided_by_id))),
    CONSTRAINT ck_approval_requests_canceler CHECK (
        status <> 'CANCELED'
        OR (requested_by_kind, requested_by_id) IS NOT DISTINCT FROM (decided_by_kind, decided_by_id))
);
CREATE INDEX ix_approval_requests_id ON approval_requests (id);
CREATE INDEX ix_approval_requests_merchant_status ON approval_requests (merchant_id, status, id);
CREATE INDEX ix_approval_requests_status ON approval_requests (status, id);
CREATE INDEX ix_approval_requests_subject ON approval_requests (merchant_id, subject_id, id);
CREATE INDEX ix_approval_requests_operation ON approval_requests (operation_id);
CREATE INDEX ix_approval_requests_expires ON approval_requests (expires_at) WHERE status = 'REQUIRES_REVIEW';
CREATE INDEX ix_approval_requests_next_try ON approval_requests (next_try_at) WHERE next_try_at IS NOT NULL
"""


def upgrade() -> None:
    """Make the tables, fence each by merchant. A policy can be taken back; a request never goes."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    fence("approval_policies", grants="SELECT, INSERT, UPDATE, DELETE")
    fence("approval_requests")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE approval_requests, approval_policies")
