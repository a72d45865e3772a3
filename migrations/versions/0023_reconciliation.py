"""Bank statements, their entries, and what did not match."""

from __future__ import annotations

from alembic import op

from migrations.fences import APP_ROLE, append_only, fence
from migrations.partitions import partition

revision = "0023_reconciliation"
down_revision = "0022_payment_files"
branch_labels = None
depends_on = None

_PLATFORM = "'00000000-0000-0000-0000-000000000000'"
_RULES = (
    "('NOT_XML', 'ENTITY_DECLARED', 'WRONG_VERSION', 'TRUNCATED', 'TOO_LARGE', 'TOO_DEEP', 'TEXT_TOO_LONG',"
    " 'ELEMENT_MISSING', 'VALUE_MALFORMED', 'AMOUNT_MALFORMED', 'CURRENCY_MISMATCH', 'BATCH_MISMATCH',"
    " 'BALANCE_MISSING', 'BALANCE_MISMATCH', 'UNKNOWN_ACCOUNT', 'CONTENT_CHANGED', 'NO_STATEMENT', 'NOT_READ')"
)
_REASONS = (
    "('NO_REFERENCE', 'NO_SUCH_PAYOUT', 'NO_SUCH_REMITTANCE', 'AMOUNT_DIFFERS', 'CURRENCY_DIFFERS', 'ACCOUNT_DIFFERS',"
    " 'ALREADY_PAID', 'ALREADY_RETURNED', 'ALREADY_MATCHED', 'NOT_YET_PAID', 'NOT_IN_TRANSIT', 'AMBIGUOUS')"
)
_RESOLUTIONS = (
    "('BANK_CHARGE', 'BANK_ERROR', 'INTEREST', 'OWN_TRANSFER', 'PAID_TWICE', 'AMOUNT_DIFFERENCE', 'UNKNOWN_PAYER',"
    " 'OTHER')"
)
# All but matches are the platform's own, which is no row of merchants: nothing here refers to those. A match with a
# payout is the payout's merchant's, who may see of the entry what the match holds.
# An entry has no foreign key to its statement: a million of them at once would each look it up. `paydesk verify` does.
_TABLES = f"""
CREATE TABLE statement_imports (
    merchant_id uuid NOT NULL CONSTRAINT ck_statement_imports_platform CHECK (merchant_id = {_PLATFORM}),
    id uuid NOT NULL,
    status text NOT NULL CONSTRAINT ck_statement_imports_status CHECK (status IN (
        'AWAITING_UPLOAD', 'RECEIVED', 'READING', 'IMPORTED', 'QUARANTINED', 'DUPLICATE', 'EXPIRED')),
    source text NOT NULL CONSTRAINT ck_statement_imports_source CHECK (source IN ('UPLOAD', 'TEXT', 'INBOX')),
    name text NOT NULL CONSTRAINT ck_statement_imports_name CHECK (length(name) BETWEEN 1 AND 255),
    origin text,
    key text NOT NULL,
    size_bytes bigint CONSTRAINT ck_statement_imports_size CHECK (size_bytes >= 0),
    sha256 text CONSTRAINT ck_statement_imports_sha256 CHECK (sha256 ~ '^[0-9a-f]{{64}}$'),
    entries bigint NOT NULL CONSTRAINT ck_statement_imports_entries CHECK (entries >= 0),
    bytes_read bigint NOT NULL CONSTRAINT ck_statement_imports_bytes_read CHECK (bytes_read >= 0),
    rule text CONSTRAINT ck_statement_imports_rule CHECK (rule IN {_RULES}),
    line bigint CONSTRAINT ck_statement_imports_line CHECK (line >= 0),
    message text,
    duplicate_of uuid,
    requested_by_id uuid,
    requested_by_name text NOT NULL,
    tries integer NOT NULL CONSTRAINT ck_statement_imports_tries CHECK (tries >= 0),
    leased_until timestamptz,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    finished_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT pk_statement_imports PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_statement_imports_origin UNIQUE (merchant_id, origin),
    CONSTRAINT uq_statement_imports_key UNIQUE (merchant_id, key),
    CONSTRAINT fk_statement_imports_duplicate_of
        FOREIGN KEY (merchant_id, duplicate_of) REFERENCES statement_imports (merchant_id, id),
    CONSTRAINT ck_statement_imports_quarantined CHECK (
        (status = 'QUARANTINED') = (rule IS NOT NULL) AND (rule IS NULL) = (message IS NULL)),
    CONSTRAINT ck_statement_imports_duplicate CHECK ((status = 'DUPLICATE') = (duplicate_of IS NOT NULL)),
    CONSTRAINT ck_statement_imports_leased CHECK ((status = 'READING') = (leased_until IS NOT NULL)),
    CONSTRAINT ck_statement_imports_imported CHECK (status <> 'IMPORTED' OR sha256 IS NOT NULL)
);
CREATE TABLE bank_statements (
    merchant_id uuid NOT NULL CONSTRAINT ck_bank_statements_platform CHECK (merchant_id = {_PLATFORM}),
    id uuid NOT NULL,
    import_id uuid NOT NULL,
    ordinal integer NOT NULL CONSTRAINT ck_bank_statements_ordinal CHECK (ordinal > 0),
    status text NOT NULL
        CONSTRAINT ck_bank_statements_status CHECK (status IN ('READING', 'IMPORTED', 'DUPLICATE')),
    account text NOT NULL,
    currency text NOT NULL CONSTRAINT ck_bank_statements_currency CHECK (currency ~ '^[A-Z]{{3}}$'),
    reference text NOT NULL,
    sequence bigint,
    legal_sequence bigint,
    period_from text,
    period_to text,
    opening_minor bigint NOT NULL,
    opening_on date NOT NULL,
    closing_minor bigint NOT NULL,
    closing_on date NOT NULL,
    identity text NOT NULL,
    content text,
    stored bigint NOT NULL CONSTRAINT ck_bank_statements_stored CHECK (stored >= 0),
    stored_content text,
    credits_minor bigint NOT NULL CONSTRAINT ck_bank_statements_credits CHECK (credits_minor >= 0),
    debits_minor bigint NOT NULL CONSTRAINT ck_bank_statements_debits CHECK (debits_minor >= 0),
    noted bigint NOT NULL CONSTRAINT ck_bank_statements_noted CHECK (noted >= 0),
    gap_minor bigint CONSTRAINT ck_bank_statements_gap CHECK (gap_minor <> 0),
    matched_through bigint NOT NULL,
    created_at timestamptz NOT NULL,
    imported_at timestamptz,
    CONSTRAINT pk_bank_statements PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_bank_statements_ordinal UNIQUE (merchant_id, import_id, ordinal, id),
    CONSTRAINT fk_bank_statements_import_id
        FOREIGN KEY (merchant_id, import_id) REFERENCES statement_imports (merchant_id, id),
    CONSTRAINT ck_bank_statements_imported CHECK (
        (status = 'IMPORTED') = (imported_at IS NOT NULL) AND (status = 'READING') = (content IS NULL)),
    CONSTRAINT ck_bank_statements_balance CHECK (
        status <> 'IMPORTED' OR opening_minor + credits_minor - debits_minor = closing_minor),
    CONSTRAINT ck_bank_statements_matched CHECK (matched_through BETWEEN 0 AND stored)
);
CREATE TABLE bank_entries (
    merchant_id uuid NOT NULL CONSTRAINT ck_bank_entries_platform CHECK (merchant_id = {_PLATFORM}),
    id uuid NOT NULL,
    statement_id uuid NOT NULL,
    position bigint NOT NULL CONSTRAINT ck_bank_entries_position CHECK (position > 0),
    line bigint NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    booked_on date NOT NULL,
    value_on date,
    reversal boolean NOT NULL,
    end_to_end_id text,
    bank_reference text,
    entry_reference text,
    reference text,
    transaction_code text,
    return_reason text,
    counterparty text,
    CONSTRAINT pk_bank_entries PRIMARY KEY (merchant_id, id)
) PARTITION BY RANGE (id);
CREATE TABLE bank_matches (
    merchant_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT ck_bank_matches_kind CHECK (
        kind IN ('PAYOUT', 'PAYOUT_RETURN', 'REMITTANCE', 'SUSPENSE')),
    subject_id uuid NOT NULL,
    account text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    booked_on date NOT NULL,
    value_on date,
    bank_reference text,
    return_reason text,
    by_hand boolean NOT NULL,
    matched_by_name text NOT NULL,
    matched_at timestamptz NOT NULL,
    CONSTRAINT pk_bank_matches PRIMARY KEY (merchant_id, entry_id),
    CONSTRAINT uq_bank_matches_entry UNIQUE (entry_id),
    CONSTRAINT uq_bank_matches_subject UNIQUE (merchant_id, subject_id, kind),
    CONSTRAINT ck_bank_matches_owner CHECK (
        (kind IN ('PAYOUT', 'PAYOUT_RETURN')) = (merchant_id <> {_PLATFORM}))
);
CREATE TABLE reconciliation_items (
    merchant_id uuid NOT NULL CONSTRAINT ck_reconciliation_items_platform CHECK (merchant_id = {_PLATFORM}),
    id uuid NOT NULL,
    entry_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    account text NOT NULL,
    status text NOT NULL CONSTRAINT ck_reconciliation_items_status CHECK (
        status IN ('UNMATCHED', 'MATCHED', 'BREAK', 'RESOLVED')),
    reason text NOT NULL CONSTRAINT ck_reconciliation_items_reason CHECK (reason IN {_REASONS}),
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    booked_on date NOT NULL,
    suspect_id uuid,
    suspect_owner_id uuid,
    owner_id uuid,
    resolution text CONSTRAINT ck_reconciliation_items_resolution CHECK (resolution IN {_RESOLUTIONS}),
    note text CONSTRAINT ck_reconciliation_items_note CHECK (length(note) <= 1000),
    ledger_entry_id uuid,
    ended_by_name text,
    ended_at timestamptz,
    next_try_at timestamptz,
    opened_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_reconciliation_items PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_reconciliation_items_entry UNIQUE (merchant_id, entry_id),
    CONSTRAINT fk_reconciliation_items_statement_id
        FOREIGN KEY (merchant_id, statement_id) REFERENCES bank_statements (merchant_id, id),
    CONSTRAINT ck_reconciliation_items_ended CHECK (
        (status IN ('MATCHED', 'RESOLVED')) = (ended_at IS NOT NULL)
        AND (ended_at IS NULL) = (ended_by_name IS NULL)),
    CONSTRAINT ck_reconciliation_items_resolved CHECK (
        (status = 'RESOLVED') = (resolution IS NOT NULL) AND (resolution IS NULL OR note IS NOT NULL)),
    CONSTRAINT ck_reconciliation_items_suspect CHECK ((suspect_id IS NULL) = (suspect_owner_id IS NULL)),
    CONSTRAINT ck_reconciliation_items_next_try CHECK (next_try_at IS NULL OR status IN ('UNMATCHED', 'BREAK'))
);
CREATE TABLE remittances (
    merchant_id uuid NOT NULL CONSTRAINT ck_remittances_platform CHECK (merchant_id = {_PLATFORM}),
    id uuid NOT NULL,
    status text NOT NULL CONSTRAINT ck_remittances_status CHECK (status IN ('EXPECTED', 'MATCHED')),
    gateway text NOT NULL,
    reference text NOT NULL CONSTRAINT ck_remittances_reference CHECK (length(reference) BETWEEN 1 AND 140),
    currency text NOT NULL,
    gross_minor bigint NOT NULL CONSTRAINT ck_remittances_gross CHECK (gross_minor > 0),
    costs_minor bigint NOT NULL,
    expected_on date,
    bank_entry_id uuid,
    ledger_entry_id uuid,
    recorded_by_name text NOT NULL,
    created_at timestamptz NOT NULL,
    matched_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT pk_remittances PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_remittances_reference UNIQUE (merchant_id, gateway, reference, currency),
    CONSTRAINT uq_remittances_bank_entry UNIQUE (merchant_id, bank_entry_id),
    CONSTRAINT ck_remittances_costs CHECK (costs_minor >= 0 AND costs_minor < gross_minor),
    CONSTRAINT ck_remittances_matched CHECK (
        (status = 'MATCHED') = (bank_entry_id IS NOT NULL)
        AND (bank_entry_id IS NULL) = (ledger_entry_id IS NULL)
        AND (bank_entry_id IS NULL) = (matched_at IS NULL))
);
CREATE UNIQUE INDEX uq_statement_imports_sha256 ON statement_imports (merchant_id, sha256)
    WHERE status <> 'DUPLICATE' AND sha256 IS NOT NULL;
CREATE INDEX ix_statement_imports_open ON statement_imports (id) WHERE status IN ('RECEIVED', 'READING');
CREATE INDEX ix_statement_imports_awaited ON statement_imports (expires_at) WHERE status = 'AWAITING_UPLOAD';
CREATE INDEX ix_statement_imports_status ON statement_imports (merchant_id, status, id);
CREATE UNIQUE INDEX uq_bank_statements_identity ON bank_statements (merchant_id, identity) WHERE status = 'IMPORTED';
CREATE INDEX ix_bank_statements_account
    ON bank_statements (merchant_id, account, currency, closing_on, id) WHERE status = 'IMPORTED';
CREATE INDEX ix_bank_statements_imported ON bank_statements (merchant_id, id) WHERE status = 'IMPORTED';
CREATE INDEX ix_bank_statements_unmatched
    ON bank_statements (id) WHERE status = 'IMPORTED' AND matched_through < stored;
CREATE INDEX ix_bank_entries_end_to_end ON bank_entries (end_to_end_id) WHERE end_to_end_id IS NOT NULL;
CREATE INDEX ix_reconciliation_items_status ON reconciliation_items (merchant_id, status, id);
CREATE INDEX ix_reconciliation_items_owner ON reconciliation_items (merchant_id, owner_id, id)
    WHERE owner_id IS NOT NULL;
CREATE INDEX ix_reconciliation_items_statement ON reconciliation_items (merchant_id, statement_id, id);
CREATE INDEX ix_reconciliation_items_next_try ON reconciliation_items (next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX ix_remittances_reference ON remittances (reference);
CREATE INDEX ix_remittances_status ON remittances (merchant_id, status, id)
"""

