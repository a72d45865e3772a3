"""Files of evidence: what was declared, what became of the upload, and where the content lies."""

from __future__ import annotations

from alembic import op

from migrations.fences import fence

revision = "0010_evidence_files"
down_revision = "0009_disputes"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE evidence_files (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    dispute_id uuid NOT NULL,
    stage text NOT NULL CONSTRAINT ck_evidence_files_stage CHECK (
        stage IN ('INQUIRY', 'CHARGEBACK', 'PRE_ARBITRATION', 'ARBITRATION')),
    kind text NOT NULL,
    name text NOT NULL CONSTRAINT ck_evidence_files_name CHECK (
        length(name) BETWEEN 1 AND 120 AND name !~ '[[:cntrl:]/\\\\]'),
    content_type text NOT NULL CONSTRAINT ck_evidence_files_content_type CHECK (
        content_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    size_bytes bigint NOT NULL CONSTRAINT ck_evidence_files_size CHECK (size_bytes > 0),
    sha256 text NOT NULL CONSTRAINT ck_evidence_files_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    status text NOT NULL CONSTRAINT ck_evidence_files_status CHECK (
        status IN ('AWAITING_UPLOAD', 'STORED', 'REFUSED', 'EXPIRED', 'REMOVED')),
    refusal text,
    refusal_message text,
    key text NOT NULL CONSTRAINT ck_evidence_files_key CHECK (key ~ '^[A-Za-z0-9_-]{32,64}$'),
    created_by uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    stored_at timestamptz,
    settled_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT pk_evidence_files PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_evidence_files_dispute_id
        FOREIGN KEY (merchant_id, dispute_id) REFERENCES disputes (merchant_id, id),
    CONSTRAINT ck_evidence_files_refused CHECK (
        (status = 'REFUSED') = (refusal IS NOT NULL) AND (refusal IS NULL) = (refusal_message IS NULL)),
    CONSTRAINT ck_evidence_files_stored CHECK (status <> 'STORED' OR stored_at IS NOT NULL),
    CONSTRAINT ck_evidence_files_settled CHECK (status <> 'AWAITING_UPLOAD' OR settled_at IS NULL)
)
"""
_INDEXES = {
    "ix_evidence_files_id": "(id)",
    "ix_evidence_files_dispute": "(merchant_id, dispute_id, id)",
    "ix_evidence_files_live": "(merchant_id, id) INCLUDE (size_bytes) WHERE status IN ('AWAITING_UPLOAD', 'STORED')",
    "ix_evidence_files_unsettled": "(expires_at) WHERE settled_at IS NULL",
}
# The rest is what was declared, and stays.
_CHANGING = "status, refusal, refusal_message, stored_at, settled_at, version"

# What was submitted is what the network decides on: also a mistake of ours must not take a file out of it.
_KEEP_SUBMITTED = """
CREATE FUNCTION keep_submitted_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM dispute_evidence WHERE merchant_id = OLD.merchant_id AND dispute_id = OLD.dispute_id
            AND stage = OLD.stage AND status = 'SUBMITTED'
            AND files @> jsonb_build_array(jsonb_build_object('id', OLD.id::text))
    ) THEN
        RAISE EXCEPTION 'submitted evidence never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_ON_REMOVAL = """
CREATE TRIGGER keep_submitted BEFORE UPDATE ON evidence_files
FOR EACH ROW WHEN (OLD.status = 'STORED' AND NEW.status <> 'STORED') EXECUTE FUNCTION keep_submitted_files()
"""


def upgrade() -> None:
    """Make the table; no row of it is ever deleted, so that every object has one."""
    op.execute(_TABLE)
    for name, definition in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON evidence_files {definition}")
    fence("evidence_files", grants=f"SELECT, INSERT, UPDATE ({_CHANGING})")
    op.execute(_KEEP_SUBMITTED)
    op.execute(_ON_REMOVAL)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE evidence_files")
    op.execute("DROP FUNCTION keep_submitted_files")
