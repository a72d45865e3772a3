"""A browser, as far as signing in goes: cookies by host, and redirects followed one at a time."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpx2

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_REDIRECTS = {302, 303}
_MOST_STEPS = 20
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One person's browser; `paydesk` is the address of the application."""

    def __init__(self, paydesk: str) -> None:
        self.paydesk = paydesk
        self.cookies: dict[str, dict[str, str]] = {}
        self.visited: list[str] = []
        # Cookies are ours to keep: Python's jar does not send Secure ones to http://localhost, as browsers do.
        self._http = httpx2.AsyncClient(follow_redirects=False, timeout=20)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    @property
    def own(self) -> dict[str, str]:
        """The application's cookies."""
        return self.cookies.setdefault(urlsplit(self.paydesk).netloc, {})

    @property
    def session(self) -> str | None:
        return self.own.get("__Host-paydesk_session")

    async def send(self, method: str, url: str, **more: Any) -> httpx2.Response:
        """One request, no redirect."""
        url = urljoin(self.paydesk, url)
        jar = self.cookies.setdefault(urlsplit(url).netloc, {})
        headers = {**more.pop("headers", {})}
        if jar:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        response = await self._http.request(method, url, headers=headers, **more)
        self._http.cookies.clear()
        self.visited.append(url)
        for line in response.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or "1970" in morsel["expires"] or not morsel.value:
                    jar.pop(name, None)
                else:
                    jar[name] = morsel.value
        return response

    async def get(self, url: str, **more: Any) -> httpx2.Response:
        return await self.send("GET", url, **more)

    async def post(self, url: str, **more: Any) -> httpx2.Response:
        return await self.send("POST", url, **more)

    async def to_callback(self, realm: str, sub: str | None, return_to: str | None = None) -> str:
        """Sign in at the provider as `sub` (None: cancel there), and stop at the address that leads back to us."""
        query = {} if return_to is None else {"return_to": return_to}
        response = await self.get(f"/sign-in/{realm}", params=query)
        for _ in range(_MOST_STEPS):
            assert response.status_code in _REDIRECTS, response.text
            target = urljoin(self.visited[-1], response.headers["location"])
            if target.startswith(f"{self.paydesk}/sign-in/{realm}/callback"):
                return target
            interaction = "/interaction/" in target
            answer = {} if sub is None else {"sub": sub}
            response = await (self.post(target, data=answer) if interaction else self.get(target))
        raise AssertionError(self.visited)

    async def sign_in(self, realm: str, sub: str | None, return_to: str | None = None) -> httpx2.Response:
        """The whole way; the answer to the callback."""
        return await self.get(await self.to_callback(realm, sub, return_to))

    async def follow(self, response: httpx2.Response) -> httpx2.Response:
        """Where redirects lead in the end."""
        for _ in range(_MOST_STEPS):
            if response.status_code not in _REDIRECTS:
                return response
            response = await self.get(urljoin(self.visited[-1], response.headers["location"]))
        raise AssertionError(self.visited)

    async def csrf_token(self) -> str:
        """As the form on the start page has it."""
        found = _CSRF.search((await self.get("/")).text)
        assert found is not None
        return found[1]

    async def is_signed_in(self) -> bool:
        return (await self.get("/session")).json()["signed_in"]
