"""People, machines, and what proves who they are."""

from __future__ import annotations

from alembic import op

from migrations.fences import fence, grant

revision = "0003_identity"
down_revision = "0002_merchants"
branch_labels = None
depends_on = None

_PEOPLE = """
CREATE TABLE users (
    id uuid NOT NULL,
    realm text NOT NULL,
    email text,
    name text NOT NULL,
    status text NOT NULL,
    issuer text,
    subject text,
    staff_roles text[] NOT NULL DEFAULT '{}',
    granted_role text,
    created_at timestamptz NOT NULL,
    last_sign_in_at timestamptz,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_realm_email UNIQUE (realm, email),
    CONSTRAINT uq_users_realm_issuer_subject UNIQUE (realm, issuer, subject),
    CONSTRAINT ck_users_realm CHECK (realm IN ('STAFF', 'MERCHANT')),
    CONSTRAINT ck_users_status CHECK (status IN ('ACTIVE', 'DISABLED')),
    CONSTRAINT ck_users_email CHECK (email = lower(email)),
    CONSTRAINT ck_users_identity CHECK ((issuer IS NULL) = (subject IS NULL)),
    CONSTRAINT ck_users_staff CHECK (realm = 'STAFF' OR (staff_roles = '{}' AND granted_role IS NULL))
);
CREATE TABLE memberships (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_memberships PRIMARY KEY (merchant_id, id),
    CONSTRAINT uq_memberships_merchant_id_user_id UNIQUE (merchant_id, user_id),
    CONSTRAINT fk_memberships_merchant_id FOREIGN KEY (merchant_id) REFERENCES merchants (id),
    CONSTRAINT fk_memberships_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT ck_memberships_role CHECK (role IN ('OWNER', 'DEVELOPER', 'OPERATOR', 'FINANCE', 'VIEWER'))
);
CREATE INDEX ix_memberships_user_id ON memberships (user_id);
CREATE TABLE invitations (
    merchant_id uuid NOT NULL,
    id uuid NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_invitations PRIMARY KEY (merchant_id, id),
    CONSTRAINT fk_invitations_merchant_id FOREIGN KEY (merchant_id) REFERENCES merchants (id),
    CONSTRAINT ck_invitations_role CHECK (role IN ('OWNER', 'DEVELOPER', 'OPERATOR', 'FINANCE', 'VIEWER')),
    CONSTRAINT ck_invitations_status CHECK (status IN ('PENDING', 'ACCEPTED', 'REVOKED', 'EXPIRED')),
    CONSTRAINT ck_invitations_email CHECK (email = lower(email)),
    CONSTRAINT ck_invitations_times CHECK (expires_at > created_at)
);
CREATE UNIQUE INDEX uq_invitations_pending ON invitations (merchant_id, email) WHERE status = 'PENDING';
CREATE INDEX ix_invitations_email ON invitations (email) WHERE status = 'PENDING';
CREATE TABLE staff_invitations (
    id uuid NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_staff_invitations PRIMARY KEY (id),
    CONSTRAINT ck_staff_invitations_status CHECK (status IN ('PENDING', 'ACCEPTED', 'REVOKED', 'EXPIRED')),
    CONSTRAINT ck_staff_invitations_email CHECK (email = lower(email)),
    CONSTRAINT ck_staff_invitations_times CHECK (expires_at > created_at)
);
CREATE UNIQUE INDEX uq_staff_invitations_pending ON staff_invitations (email) WHERE status = 'PENDING';
CREATE TABLE sessions (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    realm text NOT NULL,
    csrf_token text NOT NULL,
    issuer text NOT NULL,
    provider_sid text,
    id_token text,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT ck_sessions_realm CHECK (realm IN ('STAFF', 'MERCHANT')),
    CONSTRAINT ck_sessions_token_hash CHECK (octet_length(token_hash) = 32),
    CONSTRAINT ck_sessions_times CHECK (created_at <= last_seen_at AND created_at < expires_at)
);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE INDEX ix_sessions_issuer_provider_sid ON sessions (issuer, provider_sid);
CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
CREATE TABLE sign_in_attempts (
    state_hash bytea NOT NULL,
    browser_hash bytea NOT NULL,
    realm text NOT NULL,
    nonce text NOT NULL,
    code_verifier text NOT NULL,
    return_to text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_sign_in_attempts PRIMARY KEY (state_hash),
    CONSTRAINT ck_sign_in_attempts_realm CHECK (realm IN ('STAFF', 'MERCHANT')),
    CONSTRAINT ck_sign_in_attempts_hashes CHECK (octet_length(state_hash) = 32 AND octet_length(browser_hash) = 32),
    CONSTRAINT ck_sign_in_attempts_return_to CHECK (return_to LIKE '/%' AND return_to NOT LIKE '//%')
);
CREATE INDEX ix_sign_in_attempts_expires_at ON sign_in_attempts (expires_at)
"""

