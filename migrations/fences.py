"""What every table of a tenant gets: row-level security by merchant, and just the grants that it needs."""

from __future__ import annotations

from alembic import op

APP_ROLE = "paydesk_app"

# Sub-selects make the planner read the setting once a statement instead of once a row.
_POLICY = """
CREATE POLICY merchant_fence ON {table} TO {role}
USING (
    (SELECT current_setting('paydesk.merchants', true)) = '*'
    OR {column} = ANY (
        (SELECT string_to_array(nullif(current_setting('paydesk.merchants', true), '*'), ','))::uuid[]
    )
)
"""


def fence(table: str, *, column: str = "merchant_id", grants: str = "SELECT, INSERT, UPDATE") -> None:
    """Let the application role see and write only rows of the merchants that its connection is fenced to."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(_POLICY.format(table=table, column=column, role=APP_ROLE))
    grant(table, grants)


def grant(table: str, grants: str) -> None:
    """Give the application role these rights on a table."""
    op.execute(f"GRANT {grants} ON {table} TO {APP_ROLE}")


def append_only(table: str) -> None:
    """Refuse every change and removal of rows, whoever asks: also the owner, whom grants do not bind."""
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
