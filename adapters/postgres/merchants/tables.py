"""The tables of merchants."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from adapters.postgres.metadata import metadata

merchants = sa.Table(
    "merchants",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("gateway", sa.Text, nullable=False),
    sa.Column("fee_rates", JSONB, nullable=False),
    sa.Column("returns_fee_on_refund", sa.Boolean, nullable=False),
    sa.Column("dispute_fees", JSONB, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.CheckConstraint("status IN ('ACTIVE', 'SUSPENDED')", name="status"),
    sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    sa.CheckConstraint("jsonb_typeof(fee_rates) = 'array'", name="fee_rates"),
    sa.Index("ix_merchants_created_at_id", "created_at", "id"),
)
