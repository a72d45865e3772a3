"""The tables of settlements; what keeps them true is in the migration."""

from __future__ import annotations

import sqlalchemy as sa

from adapters.postgres.metadata import metadata
from adapters.postgres.settlements import bank_account_tables, file_tables, payout_tables
from adapters.postgres.types import Xid8, flag, minor, moment, tenant_key, text, uuid

# What the lines of a settlement sum to, in the order in which a statement shows them.
SUMS = (
    "captures_minor",
    "refunds_minor",
    "fees_minor",
    "disputes_minor",
    "dispute_fees_minor",
    "dispute_reversals_minor",
    "reserve_held_minor",
    "reserve_released_minor",
    "adjustments_minor",
    "carried_in_minor",
    "carried_out_minor",
)
_OPEN = "status = 'OPEN'"
_UNPAID = "status = 'CLOSED' AND payout_id IS NULL"
_HELD = "released_at IS NULL"


def _where(condition: str) -> sa.TextClause:
    return sa.text(condition)


settlement_accounts = sa.Table(
    "settlement_accounts",
    metadata,
    uuid("merchant_id"),
    text("currency"),
    text("frequency"),
    sa.Column("weekday", sa.SmallInteger),
    sa.Column("day_of_month", sa.SmallInteger),
    sa.Column("delay_days", sa.SmallInteger, nullable=False),
    sa.Column("cut_off_time", sa.Time, nullable=False),
    text("calendar"),
    minor("minimum_payout_minor"),
    flag("automatic_payouts"),
    sa.Column("reserve_percent", sa.Numeric(5, 2), nullable=False),
    sa.Column("reserve_days", sa.Integer, nullable=False),
    text("hold_reason", nullable=True),
    moment("held_at", nullable=True),
    text("held_by_name", nullable=True),
    sa.Column("next_number", sa.Integer, nullable=False),
    moment("open_until", nullable=True),
    moment("last_cut_off", nullable=True),
    # Only the gathering reads and moves it: transactions compare inside PostgreSQL alone.
    sa.Column("open_from", Xid8, nullable=False, server_default=sa.text("'0'")),
    minor("carried_minor"),
    moment("created_at"),
    moment("updated_at"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("merchant_id", "currency", name="pk_settlement_accounts"),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name="fk_settlement_accounts_merchant_id"),
    sa.Index("ix_settlement_accounts_open_until", "open_until", postgresql_where=_where("open_until IS NOT NULL")),
    sa.Index("ix_settlement_accounts_currency", "currency", "merchant_id"),
)

