"""The few disputes with money lost twice, for the job that follows their payments."""

from __future__ import annotations

from alembic import op

revision = "0016_double_losses"
down_revision = "0015_platform_approvals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index them."""
    op.execute("CREATE INDEX ix_disputes_double_loss ON disputes (payment_id) WHERE double_loss_minor > 0")


def downgrade() -> None:
    """Drop the index."""
    op.execute("DROP INDEX ix_disputes_double_loss")