# A payout and a match are kept in two transactions, and no index spans both tables: whoever comes second, by hand or
# by a job, finds that the entry is something else.
_ONCE = (
    """
CREATE FUNCTION match_entry_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('bank entry ' || NEW.entry_id::text, 0));
    IF EXISTS (SELECT FROM payouts WHERE bank_entry_id = NEW.entry_id AND id <> NEW.subject_id)
        OR EXISTS (SELECT FROM payouts WHERE return_entry_id = NEW.entry_id AND id <> NEW.subject_id)
    THEN
        RAISE EXCEPTION 'the entry has moved another payout' USING ERRCODE = 'unique_violation',
            CONSTRAINT = 'uq_bank_entry_once';
    END IF;
    RETURN NEW;
END $$
""",
    "CREATE TRIGGER entry_once BEFORE INSERT ON bank_matches FOR EACH ROW EXECUTE FUNCTION match_entry_once()",
    """
CREATE FUNCTION move_payout_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE entry uuid := coalesce(NEW.return_entry_id, NEW.bank_entry_id);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('bank entry ' || entry::text, 0));
    IF EXISTS (SELECT FROM bank_matches WHERE entry_id = entry AND subject_id <> NEW.id) THEN
        RAISE EXCEPTION 'the entry is something else already' USING ERRCODE = 'unique_violation',
            CONSTRAINT = 'uq_bank_entry_once';
    END IF;
    RETURN NEW;
END $$
""",
    (
        "CREATE TRIGGER entry_once BEFORE UPDATE ON payouts FOR EACH ROW"
        " WHEN ((OLD.bank_entry_id, OLD.return_entry_id) IS DISTINCT FROM (NEW.bank_entry_id, NEW.return_entry_id))"
        " EXECUTE FUNCTION move_payout_once()"
    ),
)


