"""Bank accounts of merchants, and who has read their numbers."""

from __future__ import annotations

from alembic import op

from migrations.fences import append_only, fence

revision = "0020_bank_accounts"
down_revision = "0019_settlements"
branch_labels = None
depends_on = None

_STATUSES = "('PENDING_APPROVAL', 'PENDING_VERIFICATION', 'COOLING', 'ACTIVE', 'REPLACED', 'REMOVED', 'REJECTED')"
_SCHEMES = "('IBAN', 'CBU', 'CVU', 'CLABE', 'US_ACH', 'BR_TED')"
_KINDS = "('USER', 'CLIENT', 'SYSTEM')"
# Nobody approves or verifies what they asked for; two that are told apart by kind and id, as in the domain.
_TABLES = f"""
CREATE TABLE bank_accounts (
    merchant_id uuid NOT NULL CONSTRAINT fk_bank_accounts_merchant_id REFERENCES merchants,
    id uuid NOT NULL,
    currency text NOT NULL CONSTRAINT ck_bank_accounts_currency CHECK (currency ~ '^[A-Z]{{3}}$'),
    country text NOT NULL CONSTRAINT ck_bank_accounts_country CHECK (country ~ '^[A-Z]{{2}}$'),
    holder_name text NOT NULL CONSTRAINT ck_bank_accounts_holder_name CHECK (length(holder_name) BETWEEN 1 AND 70),
    scheme text NOT NULL CONSTRAINT ck_bank_accounts_scheme CHECK (scheme IN {_SCHEMES}),
    number_encrypted bytea NOT NULL
        CONSTRAINT ck_bank_accounts_number_encrypted CHECK (length(number_encrypted) > 28),
    number_hash bytea NOT NULL CONSTRAINT ck_bank_accounts_number_hash CHECK (length(number_hash) = 32),
    last4 text NOT NULL CONSTRAINT ck_bank_accounts_last4 CHECK (length(last4) BETWEEN 1 AND 4),
    masked_number text NOT NULL CONSTRAINT ck_bank_accounts_masked_number CHECK (length(masked_number) <= 14),
    bank_code text,
    branch_code text,
    bic text CONSTRAINT ck_bank_accounts_bic CHECK (length(bic) IN (8, 11)),
    bank_name text,
    status text NOT NULL CONSTRAINT ck_bank_accounts_status CHECK (status IN {_STATUSES}),
    verification text NOT NULL
        CONSTRAINT ck_bank_accounts_verification CHECK (verification IN ('UNVERIFIED', 'VERIFIED', 'FAILED')),
    operation_id uuid NOT NULL,
    requested_by_kind text NOT NULL
        CONSTRAINT ck_bank_accounts_requested_by_kind CHECK (requested_by_kind IN {_KINDS}),
    requested_by_id uuid,
    requested_by_name text NOT NULL,
    approved_by_kind text CONSTRAINT ck_bank_accounts_approved_by_kind CHECK (approved_by_kind IN {_KINDS}),
    approved_by_id uuid,
    approved_by_name text,
    approved_at timestamptz,
    usable_from timestamptz,
    verified_by_kind text CONSTRAINT ck_bank_accounts_verified_by_kind CHECK (verified_by_kind IN {_KINDS}),
    verified_by_id uuid,
    verified_by_name text,
    verified_at timestamptz,
    verification_note text CONSTRAINT ck_bank_accounts_verification_note CHECK (length(verification_note) <= 255),
    ended_reason text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_bank_accounts PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_bank_accounts_operation UNIQUE (merchant_id, operation_id),
    CONSTRAINT ck_bank_accounts_approved CHECK (
        (approved_at IS NULL) = (approved_by_kind IS NULL)
        AND (approved_at IS NULL) = (approved_by_name IS NULL)
        AND (approved_at IS NULL) = (usable_from IS NULL)
        AND usable_from >= approved_at),
    CONSTRAINT ck_bank_accounts_approver_is_another CHECK (
        approved_by_kind IS NULL
        OR (approved_by_kind, approved_by_id) IS DISTINCT FROM (requested_by_kind, requested_by_id)),
    CONSTRAINT ck_bank_accounts_verified CHECK (
        (verification = 'UNVERIFIED') = (verified_at IS NULL)
        AND (verified_at IS NULL) = (verified_by_kind IS NULL)
        AND (verified_at IS NULL) = (verified_by_name IS NULL)),
    CONSTRAINT ck_bank_accounts_verifier_is_another CHECK (
        verified_by_kind IS NULL
        OR (verified_by_kind, verified_by_id) IS DISTINCT FROM (requested_by_kind, requested_by_id)),
    CONSTRAINT ck_bank_accounts_paid_to CHECK (
        status IN ('PENDING_APPROVAL', 'REJECTED')
        OR (approved_at IS NOT NULL AND (status IN ('PENDING_VERIFICATION', 'REMOVED') OR verification = 'VERIFIED')))
);
CREATE TABLE bank_account_reveals (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    revealed_by_kind text NOT NULL
        CONSTRAINT ck_bank_account_reveals_revealed_by_kind CHECK (revealed_by_kind = 'USER'),
    revealed_by_id uuid NOT NULL,
    revealed_by_name text NOT NULL,
    reason text NOT NULL CONSTRAINT ck_bank_account_reveals_reason CHECK (length(reason) BETWEEN 1 AND 255),
    revealed_at timestamptz NOT NULL,
    CONSTRAINT pk_bank_account_reveals PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_bank_account_reveals_bank_account_id
        FOREIGN KEY (merchant_id, bank_account_id) REFERENCES bank_accounts (merchant_id, id)
);
CREATE INDEX ix_bank_accounts_id ON bank_accounts (id);
CREATE INDEX ix_bank_accounts_merchant ON bank_accounts (merchant_id, currency, id);
CREATE INDEX ix_bank_accounts_merchant_status ON bank_accounts (merchant_id, status, id);
CREATE INDEX ix_bank_accounts_status ON bank_accounts (status, id);
CREATE INDEX ix_bank_accounts_usable_from ON bank_accounts (usable_from) WHERE status = 'COOLING';
CREATE UNIQUE INDEX uq_bank_accounts_active ON bank_accounts (merchant_id, currency) WHERE status = 'ACTIVE';
CREATE UNIQUE INDEX uq_bank_accounts_under_way ON bank_accounts (merchant_id, currency)
    WHERE status IN ('PENDING_APPROVAL', 'PENDING_VERIFICATION', 'COOLING');
CREATE UNIQUE INDEX uq_bank_accounts_number ON bank_accounts (merchant_id, currency, number_hash)
    WHERE status IN ('PENDING_APPROVAL', 'PENDING_VERIFICATION', 'COOLING', 'ACTIVE');
CREATE INDEX ix_bank_account_reveals_account ON bank_account_reveals (merchant_id, bank_account_id, id);
CREATE INDEX ix_bank_account_reveals_reader ON bank_account_reveals (revealed_by_id, revealed_at)
"""


def upgrade() -> None:
    """Make the tables; who has read a number stays written down for good."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    fence("bank_accounts")
    fence("bank_account_reveals", grants="SELECT, INSERT")
    append_only("bank_account_reveals")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE bank_account_reveals, bank_accounts")
