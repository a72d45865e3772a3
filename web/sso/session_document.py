"""The session as a script of our own pages reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from domain.kernel.errors import Unavailable
from web.sessions import SESSION_COOKIE, clear_host_cookie

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.sso.ports import SsoPorts

_HEADERS = {
    "cache-control": "no-store",
    "vary": "cookie",
    "x-content-type-options": "nosniff",
    # No other origin gets to read the CSRF token, not even as a script that it includes.
    "cross-origin-resource-policy": "same-origin",
}


class SessionDocument:
    """One route: who is signed in, with the CSRF token that its requests need."""

    def __init__(self, ports: SsoPorts) -> None:
        self._ports = ports

    async def read(self, request: Request) -> Response:
        """Always 200, unless the database is away: not being signed in is no error."""
        cookie = request.cookies.get(SESSION_COOKIE)
        try:
            signed_in = await self._ports.sessions.actor(cookie)
        except Unavailable as error:
            return JSONResponse({"error": error.message}, status_code=503, headers={**_HEADERS, "retry-after": "1"})
        if signed_in is None:
            nobody = {"signed_in": False, "csrf_token": None, "name": None, "realm": None, "permissions": []}
            response = JSONResponse(nobody, headers=_HEADERS)
            if cookie is not None:
                clear_host_cookie(response, SESSION_COOKIE)
            return response
        document = {
            "signed_in": True,
            "csrf_token": signed_in.csrf_token,
            "name": signed_in.user.name,
            "realm": signed_in.realm.value,
            "permissions": sorted(p.value for p in signed_in.actor.permissions),
        }
        return JSONResponse(document, headers=_HEADERS)
