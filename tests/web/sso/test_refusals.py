"""A provider that lies, fails or is away gives a page with the right status, never a session, never a 500."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from adapters.oidc.provider import OpenIdProvider, RelyingParty
from domain.identity.actor import Realm
from tests.adapters.oidc.forger import ISSUER, Forger
from tests.adapters.oidc.test_provider import FAULTS
from tests.web.sso.installation import an_installation

if TYPE_CHECKING:
    from starlette.requests import Request

    from tests.web.sso.installation import Installation

URL = "https://paydesk.example"


async def come_in(paydesk: Installation, forger: Forger) -> httpx2.Response:
    transport = httpx2.ASGITransport(paydesk.app)
    async with httpx2.AsyncClient(transport=transport, base_url=URL) as client:
        begun = await client.get("/sign-in/staff")
        if begun.status_code != 303:
            return begun
        query = parse_qs(urlsplit(begun.headers["location"]).query)
        forger.nonce = query["nonce"][0]
        return await client.get("/sign-in/staff/callback", params={"state": query["state"][0], "code": "a code"})


@pytest.mark.parametrize("name", FAULTS)
async def test_no_lie_opens_a_session(database_url: str, name: str) -> None:
    forger = Forger()
    fault, check = FAULTS[name]
    fault(forger)
    async with an_installation(database_url, URL, {Realm.STAFF: forger.provider()}) as paydesk:
        answer = await come_in(paydesk, forger)

        assert answer.status_code == 502
        assert "__Host-paydesk_session" not in answer.headers.get("set-cookie", "")
        assert "cannot trust" in answer.text
        assert check.value not in answer.text
        assert await paydesk.rows("SELECT * FROM sessions") == []
        (row,) = await paydesk.audited("user.sign_in_refused")
        assert row["check"] == check.value


async def test_the_honest_one_opens_a_session(database_url: str) -> None:
    forger = Forger()
    forger.claims = {"groups": ["paydesk-support"]}
    async with an_installation(database_url, URL, {Realm.STAFF: forger.provider()}) as paydesk:
        answer = await come_in(paydesk, forger)

        assert answer.status_code == 303
        assert len(await paydesk.rows("SELECT * FROM sessions")) == 1


async def test_a_provider_that_is_away_is_503(database_url: str) -> None:
    def away(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    party = RelyingParty(issuer=ISSUER, client_id="c", client_secret="s", redirect_uri="r")
    provider = OpenIdProvider(party, transport=httpx2.MockTransport(away))
    async with an_installation(database_url, URL, {Realm.STAFF: provider}) as paydesk:
        answer = await come_in(paydesk, Forger())

        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "does not answer" in answer.text


async def test_a_database_that_is_away_is_503(database_url: str) -> None:
    forger = Forger()
    async with an_installation(database_url, URL, {Realm.STAFF: forger.provider()}) as paydesk:
        await paydesk.database.close()

        answer = await come_in(paydesk, forger)

        assert answer.status_code == 503
        assert "again in a moment" in answer.text


async def test_a_realm_without_provider_says_so(database_url: str) -> None:
    async with an_installation(database_url, URL, {}) as paydesk:
        answer = await come_in(paydesk, Forger())

        assert answer.status_code == 404
        assert "no provider is set up" in answer.text


async def test_an_address_that_asks_too_often_has_to_wait(database_url: str) -> None:
    forger = Forger()
    providers = {Realm.STAFF: forger.provider()}
    async with an_installation(database_url, URL, providers, sign_ins_per_minute=2) as paydesk:
        transport = httpx2.ASGITransport(paydesk.app)
        async with httpx2.AsyncClient(transport=transport, base_url=URL) as client:
            statuses = [(await client.get("/sign-in/staff")).status_code for _ in range(2)]
            refused = await client.get("/sign-in/staff")

        assert statuses == [303, 303]
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 60


async def test_an_account_that_signs_in_too_often_has_to_wait(database_url: str) -> None:
    forger = Forger()
    forger.claims = {"groups": ["paydesk-support"]}
    providers = {Realm.STAFF: forger.provider()}
    addresses = iter(range(20))

    def another_each_time(request: Request) -> str:
        return f"192.0.2.{next(addresses)}"

    async with an_installation(
        database_url, URL, providers, sign_ins_per_minute=2, address_of=another_each_time
    ) as paydesk:
        statuses = [(await come_in(paydesk, forger)).status_code for _ in range(3)]

        assert statuses == [303, 303, 429]
