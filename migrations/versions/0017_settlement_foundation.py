"""What settlements, payouts and remittances post, what of them needs approval, and room for their tables."""

from __future__ import annotations

from alembic import op

from migrations.partitions import FUNCTIONS

revision = "0017_settlement_foundation"
down_revision = "0016_double_losses"
branch_labels = None
depends_on = None

_PLATFORM = "'00000000-0000-0000-0000-000000000000'"
_FORMER_ACTIONS = "('REFUND_PAYMENT', 'ACCEPT_DISPUTE', 'PUBLISH_FRAUD_RULE')"
_ACTIONS = (
    "('REFUND_PAYMENT', 'ACCEPT_DISPUTE', 'PUBLISH_FRAUD_RULE', 'CHANGE_FEE_PLAN', 'CHANGE_BANK_ACCOUNT',"
    " 'ADJUST_SETTLEMENT', 'SET_PAYOUT_POLICY')"
)
_NEW_ACTIONS = "('CHANGE_FEE_PLAN', 'CHANGE_BANK_ACCOUNT', 'ADJUST_SETTLEMENT', 'SET_PAYOUT_POLICY')"
_FORMER_SUBJECTS = "('payment', 'dispute', 'fraud_rule')"
_SUBJECTS = "('payment', 'dispute', 'fraud_rule', 'merchant', 'bank_account', 'adjustment', 'payout_policy')"
_WITHOUT_AMOUNT = "('PUBLISH_FRAUD_RULE', 'CHANGE_FEE_PLAN', 'CHANGE_BANK_ACCOUNT', 'SET_PAYOUT_POLICY')"
_PLATFORM_ACTIONS = "('PUBLISH_FRAUD_RULE', 'SET_PAYOUT_POLICY')"

# Money between a gateway and the bank is no merchant's, and no row of merchants can stand for the platform.
_LEDGER = """
ALTER TABLE ledger_entries DROP CONSTRAINT fk_ledger_entries_merchant_id;
ALTER TABLE ledger_entries ADD COLUMN settlement_id uuid, ADD COLUMN payout_id uuid;
CREATE INDEX ix_ledger_entries_payout ON ledger_entries (merchant_id, payout_id) WHERE payout_id IS NOT NULL
"""
# The platform's entries go with the columns: what is older knows neither.
_FORMER_LEDGER = """
DROP INDEX ix_ledger_entries_payout;
ALTER TABLE ledger_entries DROP COLUMN payout_id, DROP COLUMN settlement_id
"""


def _approvals(actions: str, subjects: str, without_amount: str, platform: str) -> str:
    names = ("action", "subject", "without_amount", "platform")
    drops = ", ".join(f"DROP CONSTRAINT ck_approval_requests_{name}" for name in names)
    validates = ", ".join(f"VALIDATE CONSTRAINT ck_approval_requests_{name}" for name in names)
    return f"""
ALTER TABLE approval_requests {drops};
ALTER TABLE approval_requests
    ADD CONSTRAINT ck_approval_requests_action CHECK (action IN {actions}) NOT VALID,
    ADD CONSTRAINT ck_approval_requests_subject CHECK (subject_type IN {subjects}) NOT VALID,
    ADD CONSTRAINT ck_approval_requests_without_amount CHECK (
        (action IN {without_amount}) = (amount_minor IS NULL)
        AND (amount_minor IS NULL) = (currency IS NULL)
        AND (currency IS NULL) = (currency_exponent IS NULL)) NOT VALID,
    ADD CONSTRAINT ck_approval_requests_platform CHECK (
        merchant_id <> {_PLATFORM} OR action IN {platform}) NOT VALID;
ALTER TABLE approval_requests {validates}
"""


def upgrade() -> None:
    """Widen what there is; nothing that was written changes its meaning."""
    _run(_LEDGER)
    _run(_approvals(_ACTIONS, _SUBJECTS, _WITHOUT_AMOUNT, _PLATFORM_ACTIONS))
    # Two tables more that grow for ever may have partitions.
    op.execute(FUNCTIONS[-1].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def downgrade() -> None:
    """As before; requests of the new kinds go."""
    op.execute(f"DELETE FROM approval_requests WHERE action IN {_NEW_ACTIONS}")
    _run(_approvals(_FORMER_ACTIONS, _FORMER_SUBJECTS, "('PUBLISH_FRAUD_RULE')", "('PUBLISH_FRAUD_RULE')"))
    _run(_FORMER_LEDGER)
    op.execute(
        "ALTER TABLE ledger_entries ADD CONSTRAINT fk_ledger_entries_merchant_id"
        " FOREIGN KEY (merchant_id) REFERENCES merchants"
    )


def _run(statements: str) -> None:
    for statement in statements.split(";\n"):
        op.execute(statement)
