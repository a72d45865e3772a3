"""Merchants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fences import fence

revision = "0002_merchants"
down_revision = "0001_foundation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and fence it by its own id."""
    op.create_table(
        "merchants",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("gateway", sa.Text, nullable=False),
        sa.Column("fee_rates", postgresql.JSONB, nullable=False),
        sa.Column("returns_fee_on_refund", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.CheckConstraint("status IN ('ACTIVE', 'SUSPENDED')", name="ck_merchants_status"),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="ck_merchants_country"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ck_merchants_currency"),
        sa.CheckConstraint("jsonb_typeof(fee_rates) = 'array'", name="ck_merchants_fee_rates"),
        sa.PrimaryKeyConstraint("id", name="pk_merchants"),
    )
    op.create_index("ix_merchants_created_at_id", "merchants", ["created_at", "id"])
    fence("merchants", column="id")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("merchants")
