"""ASGI applications on real sockets, inside the loop of the tests."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from typing import TYPE_CHECKING

import httpx2
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.applications import Starlette

START_SECONDS = 10
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def plain_http(*, base_url: str = "", cookies: dict[str, str] | None = None) -> httpx2.AsyncClient:
    """A client without TLS, whose certificates would take longer to load than most tests take to run."""
    return httpx2.AsyncClient(base_url=base_url, cookies=cookies, trust_env=False, verify=_NO_CERTIFICATES)


async def answering(url: str) -> None:
    """Wait until something answers at the URL; raise `TimeoutError` when nothing does."""
    async with asyncio.timeout(START_SECONDS), plain_http() as http:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                await http.get(url)
                return
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def serving(application: Starlette, port: int) -> AsyncGenerator[None]:
    """Serve the application on the port until the block ends."""
    server = Server(
        application,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.critical,
    )
    task = asyncio.create_task(server.serve())
    try:
        await answering(f"http://127.0.0.1:{port}/healthz")
        yield
    finally:
        server.stop()
        await task
