"""The outbox of events, and the audit log with its seals."""

from __future__ import annotations

from alembic import op

from migrations.fences import append_only, fence, grant
from migrations.partitions import FUNCTIONS, partition

revision = "0004_events_and_audit"
down_revision = "0003_identity"
branch_labels = None
depends_on = None

_EVENTS = """
CREATE TABLE events (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    sequence bigint NOT NULL CONSTRAINT ck_events_sequence CHECK (sequence > 0),
    name text NOT NULL,
    occurred_at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    data jsonb NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT pk_events PRIMARY KEY (merchant_id, id)
) PARTITION BY RANGE (id)
"""

_AUDIT = """
CREATE TABLE audit_records (
    id uuid NOT NULL,
    merchant_id uuid,
    actor_kind text NOT NULL CONSTRAINT ck_audit_records_actor_kind CHECK (actor_kind IN ('USER', 'CLIENT', 'SYSTEM')),
    actor_id uuid,
    actor_name text NOT NULL,
    action text NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid,
    occurred_at timestamptz NOT NULL,
    address text,
    data jsonb NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT pk_audit_records PRIMARY KEY (id)
) PARTITION BY RANGE (id)
"""

# `last_xid` and `last_id` say how far the seals have come; what lies before and is in no seal was slipped in later.
_SEALS = """
CREATE TABLE audit_seals (
    number bigint NOT NULL CONSTRAINT ck_audit_seals_number CHECK (number > 0),
    previous_hash bytea NOT NULL,
    record_ids uuid[] NOT NULL,
    digests bytea[] NOT NULL,
    hash bytea NOT NULL,
    last_xid xid8 NOT NULL,
    last_id uuid NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT pk_audit_seals PRIMARY KEY (number),
    CONSTRAINT ck_audit_seals_lengths CHECK (cardinality(record_ids) = cardinality(digests))
)
"""


def upgrade() -> None:
    """Make them append-only for everyone."""
    for function in FUNCTIONS:
        op.execute(function)
    op.execute("REVOKE ALL ON FUNCTION ensure_partitions, guard_partition FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION ensure_partitions TO paydesk_app")
    op.execute(_EVENTS)
    op.execute("CREATE INDEX ix_events_subject ON events (merchant_id, subject_id, sequence)")
    op.execute("CREATE INDEX ix_events_xid ON events (xid, id)")
    partition("events")
    fence("events", grants="SELECT, INSERT")
    append_only("events")
    op.execute(_AUDIT)
    op.execute("CREATE INDEX ix_audit_records_merchant ON audit_records (merchant_id, id)")
    op.execute("CREATE INDEX ix_audit_records_subject ON audit_records (subject_id, id)")
    op.execute("CREATE INDEX ix_audit_records_xid ON audit_records (xid, id)")
    partition("audit_records")
    fence("audit_records", grants="SELECT, INSERT")
    append_only("audit_records")
    op.execute(_SEALS)
    grant("audit_seals", "SELECT, INSERT")
    append_only("audit_seals")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE audit_seals, audit_records, events")
    op.execute("DROP FUNCTION ensure_partitions")
    op.execute("DROP FUNCTION guard_partition")
    op.execute("DROP FUNCTION uuid_floor")
