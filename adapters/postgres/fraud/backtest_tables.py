"""The table of backtests; checks, fences and grants are in the migration."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.metadata import metadata
from adapters.postgres.types import moment, tenant_key, text, uuid

fraud_backtests = sa.Table(
    "fraud_backtests",
    metadata,
    *tenant_key("fraud_backtests"),
    text("status"),
    sa.Column("rules", JSONB, nullable=False),
    sa.Column("review_at", sa.Integer),
    sa.Column("block_at", sa.Integer),
    moment("since"),
    moment("until"),
    uuid("requested_by_id", nullable=True),
    text("requested_by_name"),
    sa.Column("total", sa.BigInteger),
    sa.Column("processed", sa.BigInteger, nullable=False),
    moment("cursor_at", nullable=True),
    uuid("cursor_id", nullable=True),
    sa.Column("tally", JSONB, nullable=False),
    text("failure", nullable=True),
    sa.Column("tries", sa.Integer, nullable=False),
    moment("leased_until", nullable=True),
    moment("created_at"),
    moment("started_at", nullable=True),
    moment("finished_at", nullable=True),
    sa.Index("ix_fraud_backtests_id", "id"),
    sa.Index("ix_fraud_backtests_waiting", "id", postgresql_where=sa.text("status IN ('QUEUED', 'RUNNING')")),
)
