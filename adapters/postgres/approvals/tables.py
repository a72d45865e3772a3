"""The tables of approvals; checks, fences and grants are in the migration."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.metadata import metadata
from adapters.postgres.types import moment, tenant_key, text, uuid

approval_policies = sa.Table(
    "approval_policies",
    metadata,
    uuid("merchant_id"),
    text("action"),
    text("currency"),
    sa.Column("threshold_minor", sa.BigInteger, nullable=True),
    text("role", nullable=True),
    sa.PrimaryKeyConstraint("merchant_id", "action", "currency", name="pk_approval_policies"),
)

approval_requests = sa.Table(
    "approval_requests",
    metadata,
    *tenant_key("approval_requests"),
    text("action"),
    text("status"),
    sa.Column("amount_minor", sa.BigInteger, nullable=True),
    text("currency", nullable=True),
    sa.Column("currency_exponent", sa.SmallInteger, nullable=True),
    sa.Column(
        "amount_scaled",
        sa.BigInteger,
        sa.Computed("amount_minor * (10 ^ (4 - currency_exponent))::bigint", persisted=True),
    ),
    text("subject_type"),
    uuid("subject_id"),
    uuid("operation_id"),
    sa.Column("command", JSONB, nullable=False),
    text("role", nullable=True),
    text("requested_by_kind"),
    uuid("requested_by_id", nullable=True),
    text("requested_by_name"),
    text("decided_by_kind", nullable=True),
    uuid("decided_by_id", nullable=True),
    text("decided_by_name", nullable=True),
    text("reason", nullable=True),
    text("failure", nullable=True),
    moment("requested_at"),
    moment("expires_at"),
    moment("decided_at", nullable=True),
    moment("finished_at", nullable=True),
    sa.Column("tries", sa.Integer, nullable=False),
    moment("next_try_at", nullable=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("merchant_id", "operation_id", name="uq_approval_requests_operation"),
    sa.Index("ix_approval_requests_id", "id"),
    sa.Index("ix_approval_requests_merchant_status", "merchant_id", "status", "id"),
    sa.Index("ix_approval_requests_status", "status", "id"),
    sa.Index("ix_approval_requests_subject", "merchant_id", "subject_id", "id"),
    sa.Index("ix_approval_requests_operation", "operation_id"),
    sa.Index("ix_approval_requests_expires", "expires_at", postgresql_where=sa.text("status = 'REQUIRES_REVIEW'")),
    sa.Index("ix_approval_requests_next_try", "next_try_at", postgresql_where=sa.text("next_try_at IS NOT NULL")),
)
