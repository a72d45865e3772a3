"""Pages of the stand-in, and what their security policy refused."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.async_api import expect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request

    from tests.portal.stand_in import StandIn


@dataclass(kw_only=True)
class Opened:
    """A page of the stand-in, with everything that it complained of or asked for elsewhere."""

    page: Page
    server: StandIn
    origin: str
    complaints: list[str] = field(default_factory=list)

    def on_console(self, said: ConsoleMessage) -> None:
        """Whatever the policy refuses is an error on the console."""
        if said.type in {"error", "warning"}:
            self.complaints.append(said.text)

    def on_error(self, error: Error) -> None:
        """Code of the page failed."""
        self.complaints.append(str(error))

    def on_request(self, asked: Request) -> None:
        """Nothing comes from anywhere else."""
        if not asked.url.startswith((self.origin, "data:", "blob:")):
            self.complaints.append(asked.url)


@asynccontextmanager
async def opened(
    browser: Browser, server: StandIn, color_scheme: Literal["light", "dark"] = "light"
) -> AsyncGenerator[Opened]:
    """Serve the stand-in on a free port and open its page in a browser that knows nothing yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    http = Server(server.application(), port=port, interface=Interfaces.ASGINL, log_enabled=False)
    serving = asyncio.create_task(http.serve())
    page = await browser.new_page(color_scheme=color_scheme)
    origin = f"http://127.0.0.1:{port}"
    found = Opened(page=page, server=server, origin=origin)
    page.on("console", found.on_console)
    page.on("pageerror", found.on_error)
    page.on("request", found.on_request)
    try:
        await _listening(port)
        await page.goto(f"{origin}/graphql")
        await ready(page)
        yield found
    finally:
        await page.close()
        http.stop()
        await serving


async def ready(page: Page) -> None:
    """Wait for the editors: they come after the page, and buttons do nothing before them."""
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query")


async def _listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
