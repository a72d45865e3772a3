"""The tables of people and machines."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

from adapters.postgres.metadata import metadata

_MOMENT = sa.DateTime(timezone=True)


def _in(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


_REALM = _in("realm", "STAFF", "MERCHANT")
_MEMBER_ROLE = _in("role", "OWNER", "DEVELOPER", "OPERATOR", "FINANCE", "VIEWER")
_INVITATION_STATUS = _in("status", "PENDING", "ACCEPTED", "REVOKED", "EXPIRED")

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", UUID, primary_key=True),
    sa.Column("realm", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("staff_roles", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("granted_role", sa.Text),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("last_sign_in_at", _MOMENT),
    sa.UniqueConstraint("realm", "email"),
    sa.UniqueConstraint("realm", "issuer", "subject"),
    sa.CheckConstraint(_REALM, name="realm"),
    sa.CheckConstraint(_in("status", "ACTIVE", "DISABLED"), name="status"),
    sa.CheckConstraint("email = lower(email)", name="email"),
    sa.CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="identity"),
    sa.CheckConstraint("realm = 'STAFF' OR (staff_roles = '{}' AND granted_role IS NULL)", name="staff"),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("merchant_id", UUID, sa.ForeignKey("merchants.id"), primary_key=True),
    sa.Column("id", UUID, primary_key=True),
    sa.Column("user_id", UUID, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.UniqueConstraint("merchant_id", "user_id"),
    sa.CheckConstraint(_MEMBER_ROLE, name="role"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("merchant_id", UUID, sa.ForeignKey("merchants.id"), primary_key=True),
    sa.Column("id", UUID, primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("expires_at", _MOMENT, nullable=False),
    sa.CheckConstraint(_MEMBER_ROLE, name="role"),
    sa.CheckConstraint(_INVITATION_STATUS, name="status"),
    sa.CheckConstraint("email = lower(email)", name="email"),
    sa.CheckConstraint("expires_at > created_at", name="times"),
    sa.Index(
        "uq_invitations_pending", "merchant_id", "email", unique=True, postgresql_where=sa.text("status = 'PENDING'")
    ),
    sa.Index("ix_invitations_email", "email", postgresql_where=sa.text("status = 'PENDING'")),
)

staff_invitations = sa.Table(
    "staff_invitations",
    metadata,
    sa.Column("id", UUID, primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("expires_at", _MOMENT, nullable=False),
    sa.CheckConstraint(_INVITATION_STATUS, name="status"),
    sa.CheckConstraint("email = lower(email)", name="email"),
    sa.CheckConstraint("expires_at > created_at", name="times"),
    sa.Index("uq_staff_invitations_pending", "email", unique=True, postgresql_where=sa.text("status = 'PENDING'")),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", UUID, primary_key=True),
    sa.Column("token_hash", BYTEA, nullable=False, unique=True),
    sa.Column("user_id", UUID, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("realm", sa.Text, nullable=False),
    sa.Column("csrf_token", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("provider_sid", sa.Text),
    sa.Column("id_token", sa.Text),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("last_seen_at", _MOMENT, nullable=False),
    sa.Column("expires_at", _MOMENT, nullable=False, index=True),
    sa.Column("ended_at", _MOMENT),
    sa.CheckConstraint(_REALM, name="realm"),
    sa.CheckConstraint("octet_length(token_hash) = 32", name="token_hash"),
    sa.CheckConstraint("created_at <= last_seen_at AND created_at < expires_at", name="times"),
    sa.Index(None, "issuer", "provider_sid"),
)

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("state_hash", BYTEA, primary_key=True),
    sa.Column("browser_hash", BYTEA, nullable=False),
    sa.Column("realm", sa.Text, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("code_verifier", sa.Text, nullable=False),
    sa.Column("return_to", sa.Text, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("expires_at", _MOMENT, nullable=False, index=True),
    sa.CheckConstraint(_REALM, name="realm"),
    sa.CheckConstraint("octet_length(state_hash) = 32 AND octet_length(browser_hash) = 32", name="hashes"),
    sa.CheckConstraint("return_to LIKE '/%' AND return_to NOT LIKE '//%'", name="return_to"),
)

api_clients = sa.Table(
    "api_clients",
    metadata,
    # Authentication looks a client up before it knows any merchant, and the platform's own clients have none.
    sa.Column("id", UUID, primary_key=True),
    sa.Column("merchant_id", UUID, sa.ForeignKey("merchants.id")),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", ARRAY(sa.Text), nullable=False),
    sa.Column("auth_method", sa.Text, nullable=False),
    sa.Column("secret_hash", BYTEA),
    sa.Column("jwks", JSONB),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.CheckConstraint(_in("status", "ACTIVE", "DISABLED"), name="status"),
    sa.CheckConstraint("cardinality(scopes) > 0", name="scopes"),
    sa.CheckConstraint(
        _in("auth_method", "client_secret_basic", "client_secret_post", "private_key_jwt"), name="auth_method"
    ),
    sa.CheckConstraint(
        "(jwks IS NOT NULL) = (auth_method = 'private_key_jwt')"
        " AND (secret_hash IS NULL) = (auth_method = 'private_key_jwt')",
        name="credentials",
    ),
    sa.CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash"),
    sa.Index(None, "merchant_id", "id"),
)

access_tokens = sa.Table(
    "access_tokens",
    metadata,
    sa.Column("jti", UUID, primary_key=True),
    sa.Column("client_id", UUID, sa.ForeignKey("api_clients.id"), nullable=False),
    sa.Column("merchant_id", UUID),
    sa.Column("issued_at", _MOMENT, nullable=False),
    sa.Column("expires_at", _MOMENT, nullable=False, index=True),
    sa.Column("revoked_at", _MOMENT),
    sa.CheckConstraint("expires_at > issued_at", name="times"),
)

used_assertions = sa.Table(
    "used_assertions",
    metadata,
    sa.Column("digest", BYTEA, primary_key=True),
    sa.Column("expires_at", _MOMENT, nullable=False, index=True),
    sa.CheckConstraint("octet_length(digest) = 32", name="digest"),
)

signing_keys = sa.Table(
    "signing_keys",
    metadata,
    sa.Column("id", UUID, primary_key=True),
    sa.Column("algorithm", sa.Text, nullable=False),
    sa.Column("public_jwk", JSONB, nullable=False),
    sa.Column("private_encrypted", BYTEA, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("not_before", _MOMENT, nullable=False),
    sa.Column("retires_at", _MOMENT),
    sa.CheckConstraint("algorithm = 'ES256'", name="algorithm"),
    sa.CheckConstraint("NOT jsonb_exists(public_jwk, 'd')", name="public"),
    sa.CheckConstraint("not_before >= created_at AND retires_at > not_before", name="times"),
)
