"""One OpenID provider, as the relying party that we are at it."""

from __future__ import annotations

import asyncio
import hmac
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import httpx2
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from adapters.oidc.errors import Check, CodeRefused, ProviderRefused, ProviderUnavailable
from adapters.oidc.exchange import BoundedTransport, deadline, document_of
from adapters.oidc.id_token import read_id_token
from adapters.oidc.identity import Identity, read_identity
from adapters.oidc.keys import ProviderKeys
from adapters.oidc.logout_token import read_logout_token
from adapters.oidc.metadata import BASIC, ProviderMetadata, discovery_url, read_metadata
from adapters.oidc.signed_token import verify_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adapters.oidc.logout_token import LogoutToken

_FRESH_SECONDS = 600.0
# Behind this much a provider that came back is noticed, and one that is down is not asked by every visitor.
_RETRY_SECONDS = 2.0
_MOST_CODE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """How we are known at a provider. `deadline_seconds` bounds each exchange as a whole."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    deadline_seconds: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest:
    """The secrets of one trip to the provider: `state` comes back in the URL, `nonce` in the ID token."""

    state: str
    nonce: str
    code_verifier: str


class OpenIdProvider:
    """Discovery, the authorization code flow with PKCE, and logout at one provider.

    Every method raises `ProviderUnavailable` when the provider does not answer in time and `ProviderRefused` when its
    answer breaks a rule.
    """

    def __init__(
        self,
        party: RelyingParty,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`now` is in seconds since 1970, `monotonic` in seconds."""
        self.party = party
        self._now = now
        self._monotonic = monotonic
        self._transport = BoundedTransport(transport)
        # Read errors are kept out of the way of the total deadline; redirects would leave the issuer's word.
        self._http = httpx2.AsyncClient(
            transport=self._transport, timeout=party.deadline_seconds, follow_redirects=False, trust_env=False
        )
        self._keys = ProviderKeys(self._fetch_keys, monotonic=monotonic)
        self._metadata: ProviderMetadata | None = None
        self._metadata_at = 0.0
        self._failure: tuple[float, ProviderUnavailable] | None = None
        self._lock = asyncio.Lock()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def known_end_session_origin(self) -> str | None:
        """Where signing out leads, if discovery has been read."""
        return None if self._metadata is None else self._metadata.end_session_origin

    async def metadata(self) -> ProviderMetadata:
        """The discovery document, read again after ten minutes; the one before serves while the provider is away."""
        async with self._lock:
            now = self._monotonic()
            if self._metadata is not None and now - self._metadata_at < _FRESH_SECONDS:
                return self._metadata
            if self._failure is not None and now - self._failure[0] < _RETRY_SECONDS:
                if self._metadata is not None:
                    return self._metadata
                raise ProviderUnavailable(self._failure[1].detail)
            try:
                document = await self._get(discovery_url(self.party.issuer), Check.DISCOVERY)
            except ProviderUnavailable as error:
                self._failure = (self._monotonic(), error)
                if self._metadata is None:
                    raise
                return self._metadata
            self._metadata = read_metadata(document, self.party.issuer)
            self._metadata_at = self._monotonic()
            self._failure = None
            return self._metadata

    async def authorization_url(self, request: SignInRequest) -> str:
        """Where to send the browser."""
        metadata = await self.metadata()
        url, _ = self._oauth(metadata).create_authorization_url(
            metadata.authorization_endpoint,
            state=request.state,
            code_verifier=request.code_verifier,
            nonce=request.nonce,
        )
        return url

    async def check_callback(self, issuer: str | None) -> None:
        """RFC 9207: `iss` in the callback is the provider, and is there when the provider promises it."""
        metadata = await self.metadata()
        if issuer is None:
            if metadata.names_issuer:
                raise ProviderRefused(Check.CALLBACK_ISSUER, "the callback names no issuer")
        elif issuer != metadata.issuer:
            raise ProviderRefused(Check.CALLBACK_ISSUER, "the callback is of another issuer")

    async def redeem(self, code: str, request: SignInRequest) -> Identity:
        """Turn the code into a proven identity; raise `CodeRefused` for a code that the provider does not take."""
        metadata = await self.metadata()
        tokens = await self._fetch_tokens(metadata, code, request.code_verifier)
        if tokens.get("id_token") is None:
            raise ProviderRefused(Check.NO_ID_TOKEN, "the answer has no ID token")
        access_token = tokens.get("access_token")
        signed = await verify_signature(tokens["id_token"], metadata.algorithms, self._keys)
        id_token = read_id_token(
            signed,
            issuer=metadata.issuer,
            client_id=self.party.client_id,
            nonce=request.nonce,
            access_token=access_token if isinstance(access_token, str) else None,
            now=self._now(),
        )
        userinfo = await self._userinfo(metadata, access_token, id_token.subject)
        return read_identity(metadata.issuer, id_token, userinfo, tokens["id_token"])

    async def end_session_url(self, *, id_token: str | None, return_to: str, state: str) -> str | None:
        """Where to sign out at the provider (RP-Initiated Logout 1.0); None when it offers no such page."""
        endpoint = (await self.metadata()).end_session_endpoint
        if endpoint is None:
            return None
        hint = [] if id_token is None else [("id_token_hint", id_token)]
        own = [("client_id", self.party.client_id), ("post_logout_redirect_uri", return_to), ("state", state)]
        return add_params_to_uri(endpoint, [*hint, *own])

    async def check_logout_token(self, token: object) -> LogoutToken:
        """The claims of a back-channel logout token."""
        metadata = await self.metadata()
        signed = await verify_signature(token, metadata.algorithms, self._keys)
        return read_logout_token(signed, issuer=metadata.issuer, client_id=self.party.client_id, now=self._now())

    def _oauth(self, metadata: ProviderMetadata) -> AsyncOAuth2Client:
        """Authlib's client keeps the token that it fetched, so each exchange gets one; the connections are shared."""
        return AsyncOAuth2Client(
            client_id=self.party.client_id,
            client_secret=self.party.client_secret,
            token_endpoint_auth_method=metadata.token_auth,
            redirect_uri=self.party.redirect_uri,
            scope=" ".join((*self.party.scopes, *(["groups"] if metadata.offers_groups else []))),
            code_challenge_method="S256",
            transport=self._transport,
            timeout=self.party.deadline_seconds,
            trust_env=False,
        )

    async def _fetch_tokens(self, metadata: ProviderMetadata, code: str, verifier: str) -> Mapping[str, Any]:
        if not 0 < len(code) <= _MOST_CODE:
            raise CodeRefused
        # RFC 6749, section 2.3.1, wants both halves form-encoded; Authlib sends them as they are.
        basic = httpx2.BasicAuth(quote_plus(self.party.client_id), quote_plus(self.party.client_secret))
        try:
            async with deadline(self.party.deadline_seconds, "token endpoint"):
                return await self._oauth(metadata).fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    auth=basic if metadata.token_auth == BASIC else None,
                )
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise CodeRefused from error
            raise ProviderRefused(Check.TOKEN_RESPONSE, f"error {str(error.error)[:60]!r}") from error
        except (ValueError, TypeError, AttributeError, KeyError) as error:  # Authlib takes any JSON for an object
            raise ProviderRefused(Check.TOKEN_RESPONSE, "the answer is no token response") from error

    async def _userinfo(self, metadata: ProviderMetadata, access_token: object, subject: str) -> Mapping[str, Any]:
        if metadata.userinfo_endpoint is None or not isinstance(access_token, str):
            return {}
        document = await self._get(
            metadata.userinfo_endpoint, Check.USERINFO, headers={"authorization": f"Bearer {access_token}"}
        )
        given = document.get("sub")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), subject.encode()):
            raise ProviderRefused(Check.USERINFO_SUBJECT, "userinfo is of another subject")
        return document

    async def _fetch_keys(self) -> Mapping[str, Any]:
        return await self._get((await self.metadata()).jwks_uri, Check.KEY)

    async def _get(self, url: str, what: Check, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        async with deadline(self.party.deadline_seconds, what.value.lower()):
            response = await self._http.get(url, headers={"accept": "application/json", **(headers or {})})
        return document_of(response, what)
