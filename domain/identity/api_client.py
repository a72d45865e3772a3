"""A machine that calls the API with credentials of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity.permission import CLIENT_SCOPES
from domain.identity.secret import matches
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, format_id
from domain.kernel.machine import advance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.identity.permission import Permission
    from domain.kernel.events import JsonValue


class ClientStatus(StrEnum):
    """Whether the client may get tokens and use them."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


TRANSITIONS: dict[ClientStatus, frozenset[ClientStatus]] = {
    ClientStatus.ACTIVE: frozenset({ClientStatus.DISABLED}),
    ClientStatus.DISABLED: frozenset(),
}


class ClientAuthMethod(StrEnum):
    """How the client proves who it is (RFC 6749 section 2.3.1, RFC 7523), in OAuth2's own words."""

    SECRET_BASIC = "client_secret_basic"  # noqa: S105 - the name of a method
    SECRET_POST = "client_secret_post"  # noqa: S105 - the name of a method
    PRIVATE_KEY_JWT = "private_key_jwt"


MOST_KEYS = 10
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_KEY_TYPES = frozenset({"EC", "RSA", "OKP"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiClient:
    """A client of one merchant, or of the platform when `merchant_id` is None.

    `secret_hash` is the SHA-256 of its secret; a client that signs assertions has `jwks`, its public keys, instead.
    """

    id: UUID
    merchant_id: UUID | None
    name: str
    scopes: frozenset[Permission]
    auth_method: ClientAuthMethod
    status: ClientStatus
    created_at: datetime
    secret_hash: bytes | None = None
    jwks: Mapping[str, JsonValue] | None = None

    def __post_init__(self) -> None:
        if not self.scopes:
            raise Invalid(("scopes",), "A client needs at least one scope.")
        if beyond := self.scopes - CLIENT_SCOPES:
            raise Invalid(("scopes",), f"Clients cannot have {', '.join(sorted(beyond))}; only people can.")
        signs = self.auth_method is ClientAuthMethod.PRIVATE_KEY_JWT
        if (self.jwks is not None) != signs or (self.secret_hash is None) != signs:
            raise Invalid(("authMethod",), "private_key_jwt needs public keys and no secret, other methods a secret.")
        if self.jwks is not None:
            require_public_keys(self.jwks)

    @property
    def client_id(self) -> str:
        """The id as OAuth2 shows it: a TypeID."""
        return format_id(Prefix.CLIENT, self.id)

    @property
    def active(self) -> bool:
        """Whether it may act."""
        return self.status is ClientStatus.ACTIVE

    def knows(self, secret: str) -> bool:
        """Whether this is the client's secret."""
        return self.secret_hash is not None and matches(secret, self.secret_hash)

    def disable(self) -> ApiClient:
        """Shut it out for good; raise `TransitionNotAllowed` when it was out before."""
        return replace(self, status=advance(TRANSITIONS, "client", self.status, ClientStatus.DISABLED))


def require_public_keys(jwks: Mapping[str, JsonValue]) -> None:
    """Raise `Invalid` unless this is a JWK Set (RFC 7517) of a few asymmetric keys without their private parts."""
    path = ("jwks",)
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_KEYS:
        raise Invalid(path, f"Give a JWK Set with 1 to {MOST_KEYS} keys.")
    for key in keys:
        if not isinstance(key, dict) or key.get("kty") not in _KEY_TYPES:
            raise Invalid(path, "Every key must be a JSON Web Key of type EC, RSA or OKP.")
        if _PRIVATE_MEMBERS & key.keys():
            raise Invalid(path, "This holds a private key; send only the public part, and replace that key.")
