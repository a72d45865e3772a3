"""The pages over HTTP, without anybody signed in: headers, files, and a database that is away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx2
import pytest

from domain.identity.actor import Realm
from tests.adapters.oidc.forger import Forger
from tests.web.sso.installation import an_installation

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.web.sso.installation import Installation


@pytest.fixture
async def paydesk(database_url: str) -> AsyncGenerator[Installation]:
    async with an_installation(database_url, "https://paydesk.example", {Realm.STAFF: Forger().provider()}) as one:
        yield one


@pytest.fixture
async def client(paydesk: Installation) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(paydesk.app), base_url=paydesk.url) as one:
        yield one


@pytest.mark.parametrize("path", ["/", "/me", "/sign-in/merchant"])
async def test_every_page_is_strict(client: httpx2.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["cache-control"] == "no-store"


async def test_files_are_ours_and_kept_for_ever(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/")).text
    files = re.findall(r'<link rel="[a-z]+" href="([^"]+)"', text)

    assert len(files) == 2
    for file in files:
        answer = await client.get(file)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert "<script" not in text
    assert "style=" not in text


async def test_a_dead_cookie_is_taken_away(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/", headers={"cookie": f"__Host-paydesk_session={'A' * 43}"})

    assert "Sign in as staff" in answer.text
    assert 'href="/sign-in/merchant"' not in answer.text
    assert "Max-Age=0" in answer.headers["set-cookie"]


async def test_the_notice_needs_the_state_of_a_sign_out(client: httpx2.AsyncClient) -> None:
    assert "You are signed out." not in (await client.get("/?state=x")).text
    with_cookie = await client.get("/?state=x", headers={"cookie": "__Host-paydesk_sign_out=x"})
    assert "You are signed out." in with_cookie.text


async def test_the_session_of_nobody(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/session")

    assert answer.json() == {"signed_in": False, "csrf_token": None, "name": None, "realm": None, "permissions": []}
    assert answer.headers["cache-control"] == "no-store"


async def test_a_database_that_is_away_is_503(paydesk: Installation, client: httpx2.AsyncClient) -> None:
    await paydesk.database.close()
    cookie = {"cookie": f"__Host-paydesk_session={'A' * 43}"}

    answers = [await client.get("/", headers=cookie), await client.get("/session", headers=cookie)]
    answers.append(await client.post("/sign-out", headers=cookie))

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
