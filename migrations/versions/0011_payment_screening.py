"""What screening adds to payments: a challenge that is asked for, countries of addresses, the end of what is held."""

from __future__ import annotations

from alembic import op

revision = "0011_payment_screening"
down_revision = "0010_evidence_files"
branch_labels = None
depends_on = None

_ADDED = """
ALTER TABLE operations ADD COLUMN request_3ds boolean NOT NULL DEFAULT false;
ALTER TABLE operations ALTER COLUMN request_3ds DROP DEFAULT;
ALTER TABLE payment_origins
    ADD COLUMN billing_country text CONSTRAINT ck_payment_origins_billing CHECK (billing_country ~ '^[A-Z]{2}$'),
    ADD COLUMN shipping_country text CONSTRAINT ck_payment_origins_shipping CHECK (shipping_country ~ '^[A-Z]{2}$')
"""
# What is held in review runs out of time as well.
_EXPIRES = """
CREATE INDEX ix_payments_authorization_expires ON payments (authorization_expires_at) WHERE status IN ({statuses})
"""


def upgrade() -> None:
    """Add them; the policies and grants of the tables hold for new columns too."""
    for statement in _ADDED.split(";\n"):
        op.execute(statement)
    _index_expiry("'AUTHORIZED', 'PARTIALLY_CAPTURED', 'IN_REVIEW'")


def downgrade() -> None:
    """Drop them."""
    _index_expiry("'AUTHORIZED', 'PARTIALLY_CAPTURED'")
    op.execute("ALTER TABLE payment_origins DROP COLUMN shipping_country, DROP COLUMN billing_country")
    op.execute("ALTER TABLE operations DROP COLUMN request_3ds")


def _index_expiry(statuses: str) -> None:
    op.execute("DROP INDEX ix_payments_authorization_expires")
    op.execute(_EXPIRES.format(statuses=statuses))
