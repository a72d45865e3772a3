"""The tables of rules, lists and screenings; checks, fences and grants are in the migration."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.fraud import backtest_tables, review_tables
from adapters.postgres.metadata import metadata
from adapters.postgres.types import flag, minor, moment, tenant_key, text, uuid


def _known(column: str) -> sa.TextClause:
    return sa.text(f"{column} IS NOT NULL")


fraud_rules = sa.Table(
    "fraud_rules",
    metadata,
    *tenant_key("fraud_rules"),
    text("name"),
    text("description", nullable=True),
    text("status"),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("latest", sa.Integer, nullable=False),
    sa.Column("published", sa.Integer),
    sa.Column("shadow", sa.Integer),
    sa.Column("releases", sa.Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Index("ix_fraud_rules_id", "id"),
)

fraud_rule_versions = sa.Table(
    "fraud_rule_versions",
    metadata,
    uuid("merchant_id"),
    uuid("rule_id"),
    sa.Column("number", sa.Integer, nullable=False),
    text("action"),
    sa.Column("points", sa.Integer),
    text("expression"),
    text("reason", nullable=True),
    uuid("author_id", nullable=True),
    text("author_name"),
    moment("created_at"),
    sa.PrimaryKeyConstraint("merchant_id", "rule_id", "number", name="pk_fraud_rule_versions"),
    sa.ForeignKeyConstraint(
        ["merchant_id", "rule_id"],
        ["fraud_rules.merchant_id", "fraud_rules.id"],
        name="fk_fraud_rule_versions_rule_id",
    ),
    sa.Index("ix_fraud_rule_versions_rule", "rule_id", "number"),
)

fraud_rule_sets = sa.Table(
    "fraud_rule_sets",
    metadata,
    uuid("merchant_id"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("rules", JSONB, nullable=False),
    sa.Column("review_at", sa.Integer),
    sa.Column("block_at", sa.Integer),
    moment("created_at"),
    sa.PrimaryKeyConstraint("merchant_id", "revision", name="pk_fraud_rule_sets"),
)

fraud_lists = sa.Table(
    "fraud_lists",
    metadata,
    uuid("merchant_id"),
    text("name"),
    text("kind"),
    text("effect"),
    text("description", nullable=True),
    moment("created_at"),
    sa.PrimaryKeyConstraint("merchant_id", "name", name="pk_fraud_lists"),
)

fraud_list_entries = sa.Table(
    "fraud_list_entries",
    metadata,
    *tenant_key("fraud_list_entries"),
    text("list_name"),
    text("kind"),
    text("value"),
    text("reason"),
    uuid("review_id", nullable=True),
    uuid("author_id", nullable=True),
    text("author_name"),
    moment("created_at"),
    moment("expires_at", nullable=True),
    sa.UniqueConstraint("merchant_id", "list_name", "value", name="uq_fraud_list_entries_value"),
    sa.Index("ix_fraud_list_entries_id", "id"),
    sa.Index("ix_fraud_list_entries_list", "merchant_id", "list_name", "id"),
    sa.Index("ix_fraud_list_entries_value", "merchant_id", "kind", "value"),
)

fraud_screenings = sa.Table(
    "fraud_screenings",
    metadata,
    uuid("merchant_id"),
    uuid("payment_id"),
    text("decision"),
    flag("request_3ds"),
    flag("awaits_score"),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("platform_revision", sa.Integer, nullable=False),
    sa.Column("merchant_revision", sa.Integer, nullable=False),
    sa.Column("facts", JSONB, nullable=False),
    sa.Column("platform", JSONB, nullable=False),
    sa.Column("merchant", JSONB, nullable=False),
    sa.Column("duration_microseconds", sa.BigInteger, nullable=False),
    moment("screened_at"),
    moment("judged_again_at", nullable=True),
    sa.PrimaryKeyConstraint("merchant_id", "payment_id", name="pk_fraud_screenings"),
    sa.ForeignKeyConstraint(
        ["merchant_id", "payment_id"],
        ["payments.merchant_id", "payments.id"],
        name="fk_fraud_screenings_payment_id",
    ),
    sa.Index("ix_fraud_screenings_payment", "payment_id"),
)

# The columns of hashes have the names of their dimensions.
fraud_traces = sa.Table(
    "fraud_traces",
    metadata,
    uuid("merchant_id"),
    uuid("payment_id"),
    moment("at"),
    text("currency"),
    minor("amount_minor"),
    sa.Column("card", sa.BigInteger),
    sa.Column("email", sa.BigInteger),
    sa.Column("ip", sa.BigInteger),
    sa.Column("customer", sa.BigInteger),
    sa.Column("device", sa.BigInteger),
    sa.PrimaryKeyConstraint("merchant_id", "payment_id", name="pk_fraud_traces"),
    sa.Index("ix_fraud_traces_merchant", "merchant_id", "at"),
    sa.Index("ix_fraud_traces_card", "card", "at", postgresql_where=_known("card")),
    sa.Index("ix_fraud_traces_email", "email", "at", postgresql_where=_known("email")),
    sa.Index("ix_fraud_traces_ip", "ip", "at", postgresql_where=_known("ip")),
    sa.Index("ix_fraud_traces_merchant_ip", "merchant_id", "ip", "at", postgresql_where=_known("ip")),
    sa.Index("ix_fraud_traces_customer", "customer", "at", postgresql_where=_known("customer")),
    sa.Index("ix_fraud_traces_device", "device", "at", postgresql_where=_known("device")),
)

# Each connection counts in a slot of its own (its process's number); slot 0 has what was folded.
fraud_volumes = sa.Table(
    "fraud_volumes",
    metadata,
    uuid("merchant_id"),
    text("grain"),
    moment("bucket"),
    text("currency"),
    sa.Column("slot", sa.Integer, nullable=False),
    sa.Column("payments", sa.BigInteger, nullable=False),
    minor("sum_minor"),
    sa.PrimaryKeyConstraint("merchant_id", "grain", "bucket", "currency", "slot", name="pk_fraud_volumes"),
    sa.Index("ix_fraud_volumes_unfolded", "bucket", postgresql_where=sa.text("slot <> 0")),
    sa.Index("ix_fraud_volumes_bucket", "grain", "bucket"),
)

# In files of their own, and declared with the others.
fraud_backtests = backtest_tables.fraud_backtests
fraud_reviews = review_tables.fraud_reviews
fraud_review_notes = review_tables.fraud_review_notes
