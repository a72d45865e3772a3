"""A provider, its two applications and a person, all over real HTTP."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from app.demo.identity_provider.application import create_identity_provider
from app.demo.identity_provider.config import ClientConfig, IdentityProviderConfig, UserConfig
from tests.app.demo.identity_provider.person import Person
from tests.app.demo.identity_provider.relying_party import LogoutEar, RelyingParty
from tests.app.demo.identity_provider.serving import free_port, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PASSWORD = "correct horse"


class Clock:
    """The real time plus what the test adds."""

    def __init__(self) -> None:
        """Start at now."""
        self.added_seconds = 0.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.added_seconds


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Say that this is a test, which the provider insists on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAYDESK_ENVIRONMENT", "test")
        yield


@pytest.fixture
def clock() -> Clock:
    """The provider's clock."""
    return Clock()


@pytest.fixture
def config() -> IdentityProviderConfig:
    """Two applications on one origin that does not exist yet, and an account for each."""
    provider, applications = free_port(), free_port()
    clients = tuple(
        ClientConfig(
            client_id=client_id,
            client_secret=f"{client_id} secret: % + é",
            name=name,
            redirect_uris=(f"http://localhost:{applications}/{client_id}/callback",),
            post_logout_redirect_uris=(f"http://localhost:{applications}/{client_id}/bye",),
            backchannel_logout_uri=f"http://127.0.0.1:{applications}/{client_id}/backchannel-logout",
        )
        for client_id, name in (("paydesk-staff", "Paydesk back office"), ("paydesk-merchants", "Paydesk"))
    )
    ada = UserConfig(
        sub="u1", email="ada@paydesk.test", name="Ada <Finance>", password=PASSWORD, realm="paydesk-staff",
        role="Finance operations", groups=("paydesk-finance",),
    )  # fmt: skip
    bo = UserConfig(sub="u2", email="bo@shop.test", name="Bo", password=PASSWORD, realm="paydesk-merchants")
    return IdentityProviderConfig(issuer=f"http://localhost:{provider}", clients=clients, users=(ada, bo))


@pytest_asyncio.fixture
async def provider(config: IdentityProviderConfig, clock: Clock) -> AsyncIterator[str]:
    """The issuer of a running provider."""
    async with serving(create_identity_provider(config, clock=clock), int(config.issuer.rpartition(":")[2])):
        yield config.issuer


@pytest.fixture
def staff(config: IdentityProviderConfig) -> RelyingParty:
    """The staff's application."""
    client = config.clients[0]
    return RelyingParty(
        config.issuer, client.client_id, client.client_secret, client.redirect_uris[0].removesuffix("/callback")
    )


@pytest_asyncio.fixture
async def ear(config: IdentityProviderConfig) -> AsyncIterator[LogoutEar]:
    """The applications' servers, which listen for logouts."""
    ear = LogoutEar()
    async with serving(ear.application(), int(config.clients[0].origins[0].rpartition(":")[2])):
        yield ear


@pytest_asyncio.fixture
async def person(provider: str) -> AsyncIterator[Person]:
    """Somebody with an empty browser."""
    async with Person(provider) as person:
        yield person
