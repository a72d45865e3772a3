"""The simulator over HTTP: tokens, rules, deduplication, bad input."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.app.simulator.operations import an_operation, authorize, effects_of, perform

if TYPE_CHECKING:
    from tests.app.simulator.process import SimulatorProcess


@pytest.mark.parametrize(
    "token",
    [
        "tok_visa",
        "tok_mastercard",
        "tok_amex",
        "tok_discover",
        "tok_disputed",
        "tok_inquiry",
        "tok_early_fraud_warning",
        "tok_refund_fails",
    ],
)
async def test_approves(http: httpx2.AsyncClient, token: str) -> None:
    document = await perform(http, "AUTHORIZE", token=token)
    assert document["status"] == "succeeded"
    assert document["authorization_expires_at"]
    assert document["risk_score"] < 50
    assert len(document["payment_method"]["last4"]) == 4
    assert len(document["payment_method"]["bin"]) == 6
    assert document["payment_method"]["expiry_year"] > 2027
    assert await effects_of(http, document["gateway_reference"]) == [("authorized", 1000)]
    again = await perform(http, "AUTHORIZE", token=token)
    assert again["payment_method"] == document["payment_method"]
    assert again["gateway_reference"] != document["gateway_reference"]


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("tok_insufficient_funds", "insufficient_funds"),
        ("tok_stolen_card", "stolen_card"),
        ("tok_expired_card", "expired_card"),
        ("tok_do_not_honor", "do_not_honor"),
        ("tok_nobody_knows", "invalid_card"),
    ],
)
async def test_declines(http: httpx2.AsyncClient, token: str, code: str) -> None:
    before = (await http.get("/v1/effects")).json()
    document = await perform(http, "AUTHORIZE", token=token, capture=True)
    assert (document["status"], document["decline_code"]) == ("failed", code)
    assert (await http.get("/v1/effects")).json() == before


async def test_high_risk_is_approved_with_its_score(http: httpx2.AsyncClient) -> None:
    document = await perform(http, "AUTHORIZE", token="tok_high_risk")
    assert (document["status"], document["risk_score"]) == ("succeeded", 87)


async def test_a_token_is_described_without_an_effect(http: httpx2.AsyncClient) -> None:
    before = (await http.get("/v1/effects")).json()
    answer = await http.get("/v1/tokens/tok_high_risk")
    document = await perform(http, "AUTHORIZE", token="tok_high_risk")
    assert answer.json() == {"token": "tok_high_risk", "payment_method": document["payment_method"]}
    unknown = await http.get("/v1/tokens/tok_nobody_knows")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "token_not_found")
    assert len((await http.get("/v1/effects")).json()) == len(before) + 1


async def test_a_challenge_can_be_asked_for(http: httpx2.AsyncClient) -> None:
    document = await perform(http, "AUTHORIZE", token="tok_visa", request_3ds=True)
    assert (document["status"], document["risk_score"]) == ("requires_action", 7)
    assert await effects_of(http, document["gateway_reference"]) == []
    await http.post(document["next_action"]["url"], data={"decision": "approve"})
    reference = document["gateway_reference"]
    confirmed = await perform(http, "AUTHORIZE", gateway_reference=reference, confirms=True, capture=True)
    assert confirmed["status"] == "succeeded"
    assert await effects_of(http, reference) == [("authorized", 1000), ("captured", 1000)]


@pytest.mark.parametrize(("token", "code"), [("tok_stolen_card", "stolen_card"), ("tok_nobody_knows", "invalid_card")])
async def test_a_challenge_saves_no_card_that_is_declined(http: httpx2.AsyncClient, token: str, code: str) -> None:
    document = await perform(http, "AUTHORIZE", token=token, request_3ds=True)
    assert (document["status"], document["decline_code"]) == ("failed", code)


async def test_gateway_error_answers_a_5xx_with_a_document_and_moves_nothing(http: httpx2.AsyncClient) -> None:
    before = (await http.get("/v1/effects")).json()
    request = an_operation("AUTHORIZE", token="tok_gateway_error")
    response = await http.post("/v1/operations", json=request)
    assert response.status_code == 500
    assert (response.json()["status"], response.json()["decline_code"]) == ("failed", "gateway_error")
    assert (await http.get(f"/v1/operations/{request['operation_id']}")).json() == response.json()
    assert (await http.get("/v1/effects")).json() == before


async def test_timeout_authorizes_before_it_answers(http: httpx2.AsyncClient) -> None:
    request = an_operation("AUTHORIZE", token="tok_timeout")
    with pytest.raises(httpx2.ReadTimeout):
        await http.post("/v1/operations", json=request, timeout=0.5)
    document = (await http.get(f"/v1/operations/{request['operation_id']}")).json()
    assert document["status"] == "succeeded"
    reference = document["gateway_reference"]
    captured = await perform(http, "CAPTURE", gateway_reference=reference)
    assert captured["status"] == "succeeded"
    assert await effects_of(http, reference) == [("authorized", 1000), ("captured", 1000)]


async def test_lost_response_executes_once(http: httpx2.AsyncClient) -> None:
    request = an_operation("AUTHORIZE", token="tok_lost_response", capture=True)
    with pytest.raises(httpx2.TransportError):
        await http.post("/v1/operations", json=request)
    document = (await http.post("/v1/operations", json=request)).json()
    assert await effects_of(http, document["gateway_reference"]) == [("authorized", 1000), ("captured", 1000)]


async def test_refund_fails_later(http: httpx2.AsyncClient) -> None:
    reference = await authorize(http, token="tok_refund_fails", capture=True)
    refund = await perform(http, "REFUND", 400, gateway_reference=reference)
    assert refund["status"] == "pending"
    document = refund
    while document["status"] == "pending":
        await asyncio.sleep(0.1)
        document = (await http.get(f"/v1/operations/{refund['operation_id']}")).json()
    assert document["status"] == "failed"
    assert await effects_of(http, reference) == [("authorized", 1000), ("captured", 1000)]


async def test_captures_in_parts_and_releases_the_rest(http: httpx2.AsyncClient) -> None:
    reference = await authorize(http)
    assert (await perform(http, "CAPTURE", 300, gateway_reference=reference))["status"] == "succeeded"
    assert (await perform(http, "CAPTURE", 800, gateway_reference=reference))["status"] == "failed"
    assert (await perform(http, "VOID", 1000, gateway_reference=reference))["status"] == "failed"
    final = await perform(http, "CAPTURE", 200, gateway_reference=reference, final=True)
    assert (final["status"], final["gateway_reference"]) == ("succeeded", reference)
    assert (await perform(http, "CAPTURE", 1, gateway_reference=reference))["status"] == "failed"
    assert (await perform(http, "REFUND", 501, gateway_reference=reference))["status"] == "failed"
    assert (await perform(http, "REFUND", 500, gateway_reference=reference))["status"] == "succeeded"
    assert (await perform(http, "REFUND", 1, gateway_reference=reference))["status"] == "failed"
    assert await effects_of(http, reference) == [
        ("authorized", 1000),
        ("captured", 300),
        ("captured", 200),
        ("released", 500),
        ("refunded", 500),
    ]


async def test_voids_once(http: httpx2.AsyncClient) -> None:
    reference = await authorize(http)
    assert (await perform(http, "VOID", gateway_reference=reference))["status"] == "succeeded"
    assert (await perform(http, "VOID", gateway_reference=reference))["status"] == "failed"
    assert (await perform(http, "CAPTURE", gateway_reference=reference))["status"] == "failed"
    assert await effects_of(http, reference) == [("authorized", 1000), ("voided", 1000)]


async def test_another_currency_or_reference_is_refused(http: httpx2.AsyncClient) -> None:
    reference = await authorize(http)
    other = await perform(http, "CAPTURE", gateway_reference=reference, currency="USD")
    unknown = await perform(http, "CAPTURE", gateway_reference="sim_nobody")
    assert (other["response_code"], unknown["response_code"]) == ("currency_differs", "unknown_reference")


async def test_twenty_identical_posts_have_one_effect(http: httpx2.AsyncClient) -> None:
    request = an_operation("AUTHORIZE", token="tok_visa", capture=True)
    responses = await asyncio.gather(*(http.post("/v1/operations", json=request) for _ in range(20)))
    assert {response.status_code for response in responses} == {200}
    documents = [response.json() for response in responses]
    assert all(document == documents[0] for document in documents)
    assert await effects_of(http, documents[0]["gateway_reference"]) == [("authorized", 1000), ("captured", 1000)]


async def test_same_id_with_another_body_is_a_conflict(http: httpx2.AsyncClient) -> None:
    request = an_operation("AUTHORIZE", token="tok_visa")
    await http.post("/v1/operations", json=request)
    response = await http.post("/v1/operations", json={**request, "amount_minor": 1001})
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "operation_id_reused"


async def test_unknown_operation_is_404(http: httpx2.AsyncClient) -> None:
    response = await http.get("/v1/operations/nobody")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "operation_not_found"


GOOD: dict[str, Any] = {
    "operation_id": "x",
    "type": "AUTHORIZE",
    "amount_minor": 1,
    "currency": "EUR",
    "token": "tok_visa",
}


@pytest.mark.parametrize(
    "change",
    [
        {"operation_id": ""},
        {"operation_id": "a b"},
        {"operation_id": None},
        {"type": "STEAL"},
        {"type": ["AUTHORIZE"]},
        {"amount_minor": 0},
        {"amount_minor": -1},
        {"amount_minor": 1.5},
        {"amount_minor": True},
        {"amount_minor": "1"},
        {"amount_minor": 2**63},
        {"currency": "eur"},
        {"currency": 978},
        {"capture": "yes"},
        {"token": None},
        {"token": 7},
        {"confirms": True},
        {"return_url": "x" * 3000},
        {"type": "CAPTURE"},
        {"type": "VOID", "gateway_reference": "r", "confirms": True},
        {"request_3ds": "yes"},
        {"type": "CAPTURE", "gateway_reference": "r", "request_3ds": True},
        {"confirms": True, "gateway_reference": "r", "request_3ds": True},
        {"surprise": 1},
    ],
)
async def test_bad_fields_are_400_and_move_nothing(http: httpx2.AsyncClient, change: dict[str, Any]) -> None:
    before = (await http.get("/v1/effects")).json()
    response = await http.post("/v1/operations", json={**GOOD, **change})
    assert response.status_code == 400
    assert response.json()["error"]["message"]
    assert (await http.get("/v1/effects")).json() == before


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"a":"\\ud800"}', b"[" * 5000, b"1" * 5000],
    ids=["empty", "array", "null", "open", "not-utf8", "surrogate", "deep", "huge-integer"],
)
async def test_bodies_that_are_no_object_are_400(http: httpx2.AsyncClient, body: bytes) -> None:
    for path in ("/v1/operations", "/v1/control"):
        response = await http.post(path, content=body)
        assert response.status_code == 400
        assert response.json()["error"]["code"] == "bad_request"


async def test_bodies_beyond_the_limit_are_413(http: httpx2.AsyncClient) -> None:
    response = await http.post("/v1/operations", content=b" " * 70_000)
    assert response.status_code == 413
    assert response.json()["error"]["message"]


async def test_wrong_paths_and_methods_are_4xx(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/v1/nothing")).status_code == 404
    assert (await http.get("/v1/operations/%ff%00")).status_code == 404
    response = await http.put("/v1/operations", json=GOOD)
    assert response.status_code == 405
    assert "POST" in response.headers["allow"]


async def test_front_page_names_the_tokens(http: httpx2.AsyncClient, simulator: SimulatorProcess) -> None:
    assert "tok_3ds_required" in (await http.get(simulator.url)).json()["tokens"]
