"""The tables of the ledger; the triggers that keep it true are in the migration."""

from __future__ import annotations

import sqlalchemy as sa

from adapters.postgres.metadata import metadata
from adapters.postgres.types import Xid8, minor, moment, text, uuid, xid

ledger_entries = sa.Table(
    "ledger_entries",
    metadata,
    uuid("merchant_id"),
    uuid("id"),
    text("kind"),
    uuid("payment_id", nullable=True),
    uuid("operation_id", nullable=True),
    uuid("dispute_id", nullable=True),
    uuid("settlement_id", nullable=True),
    uuid("payout_id", nullable=True),
    moment("posted_at"),
    xid(),
    sa.PrimaryKeyConstraint("merchant_id", "id", name="pk_ledger_entries"),
    sa.Index("ix_ledger_entries_payment", "merchant_id", "payment_id", "id"),
    sa.Index("ix_ledger_entries_id", "id"),
    sa.Index(
        "ix_ledger_entries_payout",
        "merchant_id",
        "payout_id",
        postgresql_where=sa.text("payout_id IS NOT NULL"),
    ),
    postgresql_partition_by="RANGE (id)",
)

ledger_postings = sa.Table(
    "ledger_postings",
    metadata,
    uuid("merchant_id"),
    uuid("entry_id"),
    sa.Column("position", sa.SmallInteger, nullable=False),
    text("account"),
    text("currency"),
    minor("amount_minor"),
    moment("posted_at"),
    xid(),
    sa.PrimaryKeyConstraint("merchant_id", "entry_id", "position", name="pk_ledger_postings"),
    sa.Index(
        "ix_ledger_postings_balance",
        "merchant_id",
        "account",
        "currency",
        "xid",
        postgresql_include=["posted_at", "amount_minor"],
    ),
    sa.Index("ix_ledger_postings_xid", "xid"),
    postgresql_partition_by="RANGE (entry_id)",
)

ledger_snapshots = sa.Table(
    "ledger_snapshots",
    metadata,
    uuid("merchant_id"),
    text("account"),
    text("currency"),
    sa.Column("horizon", Xid8, nullable=False),
    moment("through"),
    sa.Column("balance_minor", sa.Numeric(40), nullable=False),
    moment("taken_at"),
    sa.PrimaryKeyConstraint("merchant_id", "account", "currency", "horizon", name="pk_ledger_snapshots"),
    sa.Index("ix_ledger_snapshots_horizon", "horizon"),
)
