"""The console for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.app.simulator.disputes.steps import a_case, a_response, notices_of, respond, step, types_of
from tests.app.simulator.operations import authorize

if TYPE_CHECKING:
    import httpx2

_CODES = {"visa": "10.4", "mastercard": "4853", "amex": "C08", "discover": "UA02"}


@pytest.mark.parametrize("network", _CODES)
async def test_a_case_of_each_network_goes_through_its_stages(http: httpx2.AsyncClient, network: str) -> None:
    case = await a_case(http, stage="inquiry", network=network, reason_code=_CODES[network])
    assert (case["network"], case["reason_code"], case["status"]) == (network, _CODES[network], "needs_response")
    later = ["chargeback"] if network == "amex" else ["chargeback", "pre_arbitration", "arbitration"]
    for stage in later:
        answer = await step(http, case, "advance")
        assert (answer.status_code, answer.json()["stage"]) == (200, stage)
    refused = await step(http, case, "advance")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "last_stage")
    assert (await step(http, case, "decide", outcome="won")).json()["status"] == "won"
    assert await types_of(http, case) == [("opened", stage) for stage in ["inquiry", *later]] + [("won", later[-1])]


async def test_the_network_is_the_cards_unless_said_otherwise(http: httpx2.AsyncClient) -> None:
    for token, network in (("tok_mastercard", "mastercard"), ("tok_discover", "discover"), ("tok_amex", "amex")):
        reference = await authorize(http, token=token, capture=True)
        opening = {"gateway_reference": reference, "stage": "chargeback", "reason_code": "x"}
        assert (await http.post("/v1/disputes", json=opening)).json()["network"] == network


async def test_several_cases_dispute_no_more_than_was_captured(http: httpx2.AsyncClient) -> None:
    case = await a_case(http, amount_minor=600)
    opening = {"gateway_reference": case["gateway_reference"], "stage": "chargeback", "reason_code": "10.4"}
    refused = await http.post("/v1/disputes", json={**opening, "amount_minor": 401})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "exceeds_captured")
    rest = (await http.post("/v1/disputes", json=opening)).json()
    assert rest["amount_minor"] == 400
    await step(http, case, "withdraw")
    assert (await http.post("/v1/disputes", json={**opening, "amount_minor": 600})).status_code == 201


async def test_withdrawing_and_preventing_end_a_case(http: httpx2.AsyncClient) -> None:
    withdrawn, prevented = await a_case(http), await a_case(http, stage="inquiry")
    assert (await step(http, withdrawn, "withdraw")).json()["status"] == "withdrawn"
    assert (await step(http, prevented, "prevent")).json()["status"] == "prevented"
    for case in (withdrawn, prevented):
        assert (await step(http, case, "decide", outcome="won")).status_code == 409
    assert (await step(http, await a_case(http), "prevent")).json()["error"]["code"] == "not_preventable"


async def test_warnings_are_told_and_nothing_else(http: httpx2.AsyncClient) -> None:
    reference = await authorize(http, capture=True)
    warning = {"gateway_reference": reference, "fraud_type": "stolen_card"}
    answer = await http.post("/v1/warnings", json=warning)
    assert answer.status_code == 201
    assert (await http.post("/v1/warnings", json={**warning, "amount_minor": 1001})).status_code == 409
    [notice] = await notices_of(http, reference)
    assert notice.pop("number")
    assert notice == answer.json()
    assert (notice["kind"], notice["network"], notice["amount_minor"]) == ("early_fraud_warning", "visa", 1000)


async def test_lists_every_case_with_its_answers(http: httpx2.AsyncClient) -> None:
    case = await a_case(http)
    await respond(http, case, a_response(kind="accept", texts={}))
    listed = (await http.get("/v1/disputes")).json()["disputes"][-1]
    assert listed["case_reference"] == case["case_reference"]
    assert [answer["kind"] for answer in listed["responses"]] == ["accept"]


@pytest.mark.parametrize(
    "change",
    [
        {"stage": "appeal"},
        {"stage": None},
        {"network": "diners"},
        {"reason_code": ""},
        {"reason_code": "a\nb"},
        {"amount_minor": 0},
        {"amount_minor": True},
        {"dispute_amount_minor": 5},
        {"dispute_currency": "USD"},
        {"dispute_currency": "usd", "dispute_amount_minor": 5},
        {"respond_by": "tomorrow"},
        {"respond_by": "2026-01-01T00:00:00"},
        {"respond_by": 7},
        {"arn": "x" * 25},
        {"arn": "a b"},
        {"network_case_id": 7},
        {"gateway_reference": 7},
        {"surprise": 1},
    ],
)
async def test_bad_openings_are_400_and_open_nothing(http: httpx2.AsyncClient, change: dict[str, Any]) -> None:
    reference = await authorize(http, capture=True)
    opening = {"gateway_reference": reference, "stage": "chargeback", "reason_code": "10.4", **change}
    answer = await http.post("/v1/disputes", json=opening)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert await notices_of(http, reference) == []


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("decide", {}),
        ("decide", {"outcome": "prevented"}),
        ("advance", {"amount_minor": -1}),
        ("withdraw", {"why": "x"}),
    ],
)
async def test_bad_steps_are_400(http: httpx2.AsyncClient, name: str, more: dict[str, Any]) -> None:
    case = await a_case(http)
    assert (await step(http, case, name, **more)).status_code == 400
    assert len(await types_of(http, case)) == 1


async def test_what_is_not_there_is_404(http: httpx2.AsyncClient) -> None:
    nowhere = {"case_reference": "simd_nobody"}
    for answer in (
        await http.get("/v1/disputes/simd_nobody"),
        await step(http, nowhere, "withdraw"),
        await step(http, nowhere, "advance"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "dispute_not_found")
    assert (await step(http, await a_case(http), "explode")).status_code == 404
    opening = {"gateway_reference": "sim_nobody", "stage": "chargeback", "reason_code": "10.4"}
    assert (await http.post("/v1/disputes", json=opening)).status_code == 404
