"""A person with a browser, as far as forms, links and cookies go."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Self

from tests.app.demo.identity_provider.serving import plain_http

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2

REDIRECTS = 10


@dataclass(slots=True)
class Form:
    """The one form of a page: where it goes, and what it sends when nobody touches it."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form = Form()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form.action = attributes["action"]
        if tag == "input":
            self.form.fields[attributes["name"]] = attributes.get("value", "")


def form_of(page: httpx2.Response) -> Form:
    """The form on the page."""
    reader = _FormReader()
    reader.feed(page.text)
    assert reader.form.action, f"there is no form on this page: {page.text}"
    return reader.form


class Person:
    """Follows redirects as long as they stay at the provider, and stops where the application would take over."""

    def __init__(self, issuer: str) -> None:
        """Open an empty browser."""
        self.issuer = issuer
        self.http = plain_http(base_url=issuer)

    async def __aenter__(self) -> Self:
        """Use as a context to close the browser."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the browser."""
        await self.http.aclose()

    async def open(self, url: str) -> httpx2.Response:
        """Type in an address."""
        return await self._follow(await self.http.get(url))

    async def submit(self, page: httpx2.Response, **filled: str) -> httpx2.Response:
        """Fill in the page's form and send it."""
        form = form_of(page)
        return await self._follow(await self.http.post(form.action, data={**form.fields, **filled}))

    async def sign_in(self, page: httpx2.Response, email: str, password: str) -> httpx2.Response:
        """Fill in the sign-in form."""
        return await self.submit(page, email=email, password=password, action="sign-in")

    async def sign_in_and_allow(self, url: str, email: str, password: str) -> httpx2.Response:
        """Go the whole way, from the application's link to its callback."""
        consent = await self.sign_in(await self.open(url), email, password)
        assert "What" in consent.text, consent.text
        assert "will learn" in consent.text
        return await self.submit(consent, decision="allow")

    async def _follow(self, response: httpx2.Response) -> httpx2.Response:
        for _ in range(REDIRECTS):
            location = response.headers.get("location", "")
            if not location.startswith((self.issuer, "/")):
                return response
            response = await self.http.get(location)
        message = f"more than {REDIRECTS} redirects"
        raise AssertionError(message)
