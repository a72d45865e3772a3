"""People and machines for tests, whole and unremarkable unless told otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.identity.actor import Realm
from domain.identity.api_client import ApiClient, ClientAuthMethod, ClientStatus
from domain.identity.invitation import Invitation, InvitationStatus
from domain.identity.permission import MerchantRole, Permission
from domain.identity.secret import digest
from domain.identity.session import ABSOLUTE_LIMIT, Session
from domain.identity.signing_key import SigningKey
from domain.identity.user import User, UserStatus
from domain.kernel.ids import new_uuid

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "correct-horse-battery-staple"


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, milliseconds: int) -> None:
        self.advance(timedelta(milliseconds=milliseconds))

    def advance(self, step: timedelta) -> None:
        self.moment += step


def a_user(**changes: Any) -> User:
    values: dict[str, Any] = {
        "id": new_uuid(NOON),
        "realm": Realm.MERCHANT,
        "email": "ada@example.com",
        "name": "Ada",
        "status": UserStatus.ACTIVE,
        "created_at": NOON,
    }
    return User(**(values | changes))


def an_invitation(**changes: Any) -> Invitation:
    values: dict[str, Any] = {
        "id": new_uuid(NOON),
        "merchant_id": new_uuid(NOON),
        "email": "ada@example.com",
        "role": MerchantRole.FINANCE,
        "status": InvitationStatus.PENDING,
        "created_at": NOON,
        "expires_at": NOON + timedelta(days=7),
    }
    return Invitation(**(values | changes))


def a_client(**changes: Any) -> ApiClient:
    values: dict[str, Any] = {
        "id": new_uuid(NOON),
        "merchant_id": new_uuid(NOON),
        "name": "Shop",
        "scopes": frozenset({Permission.PAYMENTS_READ, Permission.PAYMENTS_WRITE}),
        "auth_method": ClientAuthMethod.SECRET_BASIC,
        "status": ClientStatus.ACTIVE,
        "created_at": NOON,
        "secret_hash": digest(SECRET),
    }
    return ApiClient(**(values | changes))


def a_session(**changes: Any) -> Session:
    values: dict[str, Any] = {
        "id": new_uuid(NOON),
        "token_hash": digest("token"),
        "user_id": new_uuid(NOON),
        "realm": Realm.MERCHANT,
        "csrf_token": "csrf",
        "issuer": "https://login.example.com",
        "created_at": NOON,
        "last_seen_at": NOON,
        "expires_at": NOON + ABSOLUTE_LIMIT,
    }
    return Session(**(values | changes))


def a_key(**changes: Any) -> SigningKey:
    values: dict[str, Any] = {
        "id": new_uuid(NOON),
        "algorithm": "ES256",
        "public_jwk": {},
        "private_encrypted": b"sealed",
        "created_at": NOON,
        "not_before": NOON,
    }
    return SigningKey(**(values | changes))
