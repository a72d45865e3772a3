"""The application role, and what later revisions build on."""

from __future__ import annotations

from alembic import op

revision = "0001_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make a role that owns nothing; it is the cluster's, so another database may have made it already."""
    op.execute(
        """
        DO $$ BEGIN
            CREATE ROLE paydesk_app NOLOGIN NOBYPASSRLS;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
        """
    )
    op.execute("GRANT paydesk_app TO CURRENT_USER")
    op.execute("GRANT USAGE ON SCHEMA public TO paydesk_app")
    # A server asks it whether the schema is the one that it was written for.
    op.execute("GRANT SELECT ON alembic_version TO paydesk_app")
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'insufficient_privilege', HINT = 'Correct it with a new row.';
        END $$
        """
    )


def downgrade() -> None:
    """The role stays: other databases of the cluster may use it."""
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("REVOKE USAGE ON SCHEMA public FROM paydesk_app")
