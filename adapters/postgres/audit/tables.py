"""The tables of events, audit records and seals, all append-only, and of how jobs are doing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from adapters.postgres.metadata import metadata
from adapters.postgres.types import Xid8, moment, text, uuid, xid

events = sa.Table(
    "events",
    metadata,
    uuid("merchant_id"),
    uuid("id"),
    text("subject_type"),
    uuid("subject_id"),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    text("name"),
    moment("occurred_at"),
    text("actor_kind"),
    uuid("actor_id", nullable=True),
    text("actor_name"),
    sa.Column("data", JSONB, nullable=False),
    xid(),
    sa.PrimaryKeyConstraint("merchant_id", "id", name="pk_events"),
    sa.Index("ix_events_subject", "merchant_id", "subject_id", "sequence"),
    sa.Index("ix_events_xid", "xid", "id"),
    postgresql_partition_by="RANGE (id)",
)

audit_records = sa.Table(
    "audit_records",
    metadata,
    uuid("id"),
    uuid("merchant_id", nullable=True),
    text("actor_kind"),
    uuid("actor_id", nullable=True),
    text("actor_name"),
    text("action"),
    text("subject_type"),
    uuid("subject_id", nullable=True),
    moment("occurred_at"),
    text("address", nullable=True),
    sa.Column("data", JSONB, nullable=False),
    xid(),
    sa.PrimaryKeyConstraint("id", name="pk_audit_records"),
    sa.Index("ix_audit_records_merchant", "merchant_id", "id"),
    sa.Index("ix_audit_records_subject", "subject_id", "id"),
    sa.Index("ix_audit_records_xid", "xid", "id"),
    postgresql_partition_by="RANGE (id)",
)

audit_seals = sa.Table(
    "audit_seals",
    metadata,
    sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
    sa.Column("previous_hash", sa.LargeBinary, nullable=False),
    sa.Column("record_ids", ARRAY(UUID(as_uuid=True)), nullable=False),
    sa.Column("digests", ARRAY(sa.LargeBinary), nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("last_xid", Xid8, nullable=False),
    uuid("last_id"),
    moment("sealed_at"),
    sa.PrimaryKeyConstraint("number", name="pk_audit_seals"),
)

job_runs = sa.Table(
    "job_runs",
    metadata,
    text("name"),
    text("worker"),
    moment("started_at"),
    moment("finished_at", nullable=True),
    moment("succeeded_at", nullable=True),
    moment("failed_at", nullable=True),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("consecutive_failures", sa.Integer, nullable=False),
    sa.Column("failures", JSONB, nullable=False),
    sa.PrimaryKeyConstraint("name", name="pk_job_runs"),
    sa.CheckConstraint("done >= 0 AND total >= 0 AND consecutive_failures >= 0", name="counts"),
    sa.CheckConstraint("consecutive_failures = 0 OR failed_at IS NOT NULL", name="failed"),
)
