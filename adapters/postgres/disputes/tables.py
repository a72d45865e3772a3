"""The tables of disputes; checks, fences and grants are in the migration."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.disputes import file_tables
from adapters.postgres.metadata import metadata
from adapters.postgres.types import flag, minor, moment, tenant_key, text, uuid

_ANSWERABLE = sa.text("status IN ('NEEDS_RESPONSE', 'EVIDENCE_STAGED')")


def _of(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["merchant_id", column], [f"{parent}.merchant_id", f"{parent}.id"], name=f"fk_{table}_{column}"
    )


def _of_merchant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=f"fk_{table}_merchant_id")


disputes = sa.Table(
    "disputes",
    metadata,
    *tenant_key("disputes"),
    uuid("payment_id"),
    text("gateway"),
    text("case_reference"),
    text("network"),
    text("network_case_id", nullable=True),
    text("arn", nullable=True),
    text("reason_code"),
    text("category"),
    text("stage"),
    text("status"),
    sa.Column("stages", JSONB, nullable=False),
    text("currency"),
    sa.Column("currency_exponent", sa.SmallInteger, nullable=False),
    minor("amount_minor"),
    sa.Column(
        "amount_scaled",
        sa.BigInteger,
        sa.Computed("amount_minor * (10 ^ (4 - currency_exponent))::bigint", persisted=True),
    ),
    sa.Column("dispute_amount_minor", sa.BigInteger),
    text("dispute_currency", nullable=True),
    minor("fee_minor"),
    minor("withdrawn_minor"),
    minor("double_loss_minor"),
    moment("respond_by", nullable=True),
    text("time_zone"),
    sa.Column("warned_hours", sa.SmallInteger),
    flag("response_pending"),
    uuid("assignee_id", nullable=True),
    moment("opened_at"),
    moment("closed_at", nullable=True),
    moment("created_at"),
    moment("updated_at"),
    sa.Column("version", sa.BigInteger, nullable=False),
    _of_merchant("disputes"),
    _of("disputes", "payment_id", "payments"),
    sa.UniqueConstraint("merchant_id", "gateway", "case_reference", name="uq_disputes_case"),
    sa.Index("ix_disputes_id", "id"),
    sa.Index("ix_disputes_payment", "payment_id", "id"),
    sa.Index("ix_disputes_double_loss", "payment_id", postgresql_where=sa.text("double_loss_minor > 0")),
    sa.Index("ix_disputes_case", "case_reference"),
    sa.Index("ix_disputes_arn", "arn", postgresql_where=sa.text("arn IS NOT NULL")),
    sa.Index("ix_disputes_network_case", "network_case_id", postgresql_where=sa.text("network_case_id IS NOT NULL")),
    sa.Index("ix_disputes_amount", "amount_scaled", "id"),
    sa.Index("ix_disputes_merchant_amount", "merchant_id", "amount_scaled", "id"),
    sa.Index("ix_disputes_merchant_status", "merchant_id", "status", "id"),
    sa.Index("ix_disputes_status", "status", "id"),
    sa.Index("ix_disputes_merchant_due", "merchant_id", "respond_by", "id", postgresql_where=_ANSWERABLE),
    sa.Index("ix_disputes_due", "respond_by", "id", postgresql_where=_ANSWERABLE),
    sa.Index("ix_disputes_assignee", "assignee_id", "id", postgresql_where=sa.text("assignee_id IS NOT NULL")),
)

dispute_notices = sa.Table(
    "dispute_notices",
    metadata,
    uuid("id"),
    text("gateway"),
    text("notice_id"),
    text("source"),
    text("type"),
    text("stage"),
    text("case_reference"),
    text("payment_reference"),
    text("network"),
    text("network_case_id", nullable=True),
    text("arn", nullable=True),
    text("reason_code"),
    minor("amount_minor"),
    text("currency"),
    sa.Column("dispute_amount_minor", sa.BigInteger),
    text("dispute_currency", nullable=True),
    moment("respond_by", nullable=True),
    moment("occurred_at"),
    moment("received_at"),
    uuid("merchant_id", nullable=True),
    uuid("payment_id", nullable=True),
    uuid("dispute_id", nullable=True),
    text("state"),
    text("refusal", nullable=True),
    sa.PrimaryKeyConstraint("id", name="pk_dispute_notices"),
    sa.UniqueConstraint("gateway", "notice_id", name="uq_dispute_notices_notice"),
    sa.Index("ix_dispute_notices_case", "gateway", "case_reference"),
    sa.Index("ix_dispute_notices_dispute", "dispute_id", postgresql_where=sa.text("dispute_id IS NOT NULL")),
    sa.Index("ix_dispute_notices_open", "id", postgresql_where=sa.text("state <> 'APPLIED'")),
    sa.Index("ix_dispute_notices_unmatched", "received_at", postgresql_where=sa.text("state = 'UNMATCHED'")),
)

dispute_evidence = sa.Table(
    "dispute_evidence",
    metadata,
    uuid("merchant_id"),
    uuid("dispute_id"),
    text("stage"),
    text("status"),
    sa.Column("texts", JSONB, nullable=False),
    sa.Column("files", JSONB, nullable=False),
    text("sha256", nullable=True),
    moment("submitted_at", nullable=True),
    text("submitted_by", nullable=True),
    moment("updated_at"),
    sa.PrimaryKeyConstraint("merchant_id", "dispute_id", "stage", name="pk_dispute_evidence"),
    _of("dispute_evidence", "dispute_id", "disputes"),
)

dispute_responses = sa.Table(
    "dispute_responses",
    metadata,
    *tenant_key("dispute_responses"),
    uuid("dispute_id"),
    uuid("payment_id"),
    text("stage"),
    text("kind"),
    text("status"),
    text("gateway"),
    text("sha256", nullable=True),
    text("response_code", nullable=True),
    text("requested_by"),
    moment("requested_at"),
    moment("completed_at", nullable=True),
    sa.Column("checks", sa.Integer, nullable=False),
    moment("next_check_at", nullable=True),
    _of("dispute_responses", "dispute_id", "disputes"),
    sa.Index("ix_dispute_responses_id", "id"),
    sa.Index("ix_dispute_responses_dispute", "merchant_id", "dispute_id", "id"),
    sa.Index("ix_dispute_responses_next_check", "next_check_at", postgresql_where=sa.text("next_check_at IS NOT NULL")),
    sa.Index(
        "uq_dispute_responses_open",
        "merchant_id",
        "dispute_id",
        unique=True,
        postgresql_where=sa.text("next_check_at IS NOT NULL"),
    ),
)

dispute_notes = sa.Table(
    "dispute_notes",
    metadata,
    *tenant_key("dispute_notes"),
    uuid("dispute_id"),
    text("audience"),
    text("author_kind"),
    uuid("author_id", nullable=True),
    text("author_name"),
    text("author_realm"),
    text("text"),
    moment("created_at"),
    _of("dispute_notes", "dispute_id", "disputes"),
    sa.Index("ix_dispute_notes_id", "id"),
    sa.Index("ix_dispute_notes_dispute", "merchant_id", "dispute_id", "id"),
)

early_fraud_warnings = sa.Table(
    "early_fraud_warnings",
    metadata,
    *tenant_key("early_fraud_warnings"),
    uuid("payment_id"),
    text("gateway"),
    text("notice_id"),
    text("network"),
    text("fraud_type"),
    minor("amount_minor"),
    text("currency"),
    text("status"),
    uuid("refund_id", nullable=True),
    moment("reported_at"),
    moment("created_at"),
    moment("updated_at"),
    sa.Column("version", sa.BigInteger, nullable=False),
    _of("early_fraud_warnings", "payment_id", "payments"),
    sa.UniqueConstraint("merchant_id", "gateway", "notice_id", name="uq_early_fraud_warnings_notice"),
    sa.Index("ix_early_fraud_warnings_id", "id"),
    sa.Index("ix_early_fraud_warnings_payment", "payment_id", "id"),
    sa.Index("ix_early_fraud_warnings_status", "status", "id"),
)

parked_warnings = sa.Table(
    "parked_warnings",
    metadata,
    text("gateway"),
    text("notice_id"),
    text("payment_reference"),
    text("network"),
    text("fraud_type"),
    minor("amount_minor"),
    text("currency"),
    moment("reported_at"),
    moment("parked_at"),
    sa.PrimaryKeyConstraint("gateway", "notice_id", name="pk_parked_warnings"),
)

dispute_policies = sa.Table(
    "dispute_policies",
    metadata,
    uuid("merchant_id"),
    text("currency"),
    minor("accept_up_to_minor"),
    sa.Column("categories", ARRAY(sa.Text), nullable=False),
    moment("updated_at"),
    sa.PrimaryKeyConstraint("merchant_id", "currency", name="pk_dispute_policies"),
    _of_merchant("dispute_policies"),
)

gateway_cursors = sa.Table(
    "gateway_cursors",
    metadata,
    text("gateway"),
    text("cursor"),
    moment("updated_at"),
    sa.PrimaryKeyConstraint("gateway", name="pk_gateway_cursors"),
)

# In a file of its own, and declared with the others.
evidence_files = file_tables.evidence_files
