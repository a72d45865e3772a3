"""The connector to disputes against the real process: every answer and every fault becomes the right outcome."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx2
import orjson
import pytest

from adapters.gateways.simulator_disputes import SimulatorDisputes
from domain.disputes.early_fraud_warning import FraudType
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.gateway import ResponseKind, SentFile
from domain.disputes.network import Network
from domain.disputes.notice import NoticeSource, NoticeType
from domain.disputes.stage import DisputeStage
from domain.kernel.errors import Unavailable
from domain.payments.gateway import OutcomeKind
from tests.adapters.gateways.requests import an_answer
from tests.app.simulator.disputes.steps import a_case, step
from tests.app.simulator.process import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from domain.disputes.gateway import DisputeRequest, Notices
    from tests.app.simulator.process import SimulatorProcess

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _file(content: bytes) -> SentFile:
    digest = sha256(content).hexdigest()
    kind = EvidenceKind.SHIPPING_PROOF
    return SentFile(kind=kind, name="slip.pdf", content_type="application/pdf", sha256=digest, content=content)


async def _end(disputes: SimulatorDisputes) -> str:
    """The cursor behind everything so far."""
    page = await disputes.notices(None, NOW)
    while page.more:
        page = await disputes.notices(page.cursor, NOW)
    return page.cursor


async def test_evidence_arrives_as_it_was_sent(disputes: SimulatorDisputes, http: httpx2.AsyncClient) -> None:
    case = await a_case(http)
    request = an_answer(case["case_reference"], ResponseKind.COUNTER, _file(bytes(range(256))))
    outcome = await disputes.respond(request)
    assert outcome.kind is OutcomeKind.SUCCEEDED
    assert await disputes.look_up_response(request) == outcome
    assert await disputes.respond(request) == outcome
    [kept] = (await http.get(f"/v1/disputes/{case['case_reference']}")).json()["responses"]
    assert (kept["kind"], kept["stage"], kept["texts"]) == ("counter", "chargeback", {"OTHER": "It was sent."})
    assert kept["files"] == [
        {
            "kind": "SHIPPING_PROOF",
            "name": "slip.pdf",
            "content_type": "application/pdf",
            "sha256": sha256(bytes(range(256))).hexdigest(),
            "size": 256,
        }
    ]


async def test_as_much_evidence_as_any_network_takes_goes_through(
    disputes: SimulatorDisputes, http: httpx2.AsyncClient
) -> None:
    request = an_answer((await a_case(http))["case_reference"], ResponseKind.COUNTER, _file(b"x" * 25_000_000))
    assert (await disputes.respond(request)).kind is OutcomeKind.SUCCEEDED


async def test_accepting_needs_no_evidence(disputes: SimulatorDisputes, http: httpx2.AsyncClient) -> None:
    case = await a_case(http)
    assert (await disputes.respond(an_answer(case["case_reference"], ResponseKind.ACCEPT))).kind is (
        OutcomeKind.SUCCEEDED
    )


async def test_refusals_are_failures_with_the_gateways_own_word(
    disputes: SimulatorDisputes, http: httpx2.AsyncClient
) -> None:
    request = an_answer("simd_nobody?x=1#y z")
    outcome = await disputes.respond(request)
    assert (outcome.kind, outcome.response_code) == (OutcomeKind.FAILED, "unknown_case")
    assert outcome.message
    assert await disputes.look_up_response(request) == outcome


async def test_an_id_that_stands_for_another_answer_is_unknown(
    disputes: SimulatorDisputes, http: httpx2.AsyncClient
) -> None:
    first, second = await a_case(http), await a_case(http)
    request = an_answer(first["case_reference"])
    await disputes.respond(request)
    other = an_answer(second["case_reference"])
    object.__setattr__(other, "response_id", request.response_id)
    assert (await disputes.respond(other)).kind is OutcomeKind.UNKNOWN


async def test_look_up_of_what_was_never_sent(disputes: SimulatorDisputes) -> None:
    assert (await disputes.look_up_response(an_answer("simd_x"))).kind is OutcomeKind.NOT_FOUND


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "latency", "latency_ms": 60_000}, "deadline"),
        ({"kind": "latency", "latency_ms": 60_000, "moment": "before"}, "deadline"),
        ({"kind": "drip"}, "deadline"),
        ({"kind": "cut"}, "transport_error"),
        ({"kind": "cut", "moment": "before"}, "transport_error"),
        ({"kind": "http_500"}, "malformed_answer"),
        ({"kind": "html"}, "malformed_answer"),
        ({"kind": "refuse_404"}, "malformed_answer"),
        ({"kind": "oversize"}, "oversize_answer"),
        ({"kind": "wrong_operation"}, "response_mismatch"),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else value,
)
async def test_every_fault_is_unknown_and_never_a_refusal(
    hasty_disputes: SimulatorDisputes,
    disputes: SimulatorDisputes,
    http: httpx2.AsyncClient,
    fault: dict[str, Any],
    code: str,
) -> None:
    request = an_answer((await a_case(http))["case_reference"])
    faults = [{**fault, "types": ["RESPOND"]}, {**fault, "types": ["LOOK_UP_RESPONSE"]}]
    await http.post("/v1/control", json={"faults": faults})
    outcome = await hasty_disputes.respond(request)
    assert (outcome.kind, outcome.response_code) == (OutcomeKind.UNKNOWN, code)
    asked = await hasty_disputes.look_up_response(request)
    if fault.get("moment") == "before" or fault["kind"] == "refuse_404":
        assert asked.kind in {OutcomeKind.UNKNOWN, OutcomeKind.NOT_FOUND}
        assert (await disputes.look_up_response(request)).kind is OutcomeKind.NOT_FOUND
    else:
        assert (asked.kind, asked.response_code) == (OutcomeKind.UNKNOWN, code)
        assert (await disputes.look_up_response(request)).kind is OutcomeKind.SUCCEEDED
    assert (await disputes.respond(request)).kind is OutcomeKind.SUCCEEDED
    kept = (await http.get(f"/v1/disputes/{request.case_reference}")).json()
    assert len(kept["responses"]) == 1


@pytest.mark.parametrize("fault", ["latency", "drip", "cut", "http_500", "html", "refuse_404", "oversize"])
async def test_every_fault_of_notices_is_unavailable(
    hasty_disputes: SimulatorDisputes, disputes: SimulatorDisputes, http: httpx2.AsyncClient, fault: str
) -> None:
    await a_case(http)
    armed = {"kind": fault, "types": ["NOTICES"], "latency_ms": 60_000}
    await http.post("/v1/control", json={"faults": [armed]})
    with pytest.raises(Unavailable):
        await hasty_disputes.notices(None, NOW)
    assert (await disputes.notices(None, NOW)).disputes


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "https://127.0.0.1:{simulator}", "http://nowhere.invalid"])
async def test_no_connection_is_not_sent(url: str, simulator: SimulatorProcess) -> None:
    async with httpx2.AsyncClient(trust_env=False) as client:
        address = url.format(port=free_port(), simulator=simulator.port)
        gateway = SimulatorDisputes("simulator", address, client, timedelta(seconds=10))
        request = an_answer("simd_x")
        for outcome in (await gateway.respond(request), await gateway.look_up_response(request)):
            assert (outcome.kind, outcome.response_code) == (OutcomeKind.NOT_SENT, "not_connected")
        with pytest.raises(Unavailable):
            await gateway.notices(None, NOW)


async def test_notices_tell_the_whole_case(disputes: SimulatorDisputes, http: httpx2.AsyncClient) -> None:
    cursor = await _end(disputes)
    more: dict[str, Any] = {"amount_minor": 400, "dispute_amount_minor": 437, "dispute_currency": "USD"}
    case = await a_case(http, **more, respond_by="2099-06-01T12:00:00+02:00", network_case_id="123")
    await step(http, case, "decide", outcome="lost")
    warning = {"gateway_reference": case["gateway_reference"], "fraud_type": "account_takeover"}
    await http.post("/v1/warnings", json=warning)
    page = await disputes.notices(cursor, NOW)
    opened, lost = page.disputes
    assert (opened.type, lost.type, page.more) == (NoticeType.OPENED, NoticeType.LOST, False)
    assert (opened.gateway, opened.source, opened.received_at) == ("simulator", NoticeSource.POLLING, NOW)
    assert (opened.case_reference, opened.payment_reference) == (case["case_reference"], case["gateway_reference"])
    assert (opened.network, opened.stage, opened.reason_code) == (Network.VISA, DisputeStage.CHARGEBACK, "13.1")
    assert (opened.network_case_id, len(opened.arn or "")) == ("123", 23)
    assert (opened.amount.minor, opened.amount.currency.code) == (400, "EUR")
    assert opened.dispute_amount is not None
    assert (opened.dispute_amount.minor, opened.dispute_amount.currency.code) == (437, "USD")
    assert opened.respond_by == datetime(2099, 6, 1, 10, tzinfo=UTC)
    assert opened.notice_id != lost.notice_id
    [warned] = page.warnings
    assert (warned.fraud_type, warned.amount.minor) == (FraudType.ACCOUNT_TAKEOVER, 1000)
    again = await disputes.notices(cursor, NOW)
    assert [notice.notice_id for notice in again.disputes] == [opened.notice_id, lost.notice_id]
    assert await disputes.notices(page.cursor, NOW) == type(page)(
        disputes=(), warnings=(), cursor=page.cursor, more=False
    )


def _answering(status: int, body: bytes) -> httpx2.MockTransport:
    async def chunks() -> AsyncIterator[bytes]:
        yield body

    return httpx2.MockTransport(lambda _: httpx2.Response(status, content=chunks()))


async def _page(document: object, status: int = 200) -> Notices:
    async with httpx2.AsyncClient(transport=_answering(status, orjson.dumps(document))) as client:
        return await SimulatorDisputes("simulator", "http://gateway", client).notices("7", NOW)


async def test_a_notice_that_nobody_understands_does_not_hold_up_the_others() -> None:
    good = {
        "notice_id": "ntc_1",
        "kind": "early_fraud_warning",
        "gateway_reference": "sim_1",
        "network": "visa",
        "fraud_type": "other",
        "amount_minor": 5,
        "currency": "EUR",
        "reported_at": "2026-03-01T12:00:00Z",
    }
    page = await _page({"notices": [7, {}, {**good, "amount_minor": -5}, good], "cursor": "11", "more": True})
    assert [notice.notice_id for notice in page.warnings] == ["ntc_1"]
    assert (page.disputes, page.cursor, page.more) == ((), "11", True)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"notices": {}, "cursor": "1", "more": False},
        {"notices": [], "cursor": 1, "more": False},
        {"notices": [], "cursor": "", "more": False},
        {"notices": [], "cursor": "x" * 129, "more": False},
        {"notices": [], "cursor": "1", "more": 0},
        {"notices": [], "cursor": "1"},
    ],
)
async def test_a_page_that_is_none_is_unavailable(document: object) -> None:
    with pytest.raises(Unavailable):
        await _page(document)


async def test_a_page_that_comes_with_an_error_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await _page({"notices": [], "cursor": "1", "more": False}, 500)


def _document(request: DisputeRequest, **changes: object) -> dict[str, object]:
    return {
        "response_id": str(request.response_id),
        "case_reference": request.case_reference,
        "status": "succeeded",
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "won"},
        {"status": ["succeeded"]},
        {"status": None},
        {"response_id": str(uuid4())},
        {"response_id": None},
        {"case_reference": "simd_other"},
        {"case_reference": None, "status": "failed"},
    ],
)
async def test_documents_that_do_not_answer_the_question_are_unknown(changes: dict[str, object]) -> None:
    request = an_answer("simd_1")
    body = orjson.dumps(_document(request, **changes))
    async with httpx2.AsyncClient(transport=_answering(200, body)) as client:
        gateway = SimulatorDisputes("simulator", "http://gateway", client)
        for outcome in (await gateway.respond(request), await gateway.look_up_response(request)):
            assert outcome.kind is OutcomeKind.UNKNOWN


@pytest.mark.parametrize(
    "body", [b"<h1>Not Found</h1>", b"{}", b'{"error":"response_not_found"}', b'{"error":{"code":"http_error"}}']
)
async def test_a_404_that_is_not_the_gateways_own_is_unknown(body: bytes) -> None:
    async with httpx2.AsyncClient(transport=_answering(404, body)) as client:
        outcome = await SimulatorDisputes("simulator", "http://gateway", client).look_up_response(an_answer("simd_1"))
    assert outcome.kind is OutcomeKind.UNKNOWN


_DYING = """
import asyncio, sys
import httpx2
from adapters.gateways.simulator_disputes import SimulatorDisputes
from tests.adapters.gateways.requests import an_answer

async def main():
    async with httpx2.AsyncClient(trust_env=False) as client:
        request = an_answer(sys.argv[2])
        print(request.response_id, flush=True)
        await SimulatorDisputes("simulator", sys.argv[1], client).respond(request)

asyncio.run(main())
"""


@pytest.mark.parametrize(("failpoint", "taken"), [("respond.call.before", False), ("respond.call.answered", True)])
async def test_failpoints_stand_around_the_call(
    simulator: SimulatorProcess, http: httpx2.AsyncClient, failpoint: str, *, taken: bool
) -> None:
    case = await a_case(http)
    done = subprocess.run(
        [sys.executable, "-c", _DYING, simulator.url, case["case_reference"]],
        cwd=ROOT,
        env={**os.environ, "PAYDESK_FAILPOINTS": failpoint},
        stdout=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    looked_up = await http.get(f"/v1/responses/{done.stdout.decode().strip()}")
    assert looked_up.status_code == (200 if taken else 404)
