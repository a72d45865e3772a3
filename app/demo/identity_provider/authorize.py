"""The authorization endpoint: checks the request, then answers it or sends the browser to the pages."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from authlib.oauth2 import OAuth2Error
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from app.demo.identity_provider.interaction import Interaction
from app.demo.identity_provider.oauth_request import form_parameters, query_parameters, repeated
from app.demo.identity_provider.provider import BROWSER_COOKIE

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.demo.identity_provider.interaction import Parameters
    from app.demo.identity_provider.provider import Provider
    from app.demo.identity_provider.provider_session import ProviderSession

# Nine digits of seconds are thirty years.
_SECONDS = re.compile(r"[0-9]{1,9}")


class AuthorizationEndpoint:
    """`/authorize`, by GET and by POST."""

    def __init__(self, provider: Provider) -> None:
        """Serve for the provider."""
        self._provider = provider

    async def __call__(self, request: Request) -> Response:
        """Answer at once where the person is signed in and has allowed it before; otherwise ask."""
        parameters = await form_parameters(request) if request.method == "POST" else query_parameters(request)
        self._require_known_target(parameters)
        data = dict(parameters)
        refusal = _refusal(parameters)
        if refusal is not None:
            return self._provider.server.error_redirect(data["redirect_uri"], data.get("state"), *refusal)
        session = self._usable_session(request, data)
        oauth_request = self._provider.server.request("GET", "/authorize", parameters)
        try:
            self._provider.server.get_consent_grant(oauth_request, end_user=session)
        except OAuth2Error as error:
            error.redirect_uri = data["redirect_uri"]
            return self._provider.server.handle_response(*error())
        return self._next_step(request, parameters, oauth_request.allowed_scope, session)

    def _require_known_target(self, parameters: Parameters) -> None:
        """Raise HTTP 400: an error must not be sent to an address that nobody registered (RFC 6749, 4.1.2.1)."""
        names = [name for name, _ in parameters]
        for name in ("client_id", "redirect_uri"):
            if names.count(name) != 1:
                raise HTTPException(400, f"The application's request must have exactly one {name}.")
        data = dict(parameters)
        client = self._provider.config.client(data["client_id"])
        if client is None:
            raise HTTPException(400, "The application is not registered here: its client_id is unknown.")
        if data["redirect_uri"] not in client.redirect_uris:
            raise HTTPException(400, "The application's redirect_uri is not one of those registered for it.")

    def _usable_session(self, request: Request, data: dict[str, str]) -> ProviderSession | None:
        """The browser's session if its person may sign in to this client and has not been away for too long."""
        session = self._provider.session(request)
        if session is None or session.user.realm != data["client_id"]:
            return None
        max_age = data.get("max_age")
        if max_age and (int(max_age) == 0 or self._provider.server.now() - session.auth_time > int(max_age)):
            return None
        return session

    def _next_step(
        self, request: Request, parameters: Parameters, scope: str, session: ProviderSession | None
    ) -> Response:
        provider, data = self._provider, dict(parameters)
        prompts = frozenset(data.get("prompt", "").split())
        if session is not None and session.consented(data["client_id"], scope):
            if not prompts & {"login", "consent", "select_account"}:
                return provider.answer(parameters, session)
        elif "none" in prompts:
            return provider.server.error_redirect(
                data["redirect_uri"], data.get("state"), "consent_required", "The person has not allowed this yet."
            )
        signed_in = session is not None and not prompts & {"login", "select_account"}
        interaction = Interaction(
            id=secrets.token_urlsafe(24),
            browser=provider.browser(request),
            client_id=data["client_id"],
            scope=scope,
            parameters=parameters,
            sid=session.sid if session is not None and signed_in else None,
        )
        provider.interactions.put(interaction.id, interaction)
        page = "consent" if signed_in else "sign-in"
        response = RedirectResponse(provider.path(f"/{page}/{interaction.id}"), status_code=303)
        provider.set_cookie(response, BROWSER_COOKIE, interaction.browser)
        return response


def _refusal(parameters: Parameters) -> tuple[str, str] | None:
    """The error code and description for what the provider does not do; None when there is nothing of that kind."""
    data = dict(parameters)
    response_type, max_age = data.get("response_type"), data.get("max_age")
    refusals = (
        (repeated(parameters) is not None, "invalid_request", "A parameter is there more than once."),
        (not response_type, "invalid_request", "Missing 'response_type'."),
        (response_type != "code", "unsupported_response_type", "The only response_type is code."),
        (data.get("response_mode", "query") != "query", "invalid_request", "The only response_mode is query."),
        ("request" in data, "request_not_supported", "Request objects are not supported."),
        ("request_uri" in data, "request_uri_not_supported", "Request objects are not supported."),
        (max_age and not _SECONDS.fullmatch(max_age), "invalid_request", "max_age must be a number of seconds."),
    )
    return next(((error, description) for refused, error, description in refusals if refused), None)