_MACHINES = """
CREATE TABLE api_clients (
    id uuid NOT NULL,
    merchant_id uuid,
    name text NOT NULL,
    scopes text[] NOT NULL,
    auth_method text NOT NULL,
    secret_hash bytea,
    jwks jsonb,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_api_clients PRIMARY KEY (id),
    CONSTRAINT fk_api_clients_merchant_id FOREIGN KEY (merchant_id) REFERENCES merchants (id),
    CONSTRAINT ck_api_clients_status CHECK (status IN ('ACTIVE', 'DISABLED')),
    CONSTRAINT ck_api_clients_scopes CHECK (cardinality(scopes) > 0),
    CONSTRAINT ck_api_clients_auth_method
        CHECK (auth_method IN ('client_secret_basic', 'client_secret_post', 'private_key_jwt')),
    CONSTRAINT ck_api_clients_credentials CHECK (
        (jwks IS NOT NULL) = (auth_method = 'private_key_jwt')
        AND (secret_hash IS NULL) = (auth_method = 'private_key_jwt')
    ),
    CONSTRAINT ck_api_clients_secret_hash CHECK (octet_length(secret_hash) = 32)
);
CREATE INDEX ix_api_clients_merchant_id_id ON api_clients (merchant_id, id);
CREATE TABLE access_tokens (
    jti uuid NOT NULL,
    client_id uuid NOT NULL,
    merchant_id uuid,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT pk_access_tokens PRIMARY KEY (jti),
    CONSTRAINT fk_access_tokens_client_id FOREIGN KEY (client_id) REFERENCES api_clients (id),
    CONSTRAINT ck_access_tokens_times CHECK (expires_at > issued_at)
);
CREATE INDEX ix_access_tokens_expires_at ON access_tokens (expires_at);
CREATE TABLE used_assertions (
    digest bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_used_assertions PRIMARY KEY (digest),
    CONSTRAINT ck_used_assertions_digest CHECK (octet_length(digest) = 32)
);
CREATE INDEX ix_used_assertions_expires_at ON used_assertions (expires_at);
CREATE TABLE signing_keys (
    id uuid NOT NULL,
    algorithm text NOT NULL,
    public_jwk jsonb NOT NULL,
    private_encrypted bytea NOT NULL,
    created_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    retires_at timestamptz,
    CONSTRAINT pk_signing_keys PRIMARY KEY (id),
    CONSTRAINT ck_signing_keys_algorithm CHECK (algorithm = 'ES256'),
    CONSTRAINT ck_signing_keys_public CHECK (NOT jsonb_exists(public_jwk, 'd')),
    CONSTRAINT ck_signing_keys_times CHECK (not_before >= created_at AND retires_at > not_before)
)
"""

_TABLES = (
    "users", "memberships", "invitations", "staff_invitations", "sessions", "sign_in_attempts",
    "api_clients", "access_tokens", "used_assertions", "signing_keys",
)  # fmt: skip


def upgrade() -> None:
    """Tables of a merchant get the fence; the others hold nothing that belongs to one."""
    # asyncpg prepares what it runs, and a prepared statement is one statement.
    for statement in f"{_PEOPLE};{_MACHINES}".split(";"):
        op.execute(statement)
    fence("memberships", grants="SELECT, INSERT, UPDATE, DELETE")
    fence("invitations")
    fence("api_clients")
    # A token's row is fenced like its client: it says when a merchant's machines were at work.
    fence("access_tokens", grants="SELECT, INSERT, UPDATE, DELETE")
    grant("users", "SELECT, INSERT, UPDATE")
    grant("staff_invitations", "SELECT, INSERT, UPDATE")
    for passing in ("sessions", "sign_in_attempts", "used_assertions", "signing_keys"):
        grant(passing, "SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    """All of it goes, in the order of the references."""
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE {table}")
