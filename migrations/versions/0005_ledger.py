"""The ledger: entries, postings, snapshots of balances, and the triggers that keep it true."""

from __future__ import annotations

from alembic import op

from migrations.fences import append_only, fence
from migrations.partitions import partition

revision = "0005_ledger"
down_revision = "0004_events_and_audit"
branch_labels = None
depends_on = None

_ENTRIES = """
CREATE TABLE ledger_entries (
    merchant_id uuid NOT NULL CONSTRAINT fk_ledger_entries_merchant_id REFERENCES merchants,
    id uuid NOT NULL,
    kind text NOT NULL,
    payment_id uuid,
    operation_id uuid,
    posted_at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT pk_ledger_entries PRIMARY KEY (merchant_id, id)
) PARTITION BY RANGE (id)
"""

_POSTINGS = """
CREATE TABLE ledger_postings (
    merchant_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    position smallint NOT NULL,
    account text NOT NULL CONSTRAINT ck_ledger_postings_account
        CHECK (account IN ('pending', 'available', 'reserve', 'fees_revenue', 'network_costs', 'payouts_in_transit',
                           'suspense') OR account ~ '^(gateway_clearing|bank):.+$'),
    currency text NOT NULL CONSTRAINT ck_ledger_postings_currency CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint NOT NULL CONSTRAINT ck_ledger_postings_amount CHECK (amount_minor <> 0),
    posted_at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT pk_ledger_postings PRIMARY KEY (merchant_id, entry_id, position)
) PARTITION BY RANGE (entry_id)
"""

_SNAPSHOTS = """
CREATE TABLE ledger_snapshots (
    merchant_id uuid NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    horizon xid8 NOT NULL,
    through timestamptz NOT NULL,
    balance_minor numeric(40) NOT NULL,
    taken_at timestamptz NOT NULL,
    CONSTRAINT pk_ledger_snapshots PRIMARY KEY (merchant_id, account, currency, horizon)
)
"""

# One look at all postings of the statement: each entry's must sum to zero together, and join an entry that this very
# transaction has made, so nobody can add to an entry of the past, not even in balance.
_CHECK_POSTINGS = """
CREATE FUNCTION check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM inserted GROUP BY merchant_id, entry_id, currency HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'the postings of an entry must sum to zero in each currency' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT merchant_id, entry_id, posted_at, xid FROM inserted) AS i
        LEFT JOIN ledger_entries AS e ON e.merchant_id = i.merchant_id AND e.id = i.entry_id
        WHERE e.xid IS DISTINCT FROM pg_current_xact_id() OR i.xid <> e.xid OR i.posted_at <> e.posted_at
    ) THEN
        RAISE EXCEPTION 'postings belong to an entry of the same transaction and moment'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

_CHECK_ENTRIES = """
CREATE FUNCTION check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.xid <> pg_current_xact_id() OR NOT EXISTS (
        SELECT FROM ledger_postings WHERE merchant_id = NEW.merchant_id AND entry_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'entry % has no postings', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Make the tables; PostgreSQL itself refuses an unbalanced or changed entry, whoever writes it."""
    op.execute(_CHECK_POSTINGS)
    op.execute(_CHECK_ENTRIES)
    op.execute(_ENTRIES)
    op.execute("CREATE INDEX ix_ledger_entries_payment ON ledger_entries (merchant_id, payment_id, id)")
    op.execute("CREATE INDEX ix_ledger_entries_id ON ledger_entries (id)")
    partition("ledger_entries")
    op.execute(_POSTINGS)
    op.execute(
        "CREATE INDEX ix_ledger_postings_balance ON ledger_postings (merchant_id, account, currency, xid)"
        " INCLUDE (posted_at, amount_minor)"
    )
    op.execute("CREATE INDEX ix_ledger_postings_xid ON ledger_postings (xid)")
    partition("ledger_postings")
    op.execute(_SNAPSHOTS)
    op.execute("CREATE INDEX ix_ledger_snapshots_horizon ON ledger_snapshots (horizon)")
    op.execute(
        "CREATE TRIGGER check_postings AFTER INSERT ON ledger_postings REFERENCING NEW TABLE AS inserted"
        " FOR EACH STATEMENT EXECUTE FUNCTION check_postings()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER check_entry AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION check_entry()"
    )
    for table in ("ledger_entries", "ledger_postings", "ledger_snapshots"):
        fence(table, grants="SELECT, INSERT")
        append_only(table)


def downgrade() -> None:
    """Drop it all."""
    op.execute("DROP TABLE ledger_snapshots, ledger_postings, ledger_entries")
    op.execute("DROP FUNCTION check_postings")
    op.execute("DROP FUNCTION check_entry")
