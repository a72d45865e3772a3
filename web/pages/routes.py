"""The addresses of the plain pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from starlette.routing import Route

from adapters.oidc.errors import ProviderRefused
from domain.kernel.errors import Unavailable
from web.pages.assets import asset_routes
from web.pages.error_page import error_page
from web.pages.frame import page
from web.pages.home import person, welcome
from web.sessions import SESSION_COOKIE, clear_host_cookie
from web.sso.sign_out import SIGN_OUT_COOKIE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from starlette.requests import Request
    from starlette.responses import Response

    from domain.identity.actor import Actor
    from web.sessions import SignedIn
    from web.sso.ports import SsoPorts


class MerchantNames(Protocol):
    """The names of the merchants that an actor can see."""

    async def __call__(self, actor: Actor) -> Mapping[UUID, str]: ...  # noqa: D102 - the class says it


class Home:
    """The start page. `graphiql` tells whether GET /graphql gives browsers a page."""

    def __init__(self, ports: SsoPorts, merchant_names: MerchantNames, *, graphiql: bool) -> None:
        self._ports = ports
        self._merchant_names = merchant_names
        self._graphiql = graphiql

    async def read(self, request: Request) -> Response:
        """For whoever comes."""
        try:
            signed_in = await self._ports.sessions.actor(request.cookies.get(SESSION_COOKIE))
            if signed_in is None:
                return self._welcome(request)
            return await self._person(signed_in)
        except Unavailable:
            text = "Paydesk cannot reach its database now. Try again in a moment."
            return error_page(503, "Not available", text, https=self._ports.https, again="/", retry_after_seconds=1)

    def _welcome(self, request: Request) -> Response:
        state = request.cookies.get(SIGN_OUT_COOKIE)
        back = state is not None and request.query_params.get("state") == state
        body = welcome(self._ports.providers, "You are signed out." if back else None)
        response = page("Welcome", body, https=self._ports.https)
        if back:
            clear_host_cookie(response, SIGN_OUT_COOKIE)
        if SESSION_COOKIE in request.cookies:
            clear_host_cookie(response, SESSION_COOKIE)
        return response

    async def _person(self, signed_in: SignedIn) -> Response:
        names = await self._merchant_names(signed_in.actor) if signed_in.memberships else {}
        body = person(signed_in, names, graphiql=self._graphiql)
        return page("You", body, https=self._ports.https, form_targets=await self._form_targets(signed_in))

    async def _form_targets(self, signed_in: SignedIn) -> list[str]:
        """Where the sign-out form leads in the end: browsers hold the redirect against form-action as well."""
        provider = self._ports.providers.get(signed_in.realm)
        if provider is None:
            return []
        try:
            origin = (await provider.metadata()).end_session_origin
        except (Unavailable, ProviderRefused):
            return []
        return [] if origin is None else [origin]


def page_routes(ports: SsoPorts, merchant_names: MerchantNames, *, graphiql: bool) -> list[Route]:
    """The start page, also under /me, and its files."""
    home = Home(ports, merchant_names, graphiql=graphiql)
    return [
        Route("/", home.read, methods=["GET"]),
        Route("/me", home.read, methods=["GET"]),
        *asset_routes(),
    ]
