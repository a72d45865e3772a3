"""The table of evidence files; checks, fences and grants are in the migration."""

from __future__ import annotations

import sqlalchemy as sa

from adapters.postgres.metadata import metadata
from adapters.postgres.types import moment, tenant_key, text, uuid

evidence_files = sa.Table(
    "evidence_files",
    metadata,
    *tenant_key("evidence_files"),
    uuid("dispute_id"),
    text("stage"),
    text("kind"),
    text("name"),
    text("content_type"),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    text("sha256"),
    text("status"),
    text("refusal", nullable=True),
    text("refusal_message", nullable=True),
    text("key"),
    uuid("created_by", nullable=True),
    moment("created_at"),
    moment("expires_at"),
    moment("stored_at", nullable=True),
    moment("settled_at", nullable=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(
        ["merchant_id", "dispute_id"],
        ["disputes.merchant_id", "disputes.id"],
        name="fk_evidence_files_dispute_id",
    ),
    sa.Index("ix_evidence_files_id", "id"),
    sa.Index("ix_evidence_files_dispute", "merchant_id", "dispute_id", "id"),
    sa.Index(
        "ix_evidence_files_live",
        "merchant_id",
        "id",
        postgresql_include=["size_bytes"],
        postgresql_where=sa.text("status IN ('AWAITING_UPLOAD', 'STORED')"),
    ),
    sa.Index("ix_evidence_files_unsettled", "expires_at", postgresql_where=sa.text("settled_at IS NULL")),
)
