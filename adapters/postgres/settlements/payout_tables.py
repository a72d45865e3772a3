"""The tables of payouts; checks, fences, grants and the trigger are in the migration."""

from __future__ import annotations

import sqlalchemy as sa

from adapters.postgres.metadata import metadata
from adapters.postgres.types import flag, minor, moment, tenant_key, text, uuid

_UNDECIDED = sa.text("status IN ('AWAITING_APPROVAL', 'HELD')")

payouts = sa.Table(
    "payouts",
    metadata,
    *tenant_key("payouts"),
    text("currency"),
    sa.Column("currency_exponent", sa.SmallInteger, nullable=False),
    minor("amount_minor"),
    sa.Column(
        "amount_scaled",
        sa.BigInteger,
        sa.Computed("amount_minor * (10 ^ (4 - currency_exponent))::bigint", persisted=True),
    ),
    text("status"),
    uuid("bank_account_id"),
    uuid("settlement_id", nullable=True),
    text("end_to_end_id"),
    text("reason", nullable=True),
    text("requested_by_kind"),
    uuid("requested_by_id", nullable=True),
    text("requested_by_name"),
    text("approved_by_kind", nullable=True),
    uuid("approved_by_id", nullable=True),
    text("approved_by_name", nullable=True),
    flag("approved_by_policy"),
    sa.Column("policy_limit_minor", sa.BigInteger),
    sa.Column("policy_sum_minor", sa.BigInteger),
    moment("decided_at", nullable=True),
    text("decision_reason", nullable=True),
    text("hold_reason", nullable=True),
    text("failure_code", nullable=True),
    text("failure_message", nullable=True),
    uuid("payment_file_id", nullable=True),
    sa.Column("execution_on", sa.Date),
    uuid("bank_entry_id", nullable=True),
    uuid("return_entry_id", nullable=True),
    moment("created_at"),
    moment("updated_at"),
    moment("sent_at", nullable=True),
    moment("paid_at", nullable=True),
    moment("failed_at", nullable=True),
    moment("returned_at", nullable=True),
    sa.Column("attempt_count", sa.Integer, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name="fk_payouts_merchant_id"),
    sa.ForeignKeyConstraint(
        ["merchant_id", "bank_account_id"],
        ["bank_accounts.merchant_id", "bank_accounts.id"],
        name="fk_payouts_bank_account_id",
    ),
    sa.ForeignKeyConstraint(["payment_file_id"], ["payment_files.id"], name="fk_payouts_payment_file_id"),
    sa.UniqueConstraint("end_to_end_id", name="uq_payouts_end_to_end_id"),
    sa.Index("ix_payouts_id", "id"),
    sa.Index("ix_payouts_merchant_status", "merchant_id", "status", "id"),
    sa.Index("ix_payouts_amount", "amount_scaled", "id"),
    sa.Index("ix_payouts_merchant_amount", "merchant_id", "amount_scaled", "id"),
    sa.Index("ix_payouts_status", "status", "id"),
    sa.Index("ix_payouts_bank_account", "merchant_id", "bank_account_id", "id"),
    sa.Index("ix_payouts_settlement", "settlement_id", postgresql_where=sa.text("settlement_id IS NOT NULL")),
    sa.Index("ix_payouts_file", "payment_file_id", "id", postgresql_where=sa.text("payment_file_id IS NOT NULL")),
    sa.Index(
        "ix_payouts_unfiled",
        "currency",
        "id",
        postgresql_where=sa.text("status = 'APPROVED' AND payment_file_id IS NULL"),
    ),
    sa.Index("ix_payouts_undecided", "merchant_id", "currency", postgresql_where=_UNDECIDED),
    sa.Index(
        "ix_payouts_by_policy",
        "merchant_id",
        "currency",
        "decided_at",
        postgresql_where=sa.text("approved_by_policy"),
    ),
    sa.Index(
        "uq_payouts_bank_entry",
        "bank_entry_id",
        unique=True,
        postgresql_where=sa.text("bank_entry_id IS NOT NULL"),
    ),
    sa.Index(
        "uq_payouts_return_entry",
        "return_entry_id",
        unique=True,
        postgresql_where=sa.text("return_entry_id IS NOT NULL"),
    ),
)

payout_attempts = sa.Table(
    "payout_attempts",
    metadata,
    uuid("merchant_id"),
    uuid("payout_id"),
    sa.Column("number", sa.Integer, nullable=False),
    text("outcome"),
    uuid("payment_file_id", nullable=True),
    uuid("bank_entry_id", nullable=True),
    text("code", nullable=True),
    text("detail", nullable=True),
    moment("at"),
    sa.PrimaryKeyConstraint("merchant_id", "payout_id", "number", name="pk_payout_attempts"),
    sa.ForeignKeyConstraint(
        ["merchant_id", "payout_id"],
        ["payouts.merchant_id", "payouts.id"],
        name="fk_payout_attempts_payout_id",
    ),
)

payout_policies = sa.Table(
    "payout_policies",
    metadata,
    text("currency"),
    minor("automatic_up_to_minor"),
    uuid("operation_id"),
    text("requested_by_kind"),
    uuid("requested_by_id"),
    text("requested_by_name"),
    text("approved_by_kind"),
    uuid("approved_by_id"),
    text("approved_by_name"),
    moment("updated_at"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("currency", name="pk_payout_policies"),
)
