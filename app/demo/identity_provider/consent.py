"""The page that asks whether the application may know who has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from app.demo.identity_provider.oauth_request import form_parameters

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.demo.identity_provider.interaction import Interaction
    from app.demo.identity_provider.provider import Provider
    from app.demo.identity_provider.provider_session import ProviderSession


class ConsentPage:
    """`/consent/{interaction}`."""

    def __init__(self, provider: Provider) -> None:
        """Serve for the provider."""
        self._provider = provider

    async def show(self, request: Request) -> Response:
        """What the application will learn, to be allowed or denied."""
        interaction = self._provider.interaction(request)
        session = self._session(request, interaction)
        if session is None:
            return self._to_sign_in(interaction)
        form_token = self._provider.form_token(interaction.browser, interaction.id)
        return self._provider.pages.consent(interaction, session.user, form_token)

    async def submit(self, request: Request) -> Response:
        """Send the code, or `access_denied`."""
        interaction = self._provider.interaction(request)
        parameters = await form_parameters(request)
        self._provider.check_form_token(request, parameters, interaction.id)
        session = self._session(request, interaction)
        if session is None:
            return self._to_sign_in(interaction)
        decision = dict(parameters).get("decision")
        if decision == "deny":
            return self._provider.answer(interaction.parameters, None)
        if decision != "allow":
            raise HTTPException(400, "Choose Allow or Deny.")
        allowed = session.consents.get(interaction.client_id, frozenset())
        session.consents[interaction.client_id] = allowed | frozenset(interaction.scope.split())
        return self._provider.answer(interaction.parameters, session)

    def _session(self, request: Request, interaction: Interaction) -> ProviderSession | None:
        """The browser's session, if it is the one in which the person has signed in for this request."""
        session = self._provider.session(request)
        return session if session is not None and session.sid == interaction.sid else None

    def _to_sign_in(self, interaction: Interaction) -> Response:
        return RedirectResponse(self._provider.path(f"/sign-in/{interaction.id}"), status_code=303)
