"""The tables of merchants and of what they pay."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from adapters.postgres.metadata import metadata
from adapters.postgres.types import Xid8, minor, moment, text, uuid

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
    moment("fee_plan_since", nullable=True),
    sa.Column("next_fee_plans", JSONB, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.CheckConstraint("status IN ('ACTIVE', 'SUSPENDED')", name="status"),
    sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    sa.CheckConstraint("jsonb_typeof(fee_rates) = 'array'", name="fee_rates"),
    sa.CheckConstraint("jsonb_typeof(next_fee_plans) = 'array'", name="next_fee_plans"),
    sa.Index("ix_merchants_created_at_id", "created_at", "id"),
)

fee_plan_versions = sa.Table(
    "fee_plan_versions",
    metadata,
    uuid("merchant_id"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("plan", JSONB, nullable=False),
    moment("effective_from"),
    text("reason", nullable=True),
    uuid("operation_id", nullable=True),
    text("requested_by_kind", nullable=True),
    uuid("requested_by_id", nullable=True),
    text("requested_by_name", nullable=True),
    text("approved_by_kind", nullable=True),
    uuid("approved_by_id", nullable=True),
    text("approved_by_name", nullable=True),
    moment("created_at"),
    sa.PrimaryKeyConstraint("merchant_id", "number", name="pk_fee_plan_versions"),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name="fk_fee_plan_versions_merchant_id"),
    sa.UniqueConstraint("merchant_id", "operation_id", name="uq_fee_plan_versions_operation"),
)

merchant_volumes = sa.Table(
    "merchant_volumes",
    metadata,
    uuid("merchant_id"),
    text("currency"),
    moment("quarter"),
    minor("captured_minor"),
    sa.PrimaryKeyConstraint("merchant_id", "currency", "quarter", name="pk_merchant_volumes"),
    sa.Index("ix_merchant_volumes_quarter", "quarter"),
)

# One row: below which transaction all captures are in the volumes.
volume_horizon = sa.Table(
    "volume_horizon",
    metadata,
    sa.Column("singular", sa.Boolean, nullable=False, server_default=sa.text("true")),
    sa.Column("horizon", Xid8, nullable=False),
    sa.PrimaryKeyConstraint("singular", name="pk_volume_horizon"),
)
