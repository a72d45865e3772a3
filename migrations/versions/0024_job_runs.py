"""How each job of the worker is doing, for staff to see."""

from __future__ import annotations

from alembic import op

from migrations.fences import APP_ROLE, grant

revision = "0024_job_runs"
down_revision = "0023_reconciliation"
branch_labels = None
depends_on = None

SQL = """
CREATE TABLE job_runs (
    name text NOT NULL,
    worker text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    succeeded_at timestamptz,
    failed_at timestamptz,
    done integer NOT NULL,
    total bigint NOT NULL,
    consecutive_failures integer NOT NULL,
    failures jsonb NOT NULL,
    CONSTRAINT pk_job_runs PRIMARY KEY (name),
    CONSTRAINT ck_job_runs_counts CHECK (done >= 0 AND total >= 0 AND consecutive_failures >= 0),
    CONSTRAINT ck_job_runs_failed CHECK (consecutive_failures = 0 OR failed_at IS NOT NULL)
) WITH (fillfactor = 50)
"""


POLICY = """
CREATE POLICY platform_fence ON job_runs TO {role}
USING ((SELECT current_setting('paydesk.merchants', true)) = '*')
"""


def upgrade() -> None:
    """Make the table: no merchant's, and none sees it."""
    op.execute(SQL)
    op.execute("ALTER TABLE job_runs ENABLE ROW LEVEL SECURITY")
    op.execute(POLICY.format(role=APP_ROLE))
    grant("job_runs", "SELECT, INSERT, UPDATE")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE job_runs")
