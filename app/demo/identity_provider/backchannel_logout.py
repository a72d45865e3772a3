"""OpenID Connect Back-Channel Logout 1.0: tell every application of a session that it is over."""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from app.demo.identity_provider.authorization_server import DemoAuthorizationServer
    from app.demo.identity_provider.provider_session import ProviderSession

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_SECONDS = 2 * 60
DEADLINE_SECONDS = 3.0

log = logging.getLogger(__name__)


def logout_token(server: DemoAuthorizationServer, session: ProviderSession, client_id: str) -> str:
    """The signed statement that the session has ended. It has no nonce, so it can never pass for an ID token."""
    now = server.now()
    claims = {
        "iss": server.issuer,
        "sub": session.user.sub,
        "aud": client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(16),
        "sid": session.sid,
        "events": {EVENT: {}},
    }
    return server.signing_key.sign(claims, "logout+jwt")


async def announce_logout(server: DemoAuthorizationServer, session: ProviderSession) -> None:
    """Post a logout token to every client of the session, all at once; a client that fails is logged and left.

    The person waits for this, so that the applications are signed out before the browser comes back to one.
    """
    configs = [server.config.client(client_id) for client_id in sorted(session.client_ids)]
    # No proxy from the environment: the applications are on this machine or beside it.
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=False) as http:
        await asyncio.gather(
            *(
                _post(http, config.backchannel_logout_uri, logout_token(server, session, config.client_id))
                for config in configs
                if config is not None and config.backchannel_logout_uri
            )
        )


async def _post(http: httpx2.AsyncClient, uri: str, token: str) -> None:
    try:
        # The client's own timeouts are per read; this one is for the whole call.
        async with asyncio.timeout(DEADLINE_SECONDS):
            response = await http.post(uri, data={"logout_token": token})
    except (httpx2.HTTPError, TimeoutError) as error:
        log.warning("back-channel logout at %s failed: %r", uri, error)
        return
    if not response.is_success:
        log.warning("back-channel logout at %s was answered with %s", uri, response.status_code)
