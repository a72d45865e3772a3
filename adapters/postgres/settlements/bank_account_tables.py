"""The tables of bank accounts; checks, fences and grants are in the migration."""

from __future__ import annotations

import sqlalchemy as sa

from adapters.postgres.metadata import metadata
from adapters.postgres.types import moment, tenant_key, text, uuid

_UNDER_WAY = "'PENDING_APPROVAL', 'PENDING_VERIFICATION', 'COOLING'"


def _party(who: str, *, nullable: bool = True) -> tuple[sa.Column[object], ...]:
    return (
        text(f"{who}_kind", nullable=nullable),
        uuid(f"{who}_id", nullable=True),
        text(f"{who}_name", nullable=nullable),
    )


bank_accounts = sa.Table(
    "bank_accounts",
    metadata,
    *tenant_key("bank_accounts"),
    text("currency"),
    text("country"),
    text("holder_name"),
    text("scheme"),
    sa.Column("number_encrypted", sa.LargeBinary, nullable=False),
    sa.Column("number_hash", sa.LargeBinary, nullable=False),
    text("last4"),
    text("masked_number"),
    text("bank_code", nullable=True),
    text("branch_code", nullable=True),
    text("bic", nullable=True),
    text("bank_name", nullable=True),
    text("status"),
    text("verification"),
    uuid("operation_id"),
    *_party("requested_by", nullable=False),
    *_party("approved_by"),
    moment("approved_at", nullable=True),
    moment("usable_from", nullable=True),
    *_party("verified_by"),
    moment("verified_at", nullable=True),
    text("verification_note", nullable=True),
    text("ended_reason", nullable=True),
    moment("created_at"),
    moment("updated_at"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name="fk_bank_accounts_merchant_id"),
    sa.UniqueConstraint("merchant_id", "operation_id", name="uq_bank_accounts_operation"),
    sa.Index("ix_bank_accounts_id", "id"),
    sa.Index("ix_bank_accounts_merchant", "merchant_id", "currency", "id"),
    sa.Index("ix_bank_accounts_merchant_status", "merchant_id", "status", "id"),
    sa.Index("ix_bank_accounts_status", "status", "id"),
    sa.Index("ix_bank_accounts_usable_from", "usable_from", postgresql_where=sa.text("status = 'COOLING'")),
    sa.Index(
        "uq_bank_accounts_active",
        "merchant_id",
        "currency",
        unique=True,
        postgresql_where=sa.text("status = 'ACTIVE'"),
    ),
    sa.Index(
        "uq_bank_accounts_under_way",
        "merchant_id",
        "currency",
        unique=True,
        postgresql_where=sa.text(f"status IN ({_UNDER_WAY})"),
    ),
    sa.Index(
        "uq_bank_accounts_number",
        "merchant_id",
        "currency",
        "number_hash",
        unique=True,
        postgresql_where=sa.text(f"status IN ({_UNDER_WAY}, 'ACTIVE')"),
    ),
)

bank_account_reveals = sa.Table(
    "bank_account_reveals",
    metadata,
    *tenant_key("bank_account_reveals"),
    uuid("bank_account_id"),
    text("revealed_by_kind"),
    uuid("revealed_by_id"),
    text("revealed_by_name"),
    text("reason"),
    moment("revealed_at"),
    sa.ForeignKeyConstraint(
        ["merchant_id", "bank_account_id"],
        ["bank_accounts.merchant_id", "bank_accounts.id"],
        name="fk_bank_account_reveals_bank_account_id",
    ),
    sa.Index("ix_bank_account_reveals_account", "merchant_id", "bank_account_id", "id"),
    sa.Index("ix_bank_account_reveals_reader", "revealed_by_id", "revealed_at"),
)