settlement_openings = sa.Table(
    "settlement_openings",
    metadata,
    sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
    sa.Column("horizon", Xid8, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_settlement_openings"),
)

settlements = sa.Table(
    "settlements",
    metadata,
    *tenant_key("settlements"),
    sa.Column("number", sa.Integer, nullable=False),
    text("currency"),
    sa.Column("currency_exponent", sa.SmallInteger, nullable=False),
    text("status"),
    text("merchant_name", nullable=True),
    moment("period_start", nullable=True),
    moment("cut_off", nullable=True),
    sa.Column("settles_on", sa.Date),
    moment("closes_at", nullable=True),
    *(minor(name) for name in SUMS),
    minor("net_minor"),
    sa.Column("net_scaled", sa.BigInteger, sa.Computed("net_minor * (10 ^ (4 - currency_exponent))::bigint")),
    sa.Column("line_count", sa.BigInteger, nullable=False),
    uuid("entry_id", nullable=True),
    uuid("payout_id", nullable=True),
    moment("opened_at"),
    moment("closed_at", nullable=True),
    moment("paid_out_at", nullable=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(
        ["merchant_id", "currency"],
        ["settlement_accounts.merchant_id", "settlement_accounts.currency"],
        name="fk_settlements_currency",
    ),
    sa.UniqueConstraint("merchant_id", "currency", "number", name="uq_settlements_number"),
    sa.Index("ix_settlements_id", "id"),
    sa.Index(
        "ix_settlements_closes",
        "closes_at",
        "merchant_id",
        "currency",
        postgresql_where=_where(f"{_OPEN} AND closes_at IS NOT NULL"),
    ),
    sa.Index("ix_settlements_open", "merchant_id", "currency", "number", postgresql_where=_where(_OPEN)),
    sa.Index("ix_settlements_unpaid", "merchant_id", "currency", "number", postgresql_where=_where(_UNPAID)),
    sa.Index("ix_settlements_payout", "merchant_id", "payout_id", postgresql_where=_where("payout_id IS NOT NULL")),
    sa.Index("ix_settlements_settles_on", "settles_on", "id"),
    sa.Index("ix_settlements_merchant_settles_on", "merchant_id", "settles_on", "id"),
    sa.Index("ix_settlements_net", "net_scaled", "id"),
    sa.Index("ix_settlements_merchant_net", "merchant_id", "net_scaled", "id"),
)

settlement_lines = sa.Table(
    "settlement_lines",
    metadata,
    uuid("merchant_id"),
    uuid("entry_id"),
    sa.Column("position", sa.SmallInteger, nullable=False),
    uuid("settlement_id"),
    text("kind"),
    minor("amount_minor"),
    text("currency"),
    uuid("payment_id", nullable=True),
    uuid("dispute_id", nullable=True),
    moment("posted_at"),
    sa.PrimaryKeyConstraint("merchant_id", "entry_id", "position", name="pk_settlement_lines"),
    sa.Index("ix_settlement_lines_settlement", "merchant_id", "settlement_id", "kind", "entry_id", "position"),
    sa.Index(
        "ix_settlement_lines_payment",
        "merchant_id",
        "payment_id",
        postgresql_where=_where("payment_id IS NOT NULL"),
    ),
    postgresql_partition_by="RANGE (entry_id)",
)

settlement_adjustments = sa.Table(
    "settlement_adjustments",
    metadata,
    *tenant_key("settlement_adjustments"),
    minor("amount_minor"),
    text("currency"),
    text("reason"),
    text("requested_by_kind"),
    uuid("requested_by_id", nullable=True),
    text("requested_by_name"),
    text("approved_by_kind"),
    uuid("approved_by_id"),
    text("approved_by_name"),
    uuid("entry_id"),
    moment("at"),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name="fk_settlement_adjustments_merchant_id"),
    sa.UniqueConstraint("merchant_id", "entry_id", name="uq_settlement_adjustments_entry"),
    sa.Index("ix_settlement_adjustments_id", "id"),
)

reserve_holds = sa.Table(
    "reserve_holds",
    metadata,
    *tenant_key("reserve_holds"),
    uuid("settlement_id"),
    text("currency"),
    minor("amount_minor"),
    sa.Column("release_on", sa.Date, nullable=False),
    moment("releases_at"),
    uuid("entry_id"),
    moment("held_at"),
    moment("released_at", nullable=True),
    uuid("release_entry_id", nullable=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(
        ["merchant_id", "settlement_id"],
        ["settlements.merchant_id", "settlements.id"],
        name="fk_reserve_holds_settlement_id",
    ),
    sa.UniqueConstraint("merchant_id", "settlement_id", name="uq_reserve_holds_settlement"),
    sa.Index("ix_reserve_holds_id", "id"),
    sa.Index("ix_reserve_holds_releases", "releases_at", "id", postgresql_where=_where(_HELD)),
    sa.Index(
        "ix_reserve_holds_merchant_held", "merchant_id", "currency", "releases_at", postgresql_where=_where(_HELD)
    ),
)

# Declared beside these, so that migrations are compared with all of them.
bank_accounts = bank_account_tables.bank_accounts
bank_account_reveals = bank_account_tables.bank_account_reveals
payouts = payout_tables.payouts
payout_attempts = payout_tables.payout_attempts
payout_policies = payout_tables.payout_policies
payment_files = file_tables.payment_files
