"""The table of payment files; checks, fences and grants are in the migration."""

from __future__ import annotations

import sqlalchemy as sa

from adapters.postgres.metadata import metadata
from adapters.postgres.types import minor, moment, tenant_key, text

payment_files = sa.Table(
    "payment_files",
    metadata,
    *tenant_key("payment_files"),
    text("house_account"),
    text("currency"),
    sa.Column("currency_exponent", sa.SmallInteger, nullable=False),
    sa.Column("execution_on", sa.Date, nullable=False),
    text("status"),
    text("message_id"),
    minor("control_sum_minor"),
    sa.Column("payout_count", sa.Integer, nullable=False),
    text("sha256"),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("doubts", sa.Integer, nullable=False),
    moment("next_try_at", nullable=True),
    text("last_error", nullable=True),
    moment("created_at"),
    moment("delivered_at", nullable=True),
    moment("failed_at", nullable=True),
    sa.UniqueConstraint("id", name="uq_payment_files_id"),
    sa.UniqueConstraint("message_id", name="uq_payment_files_message_id"),
    sa.Index("ix_payment_files_due", "next_try_at", "id", postgresql_where=sa.text("status = 'PREPARED'")),
    sa.Index("ix_payment_files_status", "status", "id"),
    sa.Index("ix_payment_files_failed", "id", postgresql_where=sa.text("status = 'FAILED'")),
)
