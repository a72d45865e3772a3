"""What the provider hands out: codes, access tokens and ID tokens, as records and as Authlib's grant."""

# The type stubs that pyright brings describe an older Authlib, in which these methods were otherwise or not yet there.
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, TokenMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode, UserInfo

from app.demo.identity_provider.keys import ALGORITHM

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

    from app.demo.identity_provider.authorization_server import DemoAuthorizationServer
    from app.demo.identity_provider.config import ClientConfig, UserConfig
    from app.demo.identity_provider.oauth_request import ParameterRequest
    from app.demo.identity_provider.provider_session import ProviderSession

SCOPES = ("openid", "profile", "email", "groups")
ID_TOKEN_SECONDS = 10 * 60


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):
    """A configured application, seen by Authlib."""

    config: ClientConfig

    @property
    def client_id(self) -> str:
        """The id under which it is registered."""
        return self.config.client_id

    @property
    def client_metadata(self) -> dict[str, Any]:
        """What the end-session endpoint looks at."""
        return {"post_logout_redirect_uris": list(self.config.post_logout_redirect_uris)}

    def get_client_id(self) -> str:
        """The id under which it is registered."""
        return self.config.client_id

    def get_default_redirect_uri(self) -> None:
        """None: OpenID Connect requires the parameter."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scopes that the provider knows, since unknown ones are ignored; None, an error, without `openid`."""
        asked = (scope or "").split()
        return " ".join(name for name in SCOPES if name in asked) if "openid" in asked else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether the URI is registered, character by character."""
        return redirect_uri in self.config.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether the secret is right, in a time that tells nothing."""
        return hmac.compare_digest(client_secret.encode(), self.config.client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - Authlib's signature
        """Every client has a secret and may send it in the header or in the body."""
        return method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        """The code flow only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Codes only, and no refresh tokens."""
        return grant_type == "authorization_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode(AuthorizationCodeMixin):
    """A code between the callback and the token endpoint."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    session: ProviderSession
    auth_time: int

    def get_redirect_uri(self) -> str:
        """The URI that the code was sent to."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """What the person allowed."""
        return self.scope


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken(TokenMixin):
    """An opaque token for the userinfo endpoint; that it is still remembered is its validity."""

    client_id: str
    scope: str
    session: ProviderSession

    def get_scope(self) -> str:
        """What the person allowed."""
        return self.scope

    def is_expired(self) -> bool:
        """An expired one is not found."""
        return False

    def is_revoked(self) -> bool:
        """A revoked one is not found."""
        return False


def claims_about(user: UserConfig, scope: str) -> dict[str, Any]:
    """What a relying party learns about the person within the scope; `profile` covers the groups as well."""
    asked = frozenset(scope.split())
    claims: dict[str, Any] = {"sub": user.sub}
    if "email" in asked:
        claims |= {"email": user.email, "email_verified": user.email_verified}
    if "profile" in asked:
        claims["name"] = user.name
    if asked & {"profile", "groups"}:
        claims["groups"] = list(user.groups)
    return claims


class RequiredS256(CodeChallenge):
    """PKCE as RFC 9700 wants it; Authlib alone makes it optional and accepts `plain`."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - Authlib declares it without ClassVar

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Refuse a request without a challenge, or without the method, whose default is `plain` (RFC 7636, 4.3)."""
        for name in ("code_challenge", "code_challenge_method"):
            if not grant.request.payload.data.get(name):
                message = f"Missing '{name}': PKCE with S256 is required."
                raise InvalidRequestError(message)
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(AuthorizationCodeGrant):
    """The authorization code grant over the provider's memory."""

    server: DemoAuthorizationServer
    request: ParameterRequest

    def save_authorization_code(self, code: str, request: ParameterRequest) -> None:
        """Remember the code for a minute; the request's user is the session."""
        data = request.payload.data
        session: ProviderSession = request.user
        self.server.codes.put(
            code,
            AuthorizationCode(
                code=code,
                client_id=request.client.client_id,
                redirect_uri=data["redirect_uri"],
                scope=request.allowed_scope,
                nonce=data.get("nonce"),
                code_challenge=data["code_challenge"],
                code_challenge_method=data["code_challenge_method"],
                session=session,
                auth_time=session.auth_time,
            ),
        )

    def query_authorization_code(self, code: str, client: Client) -> AuthorizationCode | None:
        """Take the code out: whatever is wrong with the rest of the request, it is not accepted again."""
        known = self.server.codes.get(code)
        if known is None:
            # A second use means that somebody else has the code too: what it gave is taken back (RFC 6749, 4.1.2).
            self.server.revoke_redeemed(code, client.client_id)
            return None
        if known.client_id != client.client_id:
            return None
        self.server.codes.pop(code)
        return known if self.server.sessions.of_sid(known.session.sid) is known.session else None

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        """Nothing: looking it up has deleted it."""

    def authenticate_user(self, authorization_code: AuthorizationCode) -> ProviderSession:
        """The session stands for the person."""
        return authorization_code.session


class IdTokens(OpenIDCode):
    """ID tokens beside the access tokens."""

    def __init__(self, server: DemoAuthorizationServer) -> None:
        """Sign with the server's key, under its issuer, by its clock."""
        super().__init__(require_nonce=False)
        self._server = server

    def exists_nonce(self, nonce: str, request: ParameterRequest) -> bool:  # noqa: ARG002 - Authlib's signature
        """The relying party checks its nonce; a repeated one is its own affair."""
        return False

    def resolve_client_private_key(self, client: Client) -> KeySet:  # noqa: ARG002 - Authlib's signature
        """The one key."""
        return self._server.signing_key.key_set

    def get_client_algorithm(self, client: Client) -> str:  # noqa: ARG002 - Authlib's signature
        """ES256, whatever a client might like."""
        return ALGORITHM

    def get_encode_header(self, client: Client) -> dict[str, str]:  # noqa: ARG002 - Authlib's signature
        """With the key's id, so that relying parties can rotate."""
        return self._server.signing_key.header("JWT")

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        """Issuer, audience and times."""
        now = self._server.now()
        return {"iss": self._server.issuer, "aud": client.client_id, "iat": now, "exp": now + ID_TOKEN_SECONDS}

    def get_authorization_code_claims(self, authorization_code: AuthorizationCodeMixin) -> dict[str, Any]:
        """Nonce, `auth_time`, and the session that a logout token will name."""
        code = cast("AuthorizationCode", authorization_code)
        claims = {"auth_time": code.auth_time, "amr": ["pwd"], "sid": code.session.sid}
        return claims if code.nonce is None else {**claims, "nonce": code.nonce}

    def generate_user_info(self, user: ProviderSession, scope: str) -> UserInfo:
        """The person's claims within the scope."""
        return UserInfo(claims_about(user.user, scope))
