"""Approval of what has no amount, and of what is the platform's own: the publication of fraud rules."""

from __future__ import annotations

from alembic import op

revision = "0015_platform_approvals"
down_revision = "0014_backtests"
branch_labels = None
depends_on = None

_PLATFORM = "'00000000-0000-0000-0000-000000000000'"
_ACTIONS = "('REFUND_PAYMENT', 'ACCEPT_DISPUTE', 'PUBLISH_FRAUD_RULE')"
_SUBJECTS = "('payment', 'dispute', 'fraud_rule')"
_FORMER_ACTIONS = "('REFUND_PAYMENT', 'ACCEPT_DISPUTE')"
_FORMER_SUBJECTS = "('payment', 'dispute')"

# The platform is no merchant, so no row of merchants can stand for it; a merchant's row is still written by nobody but
# who has found the merchant. XXX is ISO 4217's code where no currency is involved. NOT VALID, then VALIDATE: the checks
# hold for what is written from now on at once, and the rows there are read without keeping anybody from writing.
_UPGRADE = f"""
ALTER TABLE approval_policies DROP CONSTRAINT fk_approval_policies_merchant_id,
    DROP CONSTRAINT ck_approval_policies_action, ALTER COLUMN threshold_minor DROP NOT NULL;
ALTER TABLE approval_policies
    ADD CONSTRAINT ck_approval_policies_action CHECK (action IN {_ACTIONS}) NOT VALID,
    ADD CONSTRAINT ck_approval_policies_without_amount CHECK (
        (action = 'PUBLISH_FRAUD_RULE') = (threshold_minor IS NULL)
        AND (threshold_minor IS NULL) = (currency = 'XXX')) NOT VALID,
    ADD CONSTRAINT ck_approval_policies_platform CHECK (
        merchant_id <> {_PLATFORM} OR action = 'PUBLISH_FRAUD_RULE') NOT VALID;
ALTER TABLE approval_policies VALIDATE CONSTRAINT ck_approval_policies_action,
    VALIDATE CONSTRAINT ck_approval_policies_without_amount, VALIDATE CONSTRAINT ck_approval_policies_platform;
ALTER TABLE approval_requests DROP CONSTRAINT fk_approval_requests_merchant_id,
    DROP CONSTRAINT ck_approval_requests_action, DROP CONSTRAINT ck_approval_requests_subject,
    ALTER COLUMN amount_minor DROP NOT NULL, ALTER COLUMN currency DROP NOT NULL,
    ALTER COLUMN currency_exponent DROP NOT NULL;
ALTER TABLE approval_requests
    ADD CONSTRAINT ck_approval_requests_action CHECK (action IN {_ACTIONS}) NOT VALID,
    ADD CONSTRAINT ck_approval_requests_subject CHECK (subject_type IN {_SUBJECTS}) NOT VALID,
    ADD CONSTRAINT ck_approval_requests_without_amount CHECK (
        (action = 'PUBLISH_FRAUD_RULE') = (amount_minor IS NULL)
        AND (amount_minor IS NULL) = (currency IS NULL)
        AND (currency IS NULL) = (currency_exponent IS NULL)) NOT VALID,
    ADD CONSTRAINT ck_approval_requests_platform CHECK (
        merchant_id <> {_PLATFORM} OR action = 'PUBLISH_FRAUD_RULE') NOT VALID;
ALTER TABLE approval_requests VALIDATE CONSTRAINT ck_approval_requests_action,
    VALIDATE CONSTRAINT ck_approval_requests_subject, VALIDATE CONSTRAINT ck_approval_requests_without_amount,
    VALIDATE CONSTRAINT ck_approval_requests_platform
"""

# What reads these tables then knows nothing of such rows, and would trip over each.
_DOWNGRADE = f"""
DELETE FROM approval_policies WHERE action = 'PUBLISH_FRAUD_RULE';
DELETE FROM approval_requests WHERE action = 'PUBLISH_FRAUD_RULE';
ALTER TABLE approval_requests DROP CONSTRAINT ck_approval_requests_platform,
    DROP CONSTRAINT ck_approval_requests_without_amount, DROP CONSTRAINT ck_approval_requests_subject,
    DROP CONSTRAINT ck_approval_requests_action, ALTER COLUMN currency_exponent SET NOT NULL,
    ALTER COLUMN currency SET NOT NULL, ALTER COLUMN amount_minor SET NOT NULL,
    ADD CONSTRAINT ck_approval_requests_action CHECK (action IN {_FORMER_ACTIONS}),
    ADD CONSTRAINT ck_approval_requests_subject CHECK (subject_type IN {_FORMER_SUBJECTS}),
    ADD CONSTRAINT fk_approval_requests_merchant_id FOREIGN KEY (merchant_id) REFERENCES merchants;
ALTER TABLE approval_policies DROP CONSTRAINT ck_approval_policies_platform,
    DROP CONSTRAINT ck_approval_policies_without_amount, DROP CONSTRAINT ck_approval_policies_action,
    ALTER COLUMN threshold_minor SET NOT NULL,
    ADD CONSTRAINT ck_approval_policies_action CHECK (action IN {_FORMER_ACTIONS}),
    ADD CONSTRAINT fk_approval_policies_merchant_id FOREIGN KEY (merchant_id) REFERENCES merchants
"""


def upgrade() -> None:
    """Widen what a request and a policy can be, and nothing else of what their checks say."""
    for statement in _UPGRADE.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """As before; policies and requests about rules go."""
    for statement in _DOWNGRADE.split(";\n"):
        op.execute(statement)