def upgrade() -> None:
    """Make the tables, fence each, and let entries and matches only ever be added."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    # What staff do about bank entries is the platform's, and has its keys there.
    op.execute("ALTER TABLE idempotency_keys DROP CONSTRAINT fk_idempotency_keys_merchant_id")
    for table in ("statement_imports", "bank_statements", "reconciliation_items", "remittances"):
        fence(table)
    for table in ("bank_entries", "bank_matches"):
        fence(table, grants="SELECT, INSERT")
        append_only(table)
    partition("bank_entries")
    for statement in _ONCE:
        op.execute(statement)
    op.execute(f"GRANT EXECUTE ON FUNCTION match_entry_once, move_payout_once TO {APP_ROLE}")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TRIGGER entry_once ON payouts")
    op.execute(f"DELETE FROM idempotency_keys WHERE merchant_id = {_PLATFORM}")
    op.execute(
        "ALTER TABLE idempotency_keys ADD CONSTRAINT fk_idempotency_keys_merchant_id"
        " FOREIGN KEY (merchant_id) REFERENCES merchants"
    )
    op.execute(
        "DROP TABLE remittances, reconciliation_items, bank_matches, bank_entries, bank_statements, statement_imports"
    )
    op.execute("DROP FUNCTION match_entry_once, move_payout_once")
