"""What all pages share: the memory, the browser's cookies, and the defence against forged forms."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, cast

from starlette.exceptions import HTTPException

from app.demo.identity_provider.authorization_server import DemoAuthorizationServer
from app.demo.identity_provider.expiring import Expiring
from app.demo.identity_provider.failure_limit import FailureLimit
from app.demo.identity_provider.interaction import INTERACTION_SECONDS, Interaction
from app.demo.identity_provider.pages import Pages

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from app.demo.identity_provider.config import IdentityProviderConfig
    from app.demo.identity_provider.expiring import Clock
    from app.demo.identity_provider.interaction import Parameters
    from app.demo.identity_provider.provider_session import ProviderSession

# Cookies on one host are shared by all of its ports, so the names must not meet Paydesk's own.
SESSION_COOKIE = "demo_idp_session"
BROWSER_COOKIE = "demo_idp_browser"

EXPIRED = "This sign-in has expired, or was started in another browser. Go back to the application and start again."
FORGED = "This form did not come from a page of this browser. Go back, reload the page and send it again."


class Provider:
    """One running provider."""

    def __init__(self, config: IdentityProviderConfig, clock: Clock) -> None:
        """Start with an empty memory."""
        self.config = config
        self.server = DemoAuthorizationServer(config, clock)
        self.pages = Pages(config)
        self.interactions: Expiring[Interaction] = Expiring(clock, lifetime_seconds=INTERACTION_SECONDS)
        self.account_failures = FailureLimit(clock, allowed=5, window_seconds=60)
        self.address_failures = FailureLimit(clock, allowed=50, window_seconds=60)
        self._form_key = secrets.token_bytes(32)

    def path(self, path: str) -> str:
        """The path as a browser must ask for it."""
        return f"{self.config.issuer_path}{path}"

    def browser(self, request: Request) -> str:
        """The browser's mark; a new one for a browser that has none yet."""
        return request.cookies.get(BROWSER_COOKIE) or secrets.token_urlsafe(32)

    def session(self, request: Request) -> ProviderSession | None:
        """The session that the browser is signed in to."""
        return self.server.sessions.of_cookie(request.cookies.get(SESSION_COOKIE))

    def set_cookie(self, response: Response, name: str, value: str) -> None:
        """Set a cookie that scripts and other sites' forms do not get, until the browser closes."""
        response.set_cookie(name, value, path=self.path("/"), secure=self.config.secure, httponly=True, samesite="lax")

    def form_token(self, browser: str, purpose: str) -> str:
        """What a form must carry: only this process can make it, and only for this browser and purpose."""
        return hmac.digest(self._form_key, f"{browser}\n{purpose}".encode(), "sha256").hex()

    def check_form_token(self, request: Request, parameters: Parameters, purpose: str) -> None:
        """Raise HTTP 403 for a form that was not on one of our pages in this browser."""
        browser = request.cookies.get(BROWSER_COOKIE)
        sent = dict(parameters).get("form_token", "")
        expected = self.form_token(browser or "", purpose)
        if not browser or not hmac.compare_digest(sent.encode(), expected.encode()):
            raise HTTPException(403, FORGED)

    def interaction(self, request: Request) -> Interaction:
        """The interaction in the path; raise HTTP 400 when it is over or another browser's."""
        interaction = self.interactions.get(str(request.path_params["interaction"]))
        browser = request.cookies.get(BROWSER_COOKIE, "")
        if interaction is None or not hmac.compare_digest(interaction.browser.encode(), browser.encode()):
            raise HTTPException(400, EXPIRED)
        return interaction

    def answer(self, parameters: Parameters, session: ProviderSession | None) -> Response:
        """The authorization response: a code for the session, or `access_denied` when there is none."""
        request = self.server.request("GET", "/authorize", parameters)
        grant = self.server.get_consent_grant(request, end_user=session)
        return cast("Response", self.server.create_authorization_response(request, grant_user=session, grant=grant))
