"""What a provider says of itself (OpenID Connect Discovery 1.0), as far as we rely on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from adapters.oidc.errors import Check, ProviderRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

# Asymmetric only: with HS256 our own secret, or a public key read as bytes, would sign; "none" signs nothing.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
# What Discovery says to assume where the provider is silent.
_DEFAULT_ALGORITHMS = ("RS256",)
BASIC, POST = "client_secret_basic", "client_secret_post"
_DEFAULT_TOKEN_AUTH = (BASIC,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderMetadata:
    """The provider's addresses and abilities.

    `algorithms` are the signatures that both sides allow; `names_issuer` is RFC 9207's promise to put `iss` in every
    answer; `token_auth` is how we present our secret; `offers_groups` tells whether groups have a scope of their own.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    algorithms: tuple[str, ...]
    token_auth: str
    names_issuer: bool
    offers_groups: bool

    @property
    def end_session_origin(self) -> str | None:
        """Where signing out leads, as a Content-Security-Policy source."""
        if self.end_session_endpoint is None:
            return None
        parts = urlsplit(self.end_session_endpoint)
        return f"{parts.scheme}://{parts.netloc}"


def discovery_url(issuer: str) -> str:
    """Where the issuer's document is: the well-known path goes after the issuer's own."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def read_metadata(document: Mapping[str, Any], issuer: str) -> ProviderMetadata:
    """Read a discovery document; raise `ProviderRefused` when it is another issuer's or unusable."""
    if document.get("issuer") != issuer:
        raise ProviderRefused(Check.DISCOVERY_ISSUER, "the discovery document is of another issuer")
    secure = urlsplit(issuer).scheme == "https"
    offered = _names(document, "id_token_signing_alg_values_supported", _DEFAULT_ALGORITHMS)
    algorithms = tuple(name for name in ALGORITHMS if name in offered)
    if not algorithms:
        raise ProviderRefused(Check.DISCOVERY, "no signature algorithm in common")
    token_auth = _names(document, "token_endpoint_auth_methods_supported", _DEFAULT_TOKEN_AUTH)
    ours = next((m for m in (BASIC, POST) if m in token_auth), None)
    if ours is None:
        raise ProviderRefused(Check.DISCOVERY, "no way of client authentication in common")
    methods = document.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise ProviderRefused(Check.DISCOVERY, "the provider knows no PKCE with S256")
    return ProviderMetadata(
        issuer=issuer,
        authorization_endpoint=_address(document, "authorization_endpoint", secure=secure),
        token_endpoint=_address(document, "token_endpoint", secure=secure),
        jwks_uri=_address(document, "jwks_uri", secure=secure),
        userinfo_endpoint=_optional_address(document, "userinfo_endpoint", secure=secure),
        end_session_endpoint=_optional_address(document, "end_session_endpoint", secure=secure),
        algorithms=algorithms,
        token_auth=ours,
        names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        offers_groups="groups" in _names(document, "scopes_supported", ()),
    )


def _names(document: Mapping[str, Any], key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = document.get(key)
    if not isinstance(value, list):
        return default
    return tuple(name for name in value if isinstance(name, str))


def _optional_address(document: Mapping[str, Any], key: str, *, secure: bool) -> str | None:
    return _address(document, key, secure=secure) if document.get(key) is not None else None


def _address(document: Mapping[str, Any], key: str, *, secure: bool) -> str:
    """An absolute address; one that is not https cannot come from an issuer that is."""
    value = document.get(key)
    if not isinstance(value, str):
        raise ProviderRefused(Check.DISCOVERY, f"{key} is missing")
    # What would end a source in a Content-Security-Policy is no part of an address either.
    well_formed = value.isascii() and value.isprintable() and not set(value) & set(" ;,'\"\\")
    try:
        parts = urlsplit(value)
        usable = well_formed and parts.scheme in ({"https"} if secure else {"http", "https"}) and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise ProviderRefused(Check.DISCOVERY, f"{key} is no usable address")
    return value
