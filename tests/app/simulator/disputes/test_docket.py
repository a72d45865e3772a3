"""What the gateway remembers of disputes outlives its process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2

from tests.app.simulator.disputes.steps import (
    a_case,
    a_file,
    a_response,
    notices_of,
    respond,
    step,
    types_of,
    wait_for_notices,
)
from tests.app.simulator.operations import authorize, perform
from tests.app.simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from pathlib import Path


async def test_kill_and_restart_forget_nothing_that_was_told(tmp_path: Path) -> None:
    simulator = SimulatorProcess(tmp_path / "journal.jsonl", dispute_after_seconds=3, decide_after_seconds=3)
    try:
        async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as http:
            case, response = await a_case(http, stage="inquiry"), a_response("inquiry", files=[a_file()])
            answer = await respond(http, case, response)
            await step(http, case, "advance")
            accepted = await a_case(http)
            await respond(http, accepted, a_response(kind="accept"))
            disputed = await authorize(http, token="tok_disputed", capture=True)
            path = f"/v1/disputes/{case['case_reference']}"
            notices, kept = (await http.get("/v1/notices")).json()["notices"], (await http.get(path)).json()
        simulator.kill()
        simulator.start()
        async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as http:
            # What is due may have come to pass meanwhile, behind what was told.
            assert (await http.get("/v1/notices")).json()["notices"][: len(notices)] == notices
            assert (await http.get(path)).json() == kept
            assert await respond(http, case, response) == answer
            other = {**response, "texts": {}}
            assert (await http.post(f"{path}/responses", json=other)).status_code == 409
            # What was due while nobody ran is done now.
            told = await wait_for_notices(http, disputed, 1)
            assert (told[0]["stage"], told[0]["reason_code"]) == ("chargeback", "10.4")
            await wait_for_notices(http, accepted["gateway_reference"], 2)
            assert await types_of(http, accepted) == [("opened", "chargeback"), ("lost", "chargeback")]
            assert (await step(http, case, "advance")).json()["stage"] == "pre_arbitration"
    finally:
        simulator.kill()


async def test_a_refund_of_everything_prevents_its_inquiries(http: httpx2.AsyncClient) -> None:
    inquiry = await a_case(http, stage="inquiry", amount_minor=300)
    reference = inquiry["gateway_reference"]
    opening = {"gateway_reference": reference, "stage": "chargeback", "reason_code": "10.4", "amount_minor": 100}
    chargeback = (await http.post("/v1/disputes", json=opening)).json()
    await perform(http, "REFUND", 999, gateway_reference=reference)
    assert len(await notices_of(http, reference)) == 2
    await perform(http, "REFUND", 1, gateway_reference=reference)
    told = await notices_of(http, reference)
    assert [(notice["type"], notice["case_reference"]) for notice in told[2:]] == [
        ("prevented", inquiry["case_reference"])
    ]
    assert (await http.get(f"/v1/disputes/{chargeback['case_reference']}")).json()["status"] == "needs_response"


async def test_a_refund_that_fails_later_prevents_nothing(http: httpx2.AsyncClient) -> None:
    reference = await authorize(http, token="tok_refund_fails", capture=True)
    opening = {"gateway_reference": reference, "stage": "inquiry", "reason_code": "10.4"}
    await http.post("/v1/disputes", json=opening)
    await perform(http, "REFUND", 1000, gateway_reference=reference)
    assert len(await notices_of(http, reference)) == 1
