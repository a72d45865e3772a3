"""3-D Secure on the simulator's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.simulator.challenge import is_web_address
from tests.app.simulator.operations import effects_of, perform

if TYPE_CHECKING:
    import httpx2


async def _challenge(http: httpx2.AsyncClient, **more: Any) -> dict[str, Any]:
    return await perform(http, "AUTHORIZE", token="tok_3ds_required", **more)


async def _confirm(http: httpx2.AsyncClient, challenge: dict[str, Any], **more: Any) -> dict[str, Any]:
    return await perform(http, "AUTHORIZE", gateway_reference=challenge["gateway_reference"], confirms=True, **more)


async def test_approved_challenge_authorizes_on_confirmation(http: httpx2.AsyncClient) -> None:
    challenge = await _challenge(http)
    assert challenge["status"] == "requires_action"
    page = await http.get(challenge["next_action"]["url"])
    assert "10.00 EUR" in page.text
    assert "ending in 3155" in page.text
    waiting = await _confirm(http, challenge)
    assert (waiting["status"], waiting["next_action"]) == ("requires_action", challenge["next_action"])
    answer = await http.post(challenge["next_action"]["url"], data={"decision": "approve"})
    assert answer.status_code == 200
    assert "You can go back" in answer.text
    assert await effects_of(http, challenge["gateway_reference"]) == []
    confirmed = await _confirm(http, challenge, capture=True)
    assert confirmed["status"] == "succeeded"
    assert await effects_of(http, challenge["gateway_reference"]) == [("authorized", 1000), ("captured", 1000)]
    assert (await _confirm(http, challenge))["response_code"] == "already_authorized"


async def test_failed_challenge_fails_the_confirmation(http: httpx2.AsyncClient) -> None:
    challenge = await _challenge(http)
    await http.post(challenge["next_action"]["url"], data={"decision": "fail"})
    confirmed = await _confirm(http, challenge)
    assert (confirmed["status"], confirmed["decline_code"]) == ("failed", "authentication_failed")
    assert await effects_of(http, challenge["gateway_reference"]) == []


async def test_a_challenge_is_answered_once(http: httpx2.AsyncClient) -> None:
    url = (await _challenge(http))["next_action"]["url"]
    await http.post(url, data={"decision": "fail"})
    second = await http.post(url, data={"decision": "approve"})
    assert second.status_code == 409
    assert "Authentication failed" in (await http.get(url)).text


async def test_leads_back_to_the_merchant(http: httpx2.AsyncClient) -> None:
    challenge = await _challenge(http, return_url="https://shop.example/back?a=1&b=2")
    answer = await http.post(challenge["next_action"]["url"], data={"decision": "approve"})
    assert (answer.status_code, answer.headers["location"]) == (303, "https://shop.example/back?a=1&b=2")
    assert 'href="https://shop.example/back?a=1&amp;b=2"' in (await http.get(challenge["next_action"]["url"])).text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example", "data:x", "https://a.example\\@b"])
async def test_hostile_return_urls_do_nothing(http: httpx2.AsyncClient, address: str) -> None:
    challenge = await _challenge(http, return_url=address)
    answer = await http.post(challenge["next_action"]["url"], data={"decision": "approve"})
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "href" not in answer.text


async def test_return_urls_are_escaped(http: httpx2.AsyncClient) -> None:
    challenge = await _challenge(http, return_url='https://shop.example/"><script>')
    url = challenge["next_action"]["url"]
    answer = await http.post(url, data={"decision": "approve"})
    assert answer.headers["location"] == "https://shop.example/%22%3E%3Cscript%3E"
    assert "<script" not in (await http.get(url)).text


def test_web_addresses() -> None:
    assert is_web_address("https://shop.example/x?y=1")
    assert is_web_address("http://localhost:3000")
    for text in ("https://", "ftp://x", "https:\\\\x", "http://a\r\nb", "http://[", "/x", ""):
        assert not is_web_address(text)


async def test_unknown_and_unclear_answers(http: httpx2.AsyncClient) -> None:
    url = (await _challenge(http))["next_action"]["url"]
    assert (await http.get("/3ds/nobody")).status_code == 404
    assert (await http.post("/3ds/nobody", data={"decision": "approve"})).status_code == 404
    assert (await http.post(url, content=b"\xff=\x00")).status_code == 400
    assert "Approve payment" in (await http.get(url)).text
