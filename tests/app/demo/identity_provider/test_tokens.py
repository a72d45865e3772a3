"""The token and userinfo endpoints over HTTP."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.app.demo.identity_provider.conftest import PASSWORD
from tests.app.demo.identity_provider.serving import plain_http

if TYPE_CHECKING:
    import httpx2

    from app.demo.identity_provider.config import IdentityProviderConfig
    from tests.app.demo.identity_provider.conftest import Clock
    from tests.app.demo.identity_provider.person import Person
    from tests.app.demo.identity_provider.relying_party import RelyingParty

ADA = "ada@paydesk.test"


@pytest.fixture
async def callback(person: Person, staff: RelyingParty) -> httpx2.Response:
    """Ada's redirect back to the application."""
    return await person.sign_in_and_allow(staff.link(), ADA, PASSWORD)


async def test_the_id_token_says_who_when_and_for_whom(callback: httpx2.Response, staff: RelyingParty) -> None:
    answer = await staff.redeem(callback)
    assert answer.headers["cache-control"] == "no-store"
    token = await staff.verified(answer.json()["id_token"])
    assert token.header["alg"] == "ES256"
    assert token.header["kid"]
    claims = dict(token.claims)
    now = time.time()
    assert now - 60 < claims.pop("auth_time") <= claims["iat"] <= now
    assert claims.pop("exp") == claims.pop("iat") + 600
    assert claims.pop("sid")
    assert claims.pop("at_hash")
    assert claims == {
        "iss": staff.issuer,
        "sub": "u1",
        "aud": "paydesk-staff",
        "nonce": staff.nonce,
        "amr": ["pwd"],
        "email": ADA,
        "email_verified": True,
        "name": "Ada <Finance>",
        "groups": ["paydesk-finance"],
    }


async def test_userinfo_repeats_the_claims(callback: httpx2.Response, staff: RelyingParty) -> None:
    access_token = (await staff.redeem(callback)).json()["access_token"]
    answer = await staff.userinfo(access_token)
    assert answer.json() == {
        "sub": "u1",
        "email": ADA,
        "email_verified": True,
        "name": "Ada <Finance>",
        "groups": ["paydesk-finance"],
    }
    refused = await staff.userinfo("not a token")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")


async def test_the_secret_may_stand_in_the_form(callback: httpx2.Response, staff: RelyingParty) -> None:
    credentials = {"client_id": staff.client_id, "client_secret": staff.client_secret}
    answer = await staff.post_token({**staff.token_request(callback), **credentials})
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"


async def test_a_wrong_secret_is_refused(callback: httpx2.Response, staff: RelyingParty) -> None:
    answer = await staff.redeem(callback, client_secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")
    wrong = {"client_id": staff.client_id, "client_secret": "wrong"}
    answer = await staff.post_token({**staff.token_request(callback), **wrong})
    assert answer.json()["error"] == "invalid_client"
    anonymous = await staff.post_token({**staff.token_request(callback), "client_id": staff.client_id})
    assert anonymous.json()["error"] == "invalid_client"
    # Without the secret nobody can use the code up either.
    assert (await staff.redeem(callback)).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"code_verifier": "x" * 43}, {"redirect_uri": "https://evil.example/callback"}], ids=["verifier", "uri"]
)
async def test_a_code_is_burnt_by_a_wrong_request(
    callback: httpx2.Response, staff: RelyingParty, wrong: dict[str, str]
) -> None:
    answer = await staff.redeem(callback, **wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert (await staff.redeem(callback)).json()["error"] == "invalid_grant"


async def test_a_missing_verifier_is_refused(callback: httpx2.Response, staff: RelyingParty) -> None:
    form = staff.token_request(callback)
    del form["code_verifier"]
    answer = await staff.post_token(form, auth=(staff.client_id, staff.client_secret))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_replayed_code_takes_the_token_back(callback: httpx2.Response, staff: RelyingParty) -> None:
    access_token = (await staff.redeem(callback)).json()["access_token"]
    replay = await staff.redeem(callback)
    assert (replay.status_code, replay.json()["error"]) == (400, "invalid_grant")
    assert (await staff.userinfo(access_token)).status_code == 401


async def test_another_client_cannot_use_the_code(
    callback: httpx2.Response, staff: RelyingParty, config: IdentityProviderConfig
) -> None:
    other = config.clients[1]
    answer = await staff.post_token(staff.token_request(callback), auth=(other.client_id, other.client_secret))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert (await staff.redeem(callback)).status_code == 200


async def test_codes_and_access_tokens_expire(
    callback: httpx2.Response, person: Person, staff: RelyingParty, clock: Clock
) -> None:
    clock.added_seconds = 61
    assert (await staff.redeem(callback)).json()["error"] == "invalid_grant"
    fresh = await staff.redeem(await person.open(staff.link()))
    clock.added_seconds += 601
    assert (await staff.userinfo(fresh.json()["access_token"])).status_code == 401


@pytest.mark.parametrize(
    ("content", "headers", "status", "error"),
    [
        (b"grant_type=password", {}, 400, "unsupported_grant_type"),
        (b"grant_type=%00%22%5C", {}, 400, "unsupported_grant_type"),
        (b"", {}, 400, "unsupported_grant_type"),
        (b"grant_type=authorization_code", {"authorization": "Basic /////w=="}, 400, "invalid_request"),
        (b"grant_type=authorization_code", {"authorization": "Basic !"}, 401, "invalid_client"),
        (b"grant_type=a&grant_type=a", {}, 400, "invalid_request"),
        (b"\xff=\xfe", {}, 400, "invalid_request"),
        (b"a=" + b"x" * 40_000, {}, 413, "invalid_request"),
        (b"&".join(b"a=1" for _ in range(60)), {}, 400, "invalid_request"),
        (b"{}", {"content-type": "application/json"}, 415, "invalid_request"),
    ],
)
async def test_nonsense_is_the_callers_mistake(
    provider: str, content: bytes, headers: dict[str, str], status: int, error: str
) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    async with plain_http() as http:
        answer = await http.post(f"{provider}/token", content=content, headers=form | headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("header", [None, "Bearer", "Basic YTpi", "Bearer \u00e9", "Bearer " + "x" * 5000])
async def test_userinfo_without_a_token_is_refused(provider: str, header: str | None) -> None:
    headers = [] if header is None else [(b"Authorization", header.encode())]
    async with plain_http() as http:
        answer = await http.get(f"{provider}/userinfo", headers=headers)
    assert answer.status_code == 401
