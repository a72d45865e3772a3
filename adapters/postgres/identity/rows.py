"""Rows to nouns and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity.access_token import AccessToken
from domain.identity.actor import Realm
from domain.identity.api_client import ApiClient, ClientAuthMethod, ClientStatus
from domain.identity.invitation import Invitation, InvitationStatus
from domain.identity.membership import Membership
from domain.identity.permission import MerchantRole, Permission, StaffRole
from domain.identity.session import Session
from domain.identity.sign_in_attempt import SignInAttempt
from domain.identity.signing_key import SigningKey
from domain.identity.user import User, UserStatus

if TYPE_CHECKING:
    from asyncpg import Record as Row

_PERMISSIONS = {permission.value: permission for permission in Permission}


def user_of(row: Row) -> User:
    """A row of users."""
    granted = row["granted_role"]
    return User(
        id=row["id"],
        realm=Realm(row["realm"]),
        email=row["email"],
        name=row["name"],
        status=UserStatus(row["status"]),
        created_at=row["created_at"],
        issuer=row["issuer"],
        subject=row["subject"],
        staff_roles=frozenset(map(StaffRole, row["staff_roles"])),
        granted_role=None if granted is None else StaffRole(granted),
        last_sign_in_at=row["last_sign_in_at"],
    )


def row_of_user(user: User) -> dict[str, object]:
    """The columns of users."""
    return {
        "id": user.id,
        "realm": user.realm.value,
        "email": user.email,
        "name": user.name,
        "status": user.status.value,
        "created_at": user.created_at,
        "issuer": user.issuer,
        "subject": user.subject,
        "staff_roles": sorted(user.staff_roles),
        "granted_role": user.granted_role,
        "last_sign_in_at": user.last_sign_in_at,
    }


def membership_of(row: Row) -> Membership:
    """A row of memberships."""
    return Membership(
        id=row["id"],
        merchant_id=row["merchant_id"],
        user_id=row["user_id"],
        role=MerchantRole(row["role"]),
        created_at=row["created_at"],
    )


def row_of_membership(membership: Membership) -> dict[str, object]:
    """The columns of memberships."""
    return {
        "id": membership.id,
        "merchant_id": membership.merchant_id,
        "user_id": membership.user_id,
        "role": membership.role.value,
        "created_at": membership.created_at,
    }


def invitation_of(row: Row) -> Invitation:
    """A row of invitations, or of staff_invitations, which has no merchant."""
    merchant_id = row.get("merchant_id")
    return Invitation(
        id=row["id"],
        merchant_id=merchant_id,
        email=row["email"],
        role=StaffRole(row["role"]) if merchant_id is None else MerchantRole(row["role"]),
        status=InvitationStatus(row["status"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )


def row_of_invitation(invitation: Invitation) -> dict[str, object]:
    """The columns of invitations; those of staff_invitations are among them."""
    return {
        "id": invitation.id,
        "merchant_id": invitation.merchant_id,
        "email": invitation.email,
        "role": invitation.role.value,
        "status": invitation.status.value,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
    }


def session_of(row: Row) -> Session:
    """A row of sessions."""
    return Session(
        id=row["id"],
        token_hash=row["token_hash"],
        user_id=row["user_id"],
        realm=Realm(row["realm"]),
        csrf_token=row["csrf_token"],
        issuer=row["issuer"],
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
        expires_at=row["expires_at"],
        provider_sid=row["provider_sid"],
        id_token=row["id_token"],
        ended_at=row["ended_at"],
    )


def row_of_session(session: Session) -> dict[str, object]:
    """The columns of sessions."""
    return {
        "id": session.id,
        "token_hash": session.token_hash,
        "user_id": session.user_id,
        "realm": session.realm.value,
        "csrf_token": session.csrf_token,
        "issuer": session.issuer,
        "created_at": session.created_at,
        "last_seen_at": session.last_seen_at,
        "expires_at": session.expires_at,
        "provider_sid": session.provider_sid,
        "id_token": session.id_token,
        "ended_at": session.ended_at,
    }


def attempt_of(row: Row) -> SignInAttempt:
    """A row of sign_in_attempts."""
    return SignInAttempt(
        state_hash=row["state_hash"],
        browser_hash=row["browser_hash"],
        realm=Realm(row["realm"]),
        nonce=row["nonce"],
        code_verifier=row["code_verifier"],
        return_to=row["return_to"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )


def client_of(row: Row) -> ApiClient:
    """A row of api_clients."""
    return ApiClient(
        id=row["id"],
        merchant_id=row["merchant_id"],
        name=row["name"],
        # A scope that a later release took away gives nothing.
        scopes=frozenset(_PERMISSIONS[scope] for scope in row["scopes"] if scope in _PERMISSIONS),
        auth_method=ClientAuthMethod(row["auth_method"]),
        status=ClientStatus(row["status"]),
        created_at=row["created_at"],
        secret_hash=row["secret_hash"],
        jwks=row["jwks"],
    )


def row_of_client(client: ApiClient) -> dict[str, object]:
    """The columns of api_clients."""
    return {
        "id": client.id,
        "merchant_id": client.merchant_id,
        "name": client.name,
        "scopes": sorted(client.scopes),
        "auth_method": client.auth_method.value,
        "status": client.status.value,
        "created_at": client.created_at,
        "secret_hash": client.secret_hash,
        "jwks": client.jwks,
    }


def token_of(row: Row) -> AccessToken:
    """A row of access_tokens."""
    return AccessToken(
        jti=row["jti"],
        client_id=row["client_id"],
        merchant_id=row["merchant_id"],
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )


def key_of(row: Row) -> SigningKey:
    """A row of signing_keys."""
    return SigningKey(
        id=row["id"],
        algorithm=row["algorithm"],
        public_jwk=row["public_jwk"],
        private_encrypted=row["private_encrypted"],
        created_at=row["created_at"],
        not_before=row["not_before"],
        retires_at=row["retires_at"],
    )


def row_of_key(key: SigningKey) -> dict[str, object]:
    """The columns of signing_keys."""
    return {
        "id": key.id,
        "algorithm": key.algorithm,
        "public_jwk": key.public_jwk,
        "private_encrypted": key.private_encrypted,
        "created_at": key.created_at,
        "not_before": key.not_before,
        "retires_at": key.retires_at,
    }
