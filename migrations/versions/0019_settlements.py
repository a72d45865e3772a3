"""Settlements with their lines, accounts and reserves."""

from __future__ import annotations

from alembic import op

from migrations.fences import append_only, fence
from migrations.partitions import partition

revision = "0019_settlements"
down_revision = "0018_fee_plans"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE settlement_accounts (
    merchant_id uuid NOT NULL CONSTRAINT fk_settlement_accounts_merchant_id REFERENCES merchants,
    currency text NOT NULL CONSTRAINT ck_settlement_accounts_currency CHECK (currency ~ '^[A-Z]{3}$'),
    frequency text NOT NULL CONSTRAINT ck_settlement_accounts_frequency CHECK (
        frequency IN ('DAILY', 'WEEKLY', 'MONTHLY', 'MANUAL')),
    weekday smallint CONSTRAINT ck_settlement_accounts_weekday CHECK (weekday BETWEEN 1 AND 7),
    day_of_month smallint CONSTRAINT ck_settlement_accounts_day_of_month CHECK (day_of_month BETWEEN 1 AND 31),
    delay_days smallint NOT NULL CONSTRAINT ck_settlement_accounts_delay CHECK (delay_days BETWEEN 0 AND 30),
    cut_off_time time NOT NULL CONSTRAINT ck_settlement_accounts_time CHECK (cut_off_time < time '24:00'),
    calendar text NOT NULL CONSTRAINT ck_settlement_accounts_calendar CHECK (
        calendar IN ('TARGET2', 'ARGENTINA', 'BRAZIL', 'UNITED_STATES')),
    minimum_payout_minor bigint NOT NULL
        CONSTRAINT ck_settlement_accounts_minimum CHECK (minimum_payout_minor >= 0),
    automatic_payouts boolean NOT NULL,
    reserve_percent numeric(5, 2) NOT NULL,
    reserve_days integer NOT NULL,
    hold_reason text,
    held_at timestamptz,
    held_by_name text,
    next_number integer NOT NULL CONSTRAINT ck_settlement_accounts_next CHECK (next_number > 0),
    open_until timestamptz,
    last_cut_off timestamptz,
    open_from xid8 NOT NULL DEFAULT '0',
    carried_minor bigint NOT NULL CONSTRAINT ck_settlement_accounts_carried CHECK (carried_minor <= 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_settlement_accounts PRIMARY KEY (merchant_id, currency),
    CONSTRAINT ck_settlement_accounts_days CHECK (
        (frequency = 'WEEKLY') = (weekday IS NOT NULL) AND (frequency = 'MONTHLY') = (day_of_month IS NOT NULL)),
    CONSTRAINT ck_settlement_accounts_reserve CHECK (
        reserve_percent BETWEEN 0 AND 100 AND reserve_days BETWEEN 0 AND 365
        AND (reserve_percent > 0) = (reserve_days > 0)),
    CONSTRAINT ck_settlement_accounts_hold CHECK (
        (hold_reason IS NULL) = (held_at IS NULL) AND (held_at IS NULL) = (held_by_name IS NULL)),
    CONSTRAINT ck_settlement_accounts_open_until CHECK (last_cut_off < open_until)
);
CREATE TABLE settlement_openings (
    id smallint NOT NULL CONSTRAINT ck_settlement_openings_one CHECK (id = 1),
    horizon xid8 NOT NULL,
    CONSTRAINT pk_settlement_openings PRIMARY KEY (id)
);
INSERT INTO settlement_openings (id, horizon) VALUES (1, '0');
CREATE TABLE settlements (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    number integer NOT NULL CONSTRAINT ck_settlements_number CHECK (number > 0),
    currency text NOT NULL CONSTRAINT ck_settlements_currency CHECK (currency ~ '^[A-Z]{3}$'),
    currency_exponent smallint NOT NULL CONSTRAINT ck_settlements_exponent CHECK (currency_exponent BETWEEN 0 AND 4),
    status text NOT NULL CONSTRAINT ck_settlements_status CHECK (status IN ('OPEN', 'CLOSED', 'PAID_OUT')),
    merchant_name text,
    period_start timestamptz,
    cut_off timestamptz,
    settles_on date,
    closes_at timestamptz,
    captures_minor bigint NOT NULL,
    refunds_minor bigint NOT NULL,
    fees_minor bigint NOT NULL,
    disputes_minor bigint NOT NULL,
    dispute_fees_minor bigint NOT NULL,
    dispute_reversals_minor bigint NOT NULL,
    reserve_held_minor bigint NOT NULL CONSTRAINT ck_settlements_held CHECK (reserve_held_minor <= 0),
    reserve_released_minor bigint NOT NULL CONSTRAINT ck_settlements_released CHECK (reserve_released_minor >= 0),
    adjustments_minor bigint NOT NULL,
    carried_in_minor bigint NOT NULL CONSTRAINT ck_settlements_carried_in CHECK (carried_in_minor <= 0),
    carried_out_minor bigint NOT NULL CONSTRAINT ck_settlements_carried_out CHECK (carried_out_minor >= 0),
    net_minor bigint NOT NULL CONSTRAINT ck_settlements_net CHECK (net_minor >= 0),
    net_scaled bigint GENERATED ALWAYS AS (net_minor * (10 ^ (4 - currency_exponent))::bigint) STORED,
    line_count bigint NOT NULL CONSTRAINT ck_settlements_line_count CHECK (line_count >= 0),
    entry_id uuid,
    payout_id uuid,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    paid_out_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT pk_settlements PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_settlements_currency
        FOREIGN KEY (merchant_id, currency) REFERENCES settlement_accounts (merchant_id, currency),
    CONSTRAINT uq_settlements_number UNIQUE (merchant_id, currency, number),
    CONSTRAINT ck_settlements_sum CHECK (
        net_minor = captures_minor + refunds_minor + fees_minor + disputes_minor + dispute_fees_minor
            + dispute_reversals_minor + reserve_held_minor + reserve_released_minor + adjustments_minor
            + carried_in_minor + carried_out_minor),
    CONSTRAINT ck_settlements_nets CHECK (carried_out_minor = 0 OR net_minor = 0 AND reserve_held_minor = 0),
    CONSTRAINT ck_settlements_period CHECK (period_start < cut_off),
    CONSTRAINT ck_settlements_plan CHECK (
        (cut_off IS NULL) = (settles_on IS NULL) AND (settles_on IS NULL) = (closes_at IS NULL)
        AND (closes_at IS NULL OR closes_at >= cut_off)),
    CONSTRAINT ck_settlements_closed CHECK (
        (status = 'OPEN') = (closed_at IS NULL) AND (status = 'OPEN' OR cut_off IS NOT NULL)
        AND (status <> 'OPEN' OR line_count = 0 AND entry_id IS NULL AND payout_id IS NULL)
        AND (entry_id IS NULL) = (net_minor = 0)),
    CONSTRAINT ck_settlements_paid_out CHECK (
        (status = 'PAID_OUT') = (paid_out_at IS NOT NULL) AND (paid_out_at IS NULL OR payout_id IS NOT NULL))
);
CREATE TABLE settlement_adjustments (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    amount_minor bigint NOT NULL CONSTRAINT ck_settlement_adjustments_amount CHECK (amount_minor <> 0),
    currency text NOT NULL CONSTRAINT ck_settlement_adjustments_currency CHECK (currency ~ '^[A-Z]{3}$'),
    reason text NOT NULL CONSTRAINT ck_settlement_adjustments_reason CHECK (length(reason) BETWEEN 1 AND 255),
    requested_by_kind text NOT NULL,
    requested_by_id uuid,
    requested_by_name text NOT NULL,
    approved_by_kind text NOT NULL CONSTRAINT ck_settlement_adjustments_person CHECK (approved_by_kind = 'USER'),
    approved_by_id uuid NOT NULL,
    approved_by_name text NOT NULL,
    entry_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_settlement_adjustments PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_settlement_adjustments_merchant_id FOREIGN KEY (merchant_id) REFERENCES merchants,
    CONSTRAINT uq_settlement_adjustments_entry UNIQUE (merchant_id, entry_id),
    CONSTRAINT ck_settlement_adjustments_approved CHECK (
        (requested_by_kind, requested_by_id) IS DISTINCT FROM (approved_by_kind, approved_by_id))
);
CREATE TABLE reserve_holds (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    settlement_id uuid NOT NULL,
    currency text NOT NULL CONSTRAINT ck_reserve_holds_currency CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint NOT NULL CONSTRAINT ck_reserve_holds_amount CHECK (amount_minor > 0),
    release_on date NOT NULL,
    releases_at timestamptz NOT NULL,
    entry_id uuid NOT NULL,
    held_at timestamptz NOT NULL,
    released_at timestamptz,
    release_entry_id uuid,
    version bigint NOT NULL,
    CONSTRAINT pk_reserve_holds PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_reserve_holds_settlement_id
        FOREIGN KEY (merchant_id, settlement_id) REFERENCES settlements (merchant_id, id),
    CONSTRAINT uq_reserve_holds_settlement UNIQUE (merchant_id, settlement_id),
    CONSTRAINT ck_reserve_holds_released CHECK ((released_at IS NULL) = (release_entry_id IS NULL))
);
CREATE TABLE settlement_lines (
    merchant_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    position smallint NOT NULL,
    settlement_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT ck_settlement_lines_kind CHECK (
        kind IN ('CAPTURE', 'REFUND', 'FEE', 'DISPUTE', 'DISPUTE_FEE', 'DISPUTE_REVERSAL', 'RESERVE_HOLD',
                 'RESERVE_RELEASE', 'ADJUSTMENT', 'CARRIED_OVER')),
    amount_minor bigint NOT NULL CONSTRAINT ck_settlement_lines_amount CHECK (amount_minor <> 0),
    currency text NOT NULL,
    payment_id uuid,
    dispute_id uuid,
    posted_at timestamptz NOT NULL,
    CONSTRAINT pk_settlement_lines PRIMARY KEY (merchant_id, entry_id, position)
) PARTITION BY RANGE (entry_id)
"""
# Newest first by every column that lists are ordered by; the settlement_accounts by what the clock looks for.
_INDEXES = {
    "settlement_accounts": {
        "ix_settlement_accounts_open_until": "(open_until) WHERE open_until IS NOT NULL",
        "ix_settlement_accounts_currency": "(currency, merchant_id)",
    },
    "settlements": {
        "ix_settlements_id": "(id)",
        "ix_settlements_closes": "(closes_at, merchant_id, currency) WHERE status = 'OPEN' AND closes_at IS NOT NULL",
        "ix_settlements_open": "(merchant_id, currency, number) WHERE status = 'OPEN'",
        "ix_settlements_unpaid": "(merchant_id, currency, number) WHERE status = 'CLOSED' AND payout_id IS NULL",
        "ix_settlements_payout": "(merchant_id, payout_id) WHERE payout_id IS NOT NULL",
        "ix_settlements_settles_on": "(settles_on, id)",
        "ix_settlements_merchant_settles_on": "(merchant_id, settles_on, id)",
        "ix_settlements_net": "(net_scaled, id)",
        "ix_settlements_merchant_net": "(merchant_id, net_scaled, id)",
    },
    "settlement_adjustments": {"ix_settlement_adjustments_id": "(id)"},
    "reserve_holds": {
        "ix_reserve_holds_id": "(id)",
        "ix_reserve_holds_releases": "(releases_at, id) WHERE released_at IS NULL",
        "ix_reserve_holds_merchant_held": "(merchant_id, currency, releases_at) WHERE released_at IS NULL",
    },
    "settlement_lines": {
        "ix_settlement_lines_settlement": "(merchant_id, settlement_id, kind, entry_id, position)",
        "ix_settlement_lines_payment": "(merchant_id, payment_id) WHERE payment_id IS NOT NULL",
    },
}
# Whose settlement it is, and which one, stays as it was opened; a closed one's sums stay by the trigger.
_CHANGING = (
    "merchant_name, status, cut_off, settles_on, closes_at, captures_minor, refunds_minor, fees_minor, disputes_minor,"
    " dispute_fees_minor, dispute_reversals_minor, reserve_held_minor, reserve_released_minor, adjustments_minor,"
    " carried_in_minor, carried_out_minor, net_minor, line_count, entry_id, payout_id, closed_at, paid_out_at, version"
)
_RELEASING = "released_at, release_entry_id, version"
_KEEP_CLOSED = """
CREATE FUNCTION keep_closed_settlement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) - '{status,payout_id,paid_out_at,version,net_scaled}'::text[])
       IS DISTINCT FROM (to_jsonb(NEW) - '{status,payout_id,paid_out_at,version,net_scaled}'::text[]) THEN
        RAISE EXCEPTION 'settlement % is closed', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Make the tables; lines never change, nor does a settlement that was closed."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    op.execute(_KEEP_CLOSED)
    op.execute(
        "CREATE TRIGGER keep_closed BEFORE UPDATE ON settlements FOR EACH ROW WHEN (OLD.status <> 'OPEN')"
        " EXECUTE FUNCTION keep_closed_settlement()"
    )
    partition("settlement_lines")
    for table, indexes in _INDEXES.items():
        for name, definition in indexes.items():
            op.execute(f"CREATE INDEX {name} ON {table} {definition}")
    fence("settlement_accounts")
    fence("settlements", grants=f"SELECT, INSERT, UPDATE ({_CHANGING})")
    fence("reserve_holds", grants=f"SELECT, INSERT, UPDATE ({_RELEASING})")
    for table in ("settlement_adjustments", "settlement_lines"):
        fence(table, grants="SELECT, INSERT")
        append_only(table)
    op.execute("GRANT SELECT, UPDATE ON settlement_openings TO paydesk_app")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE settlement_lines, reserve_holds, settlement_adjustments, settlements, settlement_accounts")
    op.execute("DROP TABLE settlement_openings")
    op.execute("DROP FUNCTION keep_closed_settlement")
