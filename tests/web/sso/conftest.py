"""A provider process for the session, and a Paydesk for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.sso.browser import Browser
from tests.web.sso.installation import Installation, an_installation, free_port, peer_providers, served
from tests.web.sso.peer import Peer, running_peer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator


@pytest.fixture(scope="session")
def paydesk_port() -> int:
    """The provider has to know our address before we run, so it is the same for all tests."""
    return free_port()


@pytest.fixture(scope="session")
def peer(paydesk_port: int) -> Generator[Peer]:
    with running_peer(free_port(), f"http://localhost:{paydesk_port}") as running:
        yield running


@pytest.fixture
async def paydesk(peer: Peer, paydesk_port: int, database_url: str) -> AsyncGenerator[Installation]:
    """Paydesk with both realms at the certified provider, over HTTP."""
    url = f"http://localhost:{paydesk_port}"
    async with (
        an_installation(database_url, url, peer_providers(peer, url)) as installation,
        served(installation.app, paydesk_port),
    ):
        yield installation


@pytest.fixture
async def browser(paydesk: Installation) -> AsyncGenerator[Browser]:
    async with Browser(paydesk.url) as one:
        yield one


@pytest.fixture
async def other_browser(paydesk: Installation) -> AsyncGenerator[Browser]:
    async with Browser(paydesk.url) as one:
        yield one
