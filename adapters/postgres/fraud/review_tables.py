"""The tables of fraud reviews; checks, fences and grants are in the migration."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from adapters.postgres.metadata import metadata
from adapters.postgres.types import flag, minor, moment, tenant_key, text, uuid

_CLAIMABLE = sa.text("status IN ('OPEN', 'ESCALATED')")
_WAITING = sa.text("status IN ('OPEN', 'ASSIGNED', 'ESCALATED')")

fraud_reviews = sa.Table(
    "fraud_reviews",
    metadata,
    *tenant_key("fraud_reviews"),
    uuid("payment_id"),
    text("status"),
    text("currency"),
    sa.Column("currency_exponent", sa.SmallInteger, nullable=False),
    minor("amount_minor"),
    sa.Column(
        "amount_scaled",
        sa.BigInteger,
        sa.Computed("amount_minor * (10 ^ (4 - currency_exponent))::bigint", persisted=True),
    ),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("risk_score", sa.Integer),
    sa.Column("rule_ids", ARRAY(UUID(as_uuid=True)), nullable=False),
    uuid("assignee_id", nullable=True),
    moment("snoozed_until", nullable=True),
    moment("warn_at"),
    moment("escalate_at"),
    moment("due_at"),
    flag("warned"),
    moment("escalated_at", nullable=True),
    text("escalation_reason", nullable=True),
    text("decline_reason", nullable=True),
    text("outcome", nullable=True),
    uuid("decided_by_id", nullable=True),
    text("decided_by_name", nullable=True),
    moment("decided_at", nullable=True),
    moment("opened_at"),
    moment("updated_at"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name="fk_fraud_reviews_merchant_id"),
    sa.ForeignKeyConstraint(
        ["merchant_id", "payment_id"], ["payments.merchant_id", "payments.id"], name="fk_fraud_reviews_payment_id"
    ),
    sa.UniqueConstraint("merchant_id", "payment_id", name="uq_fraud_reviews_payment"),
    sa.Index("ix_fraud_reviews_id", "id"),
    sa.Index("ix_fraud_reviews_claim", "status", "due_at", "id", postgresql_where=_CLAIMABLE),
    sa.Index("ix_fraud_reviews_merchant_claim", "merchant_id", "status", "due_at", "id", postgresql_where=_CLAIMABLE),
    sa.Index("ix_fraud_reviews_waiting", "due_at", "id", postgresql_where=_WAITING),
    sa.Index("ix_fraud_reviews_merchant_waiting", "merchant_id", "due_at", "id", postgresql_where=_WAITING),
    sa.Index("ix_fraud_reviews_due", "due_at", "id"),
    sa.Index("ix_fraud_reviews_merchant_due", "merchant_id", "due_at", "id"),
    sa.Index("ix_fraud_reviews_opened", "opened_at", "id"),
    sa.Index("ix_fraud_reviews_merchant_opened", "merchant_id", "opened_at", "id"),
    sa.Index("ix_fraud_reviews_amount", "amount_scaled", "id"),
    sa.Index("ix_fraud_reviews_merchant_amount", "merchant_id", "amount_scaled", "id"),
    sa.Index(
        "ix_fraud_reviews_assignee",
        "assignee_id",
        "due_at",
        "id",
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    ),
)

fraud_review_notes = sa.Table(
    "fraud_review_notes",
    metadata,
    *tenant_key("fraud_review_notes"),
    uuid("review_id"),
    text("audience"),
    text("text"),
    sa.Column("mentions", ARRAY(UUID(as_uuid=True)), nullable=False),
    uuid("author_id", nullable=True),
    text("author_name"),
    text("author_realm"),
    moment("created_at"),
    sa.ForeignKeyConstraint(
        ["merchant_id", "review_id"],
        ["fraud_reviews.merchant_id", "fraud_reviews.id"],
        name="fk_fraud_review_notes_review_id",
    ),
    sa.Index("ix_fraud_review_notes_review", "merchant_id", "review_id", "id"),
)
