"""The page that asks for an e-mail address and a password."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from app.demo.identity_provider.oauth_request import form_parameters
from app.demo.identity_provider.provider import SESSION_COOKIE

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.demo.identity_provider.config import UserConfig
    from app.demo.identity_provider.interaction import Interaction
    from app.demo.identity_provider.provider import Provider

WRONG = "The e-mail address or the password is wrong. Try again."
NOT_FOR_THIS = "This account is not for this application. Sign in with one of the accounts listed below."
# As long as an e-mail address can be (RFC 5321); what is longer need not be remembered in full.
_EMAIL_CHARACTERS = 254


class SignInPage:
    """`/sign-in/{interaction}`."""

    def __init__(self, provider: Provider) -> None:
        """Serve for the provider."""
        self._provider = provider

    async def show(self, request: Request) -> Response:
        """The form, with the address filled in when the link or the application names one."""
        interaction = self._provider.interaction(request)
        email = request.query_params.get("email") or interaction.parameter("login_hint")
        notice = ""
        session = self._provider.session(request)
        if session is not None and session.user.realm != interaction.client_id:
            notice = f"You are signed in as {session.user.email}, an account that is not for this application."
        return self._form(interaction, email=email, notice=notice)

    async def submit(self, request: Request) -> Response:
        """Check the password, open the session and go on to consent; or say what was wrong."""
        interaction = self._provider.interaction(request)
        parameters = await form_parameters(request)
        self._provider.check_form_token(request, parameters, interaction.id)
        form = dict(parameters)
        if form.get("action") == "cancel":
            return self._provider.answer(interaction.parameters, None)
        email = form.get("email", "").strip()[:_EMAIL_CHARACTERS]
        address = request.client.host if request.client else ""
        account = f"{address} {email.casefold()}"
        wait_seconds = max(
            self._provider.account_failures.wait_seconds(account), self._provider.address_failures.wait_seconds(address)
        )
        if wait_seconds:
            return self._wait(interaction, email, wait_seconds)
        user = self._authenticated(email, form.get("password", ""))
        if user is None:
            self._provider.account_failures.failed(account)
            self._provider.address_failures.failed(address)
            return self._form(interaction, email=email, error=WRONG, status_code=400)
        self._provider.account_failures.succeeded(account)
        if user.realm != interaction.client_id:
            return self._form(interaction, email=email, error=NOT_FOR_THIS, status_code=403)
        return self._signed_in(request, interaction, user)

    def _authenticated(self, email: str, password: str) -> UserConfig | None:
        user = self._provider.config.user_with_email(email)
        expected = user.password if user else ""
        right = hmac.compare_digest(password.encode(), expected.encode())
        return user if right else None

    def _signed_in(self, request: Request, interaction: Interaction, user: UserConfig) -> Response:
        provider = self._provider
        session, cookie = provider.server.sessions.sign_in(user, request.cookies.get(SESSION_COOKIE))
        provider.interactions.replace(interaction.id, replace(interaction, sid=session.sid))
        ask = "consent" in interaction.parameter("prompt").split()
        if not ask and session.consented(interaction.client_id, interaction.scope):
            response = provider.answer(interaction.parameters, session)
        else:
            response = RedirectResponse(provider.path(f"/consent/{interaction.id}"), status_code=303)
        provider.set_cookie(response, SESSION_COOKIE, cookie)
        return response

    def _wait(self, interaction: Interaction, email: str, seconds: int) -> Response:
        error = f"There were too many wrong passwords. Wait {seconds} seconds and try again."
        response = self._form(interaction, email=email, error=error, status_code=429)
        response.headers["Retry-After"] = str(seconds)
        return response

    def _form(
        self, interaction: Interaction, *, email: str, error: str = "", notice: str = "", status_code: int = 200
    ) -> Response:
        return self._provider.pages.sign_in(
            interaction,
            form_token=self._provider.form_token(interaction.browser, interaction.id),
            email=email,
            error=error,
            notice=notice,
            status_code=status_code,
        )
