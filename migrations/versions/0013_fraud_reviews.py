"""Fraud reviews: payments that are held until somebody has decided, and what colleagues note about them."""

from __future__ import annotations

from alembic import op

from migrations.fences import append_only, fence

revision = "0013_fraud_reviews"
down_revision = "0012_fraud"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE fraud_reviews (
    merchant_id uuid NOT NULL CONSTRAINT fk_fraud_reviews_merchant_id REFERENCES merchants,
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    status text NOT NULL CONSTRAINT ck_fraud_reviews_status CHECK (
        status IN ('OPEN', 'ASSIGNED', 'ESCALATED', 'APPROVED', 'DECLINED')),
    currency text NOT NULL CONSTRAINT ck_fraud_reviews_currency CHECK (currency ~ '^[A-Z]{3}$'),
    currency_exponent smallint NOT NULL
        CONSTRAINT ck_fraud_reviews_exponent CHECK (currency_exponent BETWEEN 0 AND 4),
    amount_minor bigint NOT NULL CONSTRAINT ck_fraud_reviews_amount CHECK (amount_minor > 0),
    amount_scaled bigint GENERATED ALWAYS AS (amount_minor * (10 ^ (4 - currency_exponent))::bigint) STORED,
    score integer NOT NULL,
    risk_score integer,
    rule_ids uuid[] NOT NULL,
    assignee_id uuid,
    snoozed_until timestamptz,
    warn_at timestamptz NOT NULL,
    escalate_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    warned boolean NOT NULL,
    escalated_at timestamptz,
    escalation_reason text,
    decline_reason text CONSTRAINT ck_fraud_reviews_decline_reason CHECK (
        decline_reason IN ('STOLEN_CARD', 'ACCOUNT_TAKEOVER', 'CARD_TESTING', 'FRIENDLY_FRAUD', 'SYNTHETIC_IDENTITY',
            'POLICY_VIOLATION', 'OTHER', 'NOT_DECIDED_IN_TIME', 'PAYMENT_ENDED')),
    outcome text CONSTRAINT ck_fraud_reviews_outcome CHECK (
        outcome IN ('CONFIRMED_FRAUD', 'SUSPECTED_FRAUD', 'FALSE_POSITIVE', 'LEGITIMATE', 'UNKNOWN')),
    decided_by_id uuid,
    decided_by_name text,
    decided_at timestamptz,
    opened_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_fraud_reviews PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_fraud_reviews_payment_id FOREIGN KEY (merchant_id, payment_id) REFERENCES payments (merchant_id, id),
    CONSTRAINT uq_fraud_reviews_payment UNIQUE (merchant_id, payment_id),
    CONSTRAINT ck_fraud_reviews_clock CHECK (warn_at <= escalate_at AND escalate_at <= due_at),
    CONSTRAINT ck_fraud_reviews_assigned CHECK (status <> 'ASSIGNED' OR assignee_id IS NOT NULL),
    CONSTRAINT ck_fraud_reviews_open CHECK (status <> 'OPEN' OR assignee_id IS NULL),
    CONSTRAINT ck_fraud_reviews_escalated CHECK (status <> 'ESCALATED' OR escalated_at IS NOT NULL),
    CONSTRAINT ck_fraud_reviews_decided CHECK (
        (status IN ('APPROVED', 'DECLINED')) = (decided_at IS NOT NULL)
        AND (decided_at IS NULL) = (decided_by_name IS NULL)
        AND (decided_by_id IS NULL OR decided_by_name IS NOT NULL)),
    CONSTRAINT ck_fraud_reviews_declined CHECK ((status = 'DECLINED') = (decline_reason IS NOT NULL)),
    CONSTRAINT ck_fraud_reviews_snoozed CHECK (
        snoozed_until IS NULL OR status IN ('OPEN', 'ASSIGNED') AND snoozed_until <= escalate_at)
);
CREATE TABLE fraud_review_notes (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    review_id uuid NOT NULL,
    audience text NOT NULL CONSTRAINT ck_fraud_review_notes_audience CHECK (audience IN ('MERCHANT', 'STAFF')),
    text text NOT NULL CONSTRAINT ck_fraud_review_notes_text CHECK (length(text) BETWEEN 1 AND 4000),
    mentions uuid[] NOT NULL CONSTRAINT ck_fraud_review_notes_mentions CHECK (cardinality(mentions) <= 20),
    author_id uuid,
    author_name text NOT NULL,
    author_realm text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_fraud_review_notes PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_fraud_review_notes_review_id
        FOREIGN KEY (merchant_id, review_id) REFERENCES fraud_reviews (merchant_id, id),
    CONSTRAINT ck_fraud_review_notes_internal CHECK (audience = 'MERCHANT' OR author_realm = 'STAFF')
)
"""
_CLAIMABLE = "WHERE status IN ('OPEN', 'ESCALATED')"
_WAITING = "WHERE status IN ('OPEN', 'ASSIGNED', 'ESCALATED')"
# The claim order begins with what is escalated, which the alphabet happens to put first.
_INDEXES = {
    "ix_fraud_reviews_id": "(id)",
    "ix_fraud_reviews_claim": f"(status, due_at, id) {_CLAIMABLE}",
    "ix_fraud_reviews_merchant_claim": f"(merchant_id, status, due_at, id) {_CLAIMABLE}",
    "ix_fraud_reviews_waiting": f"(due_at, id) {_WAITING}",
    "ix_fraud_reviews_merchant_waiting": f"(merchant_id, due_at, id) {_WAITING}",
    "ix_fraud_reviews_due": "(due_at, id)",
    "ix_fraud_reviews_merchant_due": "(merchant_id, due_at, id)",
    "ix_fraud_reviews_opened": "(opened_at, id)",
    "ix_fraud_reviews_merchant_opened": "(merchant_id, opened_at, id)",
    "ix_fraud_reviews_amount": "(amount_scaled, id)",
    "ix_fraud_reviews_merchant_amount": "(merchant_id, amount_scaled, id)",
    "ix_fraud_reviews_assignee": "(assignee_id, due_at, id) WHERE assignee_id IS NOT NULL",
}
# What is held, and since when, stays as it was opened.
_CHANGING = (
    "status, assignee_id, snoozed_until, warned, escalated_at, escalation_reason, decline_reason, outcome,"
    " decided_by_id, decided_by_name, decided_at, updated_at, version"
)


def upgrade() -> None:
    """Make the tables; notes never change."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    for name, definition in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON fraud_reviews {definition}")
    op.execute("CREATE INDEX ix_fraud_review_notes_review ON fraud_review_notes (merchant_id, review_id, id)")
    fence("fraud_reviews", grants=f"SELECT, INSERT, UPDATE ({_CHANGING})")
    fence("fraud_review_notes", grants="SELECT, INSERT")
    append_only("fraud_review_notes")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE fraud_review_notes, fraud_reviews")
