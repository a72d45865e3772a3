"""Answers to disputes and notices of them over HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from app.simulator.disputes.response_request import LARGEST_RESPONSE_BYTES
from tests.app.simulator.disputes.steps import a_case, a_file, a_response, respond, step, types_of, wait_for_notices

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def test_a_counter_is_under_review_until_it_is_decided(http: httpx2.AsyncClient) -> None:
    case = await a_case(http)
    response = a_response(files=[a_file()])
    answer = await respond(http, case, response)
    assert answer == {
        "response_id": response["response_id"],
        "case_reference": case["case_reference"],
        "status": "succeeded",
    }
    assert (await http.get(f"/v1/responses/{response['response_id']}")).json() == answer
    kept = (await http.get(f"/v1/disputes/{case['case_reference']}")).json()
    assert kept["status"] == "under_review"
    [told] = kept["responses"]
    assert (told["kind"], told["texts"], told["files"][0]["size"]) == ("counter", {"OTHER": "It was sent."}, 8)
    await asyncio.sleep(0.5)
    assert await types_of(http, case) == [("opened", "chargeback"), ("under_review", "chargeback")]


async def test_what_is_accepted_is_lost_in_a_moment(http: httpx2.AsyncClient) -> None:
    case = await a_case(http)
    assert (await respond(http, case, a_response(kind="accept", texts={})))["status"] == "succeeded"
    told = await wait_for_notices(http, case["gateway_reference"], 2)
    assert [notice["type"] for notice in told] == ["opened", "lost"]


@pytest.mark.parametrize("outcome", ["won", "lost"])
@pytest.mark.parametrize("where", ["text", "file"])
async def test_evidence_may_ask_for_its_outcome(http: httpx2.AsyncClient, outcome: str, where: str) -> None:
    case = await a_case(http)
    word = "winning_evidence" if outcome == "won" else "losing_evidence"
    text, content = (f"This is {word}.", b"%PDF") if where == "text" else ("Look.", word.encode())
    await respond(http, case, a_response(texts={"RECEIPT": text}, files=[a_file(content)]))
    told = await wait_for_notices(http, case["gateway_reference"], 3)
    assert [notice["type"] for notice in told] == ["opened", "under_review", outcome]


async def test_a_decision_that_was_due_does_not_strike_a_later_stage(http: httpx2.AsyncClient) -> None:
    case = await a_case(http)
    await respond(http, case, a_response(texts={"RECEIPT": "winning_evidence"}))
    await step(http, case, "advance")
    await asyncio.sleep(0.5)
    told = [kind for kind, _ in await types_of(http, case)]
    assert told == ["opened", "under_review", "opened"]


async def test_twenty_identical_answers_are_one(http: httpx2.AsyncClient) -> None:
    case, response = await a_case(http), a_response(files=[a_file()])
    answers = await asyncio.gather(*(respond(http, case, response) for _ in range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert len((await http.get(f"/v1/disputes/{case['case_reference']}")).json()["responses"]) == 1
    assert len(await types_of(http, case)) == 2


async def test_the_same_id_with_another_body_is_a_conflict(http: httpx2.AsyncClient) -> None:
    case, response = await a_case(http), a_response(files=[a_file()])
    await respond(http, case, response)
    path = f"/v1/disputes/{case['case_reference']}/responses"
    for other in (
        {**response, "kind": "accept"},
        {**response, "texts": {"OTHER": "Something else."}},
        {**response, "files": [a_file(b"other")]},
    ):
        answer = await http.post(path, json=other)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "response_id_reused")
    other_case = await a_case(http)
    answer = await http.post(f"/v1/disputes/{other_case['case_reference']}/responses", json=response)
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stage": "pre_arbitration"}, "stage_passed"),
        ({"files": [a_file(sha256="0" * 64)]}, "file_damaged"),
    ],
)
async def test_refused_answers_are_told_and_kept(http: httpx2.AsyncClient, change: dict[str, Any], code: str) -> None:
    case, response = await a_case(http), a_response(**change)
    answer = await respond(http, case, response)
    assert (answer["status"], answer["response_code"]) == ("failed", code)
    assert (await http.get(f"/v1/responses/{response['response_id']}")).json() == answer
    assert (await respond(http, case, a_response()))["status"] == "succeeded"


async def test_an_answer_to_no_case_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await respond(http, {"case_reference": "simd_nobody"}, a_response())
    assert (answer["status"], answer["response_code"]) == ("failed", "unknown_case")


async def test_a_late_answer_is_refused(http: httpx2.AsyncClient) -> None:
    case = await a_case(http, respond_by="2020-01-01T00:00:00+02:00")
    assert case["respond_by"] == "2019-12-31T22:00:00+00:00"
    assert (await respond(http, case, a_response()))["response_code"] == "too_late"


async def test_an_unknown_answer_is_404(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/v1/responses/nobody")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "response_not_found")


@pytest.mark.parametrize(
    "change",
    [
        {"response_id": ""},
        {"response_id": 7},
        {"stage": "CHARGEBACK"},
        {"stage": ["chargeback"]},
        {"kind": "ignore"},
        {"texts": []},
        {"texts": {"NOTHING": "x"}},
        {"texts": {"OTHER": 7}},
        {"texts": {"OTHER": "x" * 200_001}},
        {"files": {}},
        {"files": ["x"]},
        {"files": [a_file(kind=["RECEIPT"])]},
        {"files": [{**a_file(), "content": "***"}]},
        {"files": [{**a_file(), "content": 7}]},
        {"files": [a_file(name="")]},
        {"files": [{**a_file(), "surprise": 1}]},
        {"files": [a_file()] * 101},
        {"surprise": 1},
    ],
)
async def test_bad_answers_are_400_and_change_nothing(http: httpx2.AsyncClient, change: dict[str, Any]) -> None:
    case = await a_case(http)
    path = f"/v1/disputes/{case['case_reference']}"
    answer = await http.post(f"{path}/responses", json={**a_response(), **change})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert (await http.get(path)).json() == case


async def test_answers_may_be_large_but_not_without_end(http: httpx2.AsyncClient) -> None:
    case = await a_case(http)
    assert (await respond(http, case, a_response(files=[a_file(b"x" * 25_000_000)])))["status"] == "succeeded"
    path = f"/v1/disputes/{case['case_reference']}/responses"
    assert (await http.post(path, content=b" " * (LARGEST_RESPONSE_BYTES + 1))).status_code == 413
    assert (await http.post("/v1/disputes", content=b" " * 70_000)).status_code == 413


async def test_notices_are_told_page_by_page(http: httpx2.AsyncClient) -> None:
    cursor = (await http.get("/v1/notices", params={"limit": 1000})).json()["cursor"]
    case = await a_case(http, 1000, amount_minor=400, dispute_amount_minor=437, dispute_currency="USD")
    await step(http, case, "decide", outcome="lost")
    await step(http, case, "advance")
    seen: list[dict[str, Any]] = []
    more = True
    while more:
        page = (await http.get("/v1/notices", params={"after": cursor, "limit": 1})).json()
        assert len(page["notices"]) == 1
        seen += page["notices"]
        assert page["cursor"] == str(page["notices"][0]["number"])
        cursor, more = page["cursor"], page["more"]
    assert (await http.get("/v1/notices", params={"after": cursor})).json() == {
        "notices": [],
        "cursor": cursor,
        "more": False,
    }
    assert [(notice["type"], notice["stage"]) for notice in seen] == [
        ("opened", "chargeback"),
        ("lost", "chargeback"),
        ("opened", "pre_arbitration"),
    ]
    assert len({notice["notice_id"] for notice in seen}) == 3
    first = seen[0]
    assert {name: first[name] for name in ("kind", "network", "reason_code", "amount_minor", "currency")} == {
        "kind": "dispute",
        "network": "visa",
        "reason_code": "13.1",
        "amount_minor": 400,
        "currency": "EUR",
    }
    assert (first["dispute_amount_minor"], first["dispute_currency"]) == (437, "USD")
    assert first["case_reference"] == case["case_reference"]
    assert len(first["arn"]) == 23


async def test_a_cursor_of_a_longer_journal_is_brought_back(http: httpx2.AsyncClient) -> None:
    last = (await http.get("/v1/notices", params={"limit": 1000})).json()["cursor"]
    assert (await http.get("/v1/notices", params={"after": 10**17})).json()["cursor"] == last


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=²", "after=1e3", "after=" + "9" * 30])
async def test_bad_pages_are_400(http: httpx2.AsyncClient, query: str) -> None:
    assert (await http.get(f"/v1/notices?{query}")).status_code == 400


@pytest.mark.parametrize(("moment", "taken"), [("before", False), ("after", True)])
@pytest.mark.parametrize("kind", ["cut", "http_500", "html"])
async def test_a_fault_strikes_before_or_after_the_answer_is_taken(
    http: httpx2.AsyncClient, kind: str, moment: str, *, taken: bool
) -> None:
    case, response = await a_case(http), a_response()
    await http.post("/v1/control", json={"faults": [{"kind": kind, "moment": moment, "types": ["RESPOND"]}]})
    path = f"/v1/disputes/{case['case_reference']}/responses"
    send: Callable[[], Awaitable[httpx2.Response]] = lambda: http.post(path, json=response)  # noqa: E731
    if kind == "cut":
        with pytest.raises(httpx2.TransportError):
            await send()
    else:
        assert (await send()).status_code >= 500
    looked_up = await http.get(f"/v1/responses/{response['response_id']}")
    assert looked_up.status_code == (200 if taken else 404)
    assert (await send()).json()["status"] == "succeeded"


async def test_faults_without_types_leave_disputes_alone(http: httpx2.AsyncClient) -> None:
    case = await a_case(http)
    await http.post("/v1/control", json={"faults": [{"kind": "http_500"}]})
    assert (await respond(http, case, a_response()))["status"] == "succeeded"
    assert (await http.get("/v1/notices")).status_code == 200
