"""Payouts, their attempts and the policies of their approval."""

from __future__ import annotations

from alembic import op

from migrations.fences import APP_ROLE, append_only, fence, grant

revision = "0021_payouts"
down_revision = "0020_bank_accounts"
branch_labels = None
depends_on = None

_STATUSES = (
    "('AWAITING_APPROVAL', 'HELD', 'APPROVED', 'IN_TRANSIT', 'PAID', 'REJECTED', 'CANCELED', 'FAILED', 'RETURNED')"
)
_KINDS = "('USER', 'CLIENT', 'SYSTEM')"
_UNDECIDED = "('AWAITING_APPROVAL', 'HELD')"
_CODE = "'^[A-Z0-9]{4}$'"

# The checks say again what the noun says, whoever writes: an approver is a person and never the requester, or a policy
# approved what is within its limit; nothing is sent that was not approved.
_TABLES = f"""
CREATE TABLE payouts (
    merchant_id uuid NOT NULL CONSTRAINT fk_payouts_merchant_id REFERENCES merchants,
    id uuid NOT NULL,
    currency text NOT NULL CONSTRAINT ck_payouts_currency CHECK (currency ~ '^[A-Z]{{3}}$'),
    currency_exponent smallint NOT NULL CONSTRAINT ck_payouts_exponent CHECK (currency_exponent BETWEEN 0 AND 4),
    amount_minor bigint NOT NULL CONSTRAINT ck_payouts_amount CHECK (amount_minor BETWEEN 1 AND 100000000000000),
    amount_scaled bigint GENERATED ALWAYS AS (amount_minor * (10 ^ (4 - currency_exponent))::bigint) STORED,
    status text NOT NULL CONSTRAINT ck_payouts_status CHECK (status IN {_STATUSES}),
    bank_account_id uuid NOT NULL,
    settlement_id uuid,
    end_to_end_id text NOT NULL CONSTRAINT ck_payouts_end_to_end_id CHECK (end_to_end_id ~ '^[0-9A-Z]{{1,35}}$'),
    reason text CONSTRAINT ck_payouts_reason CHECK (length(reason) BETWEEN 1 AND 255),
    requested_by_kind text NOT NULL CONSTRAINT ck_payouts_requested_by_kind CHECK (requested_by_kind IN {_KINDS}),
    requested_by_id uuid,
    requested_by_name text NOT NULL,
    approved_by_kind text,
    approved_by_id uuid,
    approved_by_name text,
    approved_by_policy boolean NOT NULL,
    policy_limit_minor bigint,
    policy_sum_minor bigint,
    decided_at timestamptz,
    decision_reason text CONSTRAINT ck_payouts_decision_reason CHECK (length(decision_reason) BETWEEN 1 AND 255),
    hold_reason text CONSTRAINT ck_payouts_hold_reason CHECK (length(hold_reason) BETWEEN 1 AND 255),
    failure_code text CONSTRAINT ck_payouts_failure_code CHECK (failure_code ~ {_CODE}),
    failure_message text CONSTRAINT ck_payouts_failure_message CHECK (length(failure_message) <= 500),
    payment_file_id uuid,
    execution_on date,
    bank_entry_id uuid,
    return_entry_id uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    sent_at timestamptz,
    paid_at timestamptz,
    failed_at timestamptz,
    returned_at timestamptz,
    attempt_count integer NOT NULL CONSTRAINT ck_payouts_attempt_count CHECK (attempt_count >= 0),
    version bigint NOT NULL CONSTRAINT ck_payouts_version CHECK (version > 0),
    CONSTRAINT pk_payouts PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_payouts_end_to_end_id UNIQUE (end_to_end_id),
    CONSTRAINT fk_payouts_bank_account_id
        FOREIGN KEY (merchant_id, bank_account_id) REFERENCES bank_accounts (merchant_id, id),
    CONSTRAINT ck_payouts_requester CHECK (requested_by_kind = 'SYSTEM' OR requested_by_id IS NOT NULL),
    CONSTRAINT ck_payouts_approver CHECK (
        (approved_by_kind IS NULL) = (approved_by_id IS NULL) AND (approved_by_id IS NULL) = (approved_by_name IS NULL)
        AND (approved_by_id IS NULL OR (approved_by_kind = 'USER'
            AND (requested_by_kind, requested_by_id) IS DISTINCT FROM (approved_by_kind, approved_by_id)))),
    CONSTRAINT ck_payouts_policy CHECK (
        NOT approved_by_policy OR coalesce(
            amount_minor <= policy_sum_minor AND policy_sum_minor <= policy_limit_minor, false)),
    CONSTRAINT ck_payouts_approved CHECK (CASE
        WHEN status IN ('AWAITING_APPROVAL', 'HELD', 'REJECTED') THEN approved_by_id IS NULL AND NOT approved_by_policy
        WHEN status = 'CANCELED' THEN approved_by_id IS NULL OR NOT approved_by_policy
        ELSE (approved_by_id IS NOT NULL) <> approved_by_policy END),
    CONSTRAINT ck_payouts_decided CHECK ((status NOT IN {_UNDECIDED}) = (decided_at IS NOT NULL)),
    CONSTRAINT ck_payouts_told CHECK ((status IN ('REJECTED', 'CANCELED')) = (decision_reason IS NOT NULL)),
    CONSTRAINT ck_payouts_held CHECK ((status = 'HELD') = (hold_reason IS NOT NULL)),
    CONSTRAINT ck_payouts_filed CHECK (
        payment_file_id IS NULL OR status IN ('APPROVED', 'IN_TRANSIT', 'PAID', 'FAILED', 'RETURNED')),
    CONSTRAINT ck_payouts_sent CHECK (
        status NOT IN ('IN_TRANSIT', 'PAID', 'RETURNED') OR (payment_file_id IS NOT NULL AND sent_at IS NOT NULL)),
    CONSTRAINT ck_payouts_paid CHECK (
        (status IN ('PAID', 'RETURNED')) = (paid_at IS NOT NULL) AND (paid_at IS NULL) = (bank_entry_id IS NULL)),
    CONSTRAINT ck_payouts_returned CHECK (
        (status = 'RETURNED') = (returned_at IS NOT NULL) AND (returned_at IS NULL) = (return_entry_id IS NULL)),
    CONSTRAINT ck_payouts_failed CHECK ((status = 'FAILED') = (failed_at IS NOT NULL)),
    CONSTRAINT ck_payouts_why CHECK ((status IN ('FAILED', 'RETURNED')) = (failure_code IS NOT NULL))
);
CREATE TABLE payout_attempts (
    merchant_id uuid NOT NULL,
    payout_id uuid NOT NULL,
    number integer NOT NULL CONSTRAINT ck_payout_attempts_number CHECK (number > 0),
    outcome text NOT NULL
        CONSTRAINT ck_payout_attempts_outcome CHECK (outcome IN ('DELIVERED', 'PAID', 'FAILED', 'RETURNED')),
    payment_file_id uuid,
    bank_entry_id uuid,
    code text CONSTRAINT ck_payout_attempts_code CHECK (code ~ {_CODE}),
    detail text CONSTRAINT ck_payout_attempts_detail CHECK (length(detail) <= 500),
    at timestamptz NOT NULL,
    CONSTRAINT pk_payout_attempts PRIMARY KEY (merchant_id, payout_id, number),
    CONSTRAINT fk_payout_attempts_payout_id FOREIGN KEY (merchant_id, payout_id) REFERENCES payouts (merchant_id, id)
);
CREATE TABLE payout_policies (
    currency text NOT NULL CONSTRAINT ck_payout_policies_currency CHECK (currency ~ '^[A-Z]{{3}}$'),
    automatic_up_to_minor bigint NOT NULL
        CONSTRAINT ck_payout_policies_automatic_up_to CHECK (automatic_up_to_minor >= 0),
    operation_id uuid NOT NULL,
    requested_by_kind text NOT NULL
        CONSTRAINT ck_payout_policies_requested_by_kind CHECK (requested_by_kind IN {_KINDS}),
    requested_by_id uuid NOT NULL,
    requested_by_name text NOT NULL,
    approved_by_kind text NOT NULL CONSTRAINT ck_payout_policies_approved_by_kind CHECK (approved_by_kind = 'USER'),
    approved_by_id uuid NOT NULL,
    approved_by_name text NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL CONSTRAINT ck_payout_policies_version CHECK (version > 0),
    CONSTRAINT pk_payout_policies PRIMARY KEY (currency),
    CONSTRAINT ck_payout_policies_approver CHECK (
        (requested_by_kind, requested_by_id) IS DISTINCT FROM (approved_by_kind, approved_by_id))
);
CREATE INDEX ix_payouts_id ON payouts (id);
CREATE INDEX ix_payouts_merchant_status ON payouts (merchant_id, status, id);
CREATE INDEX ix_payouts_amount ON payouts (amount_scaled, id);
CREATE INDEX ix_payouts_merchant_amount ON payouts (merchant_id, amount_scaled, id);
CREATE INDEX ix_payouts_status ON payouts (status, id);
CREATE INDEX ix_payouts_bank_account ON payouts (merchant_id, bank_account_id, id);
CREATE INDEX ix_payouts_settlement ON payouts (settlement_id) WHERE settlement_id IS NOT NULL;
CREATE INDEX ix_payouts_file ON payouts (payment_file_id, id) WHERE payment_file_id IS NOT NULL;
CREATE INDEX ix_payouts_unfiled ON payouts (currency, id) WHERE status = 'APPROVED' AND payment_file_id IS NULL;
CREATE INDEX ix_payouts_undecided ON payouts (merchant_id, currency) WHERE status IN {_UNDECIDED};
CREATE INDEX ix_payouts_by_policy ON payouts (merchant_id, currency, decided_at) WHERE approved_by_policy;
CREATE UNIQUE INDEX uq_payouts_bank_entry ON payouts (bank_entry_id) WHERE bank_entry_id IS NOT NULL;
CREATE UNIQUE INDEX uq_payouts_return_entry ON payouts (return_entry_id) WHERE return_entry_id IS NOT NULL
"""
# What nobody changes is not granted to be changed: else whoever may write could take the requester's name off a payout
# and then approve it, or let it be more money.
_CHANGING = (
    "status, approved_by_kind, approved_by_id, approved_by_name, approved_by_policy, decided_at,"
    " decision_reason, hold_reason, failure_code, failure_message, payment_file_id, execution_on, bank_entry_id,"
    " return_entry_id, updated_at, sent_at, paid_at, failed_at, returned_at, attempt_count, version"
)
# No merchant's connection sees what the platform trusts in.
_OF_PLATFORM = f"""
CREATE POLICY platform_fence ON payout_policies TO {APP_ROLE}
USING ((SELECT current_setting('paydesk.merchants', true)) = '*')
"""
# A constraint cannot tell a new row from a changed one, and sees no other table.
_BEGINNING = (
    """
CREATE FUNCTION begin_payout() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status = 'AWAITING_APPROVAL' AND NEW.policy_limit_minor IS NULL AND NEW.policy_sum_minor IS NULL THEN
        RETURN NULL;
    END IF;
    IF NEW.status = 'APPROVED' AND NEW.approved_by_policy AND NEW.payment_file_id IS NULL AND EXISTS (
        SELECT FROM payout_policies AS p
        WHERE p.currency = NEW.currency AND p.automatic_up_to_minor = NEW.policy_limit_minor
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a payout begins with nobody''s approval but that of the policy in force'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_payouts_beginning';
END $$
""",
    "CREATE TRIGGER payouts_begin AFTER INSERT ON payouts FOR EACH ROW EXECUTE FUNCTION begin_payout()",
)


def upgrade() -> None:
    """Make the tables, fence those of merchants; the policies are the platform's. Attempts stay as they are."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    for statement in _BEGINNING:
        op.execute(statement)
    op.execute(f"GRANT EXECUTE ON FUNCTION begin_payout TO {APP_ROLE}")
    fence("payouts", grants=f"SELECT, INSERT, UPDATE ({_CHANGING})")
    fence("payout_attempts", grants="SELECT, INSERT")
    append_only("payout_attempts")
    op.execute("ALTER TABLE payout_policies ENABLE ROW LEVEL SECURITY")
    op.execute(_OF_PLATFORM)
    grant("payout_policies", "SELECT, INSERT, UPDATE")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE payout_policies, payout_attempts, payouts")
    op.execute("DROP FUNCTION begin_payout")
