"""The book outlives its process."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx2

from app.simulator.journal import write_entries
from app.simulator.payment import Payment, PaymentState
from tests.app.simulator.operations import an_operation, authorize, effects_of, perform
from tests.app.simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from pathlib import Path


async def test_kill_and_restart_forget_nothing_that_was_told(tmp_path: Path) -> None:
    simulator = SimulatorProcess(tmp_path / "journal.jsonl")
    told: list[tuple[dict[str, object], dict[str, object]]] = []

    enough = asyncio.Event()

    async def buy(http: httpx2.AsyncClient) -> None:
        while True:
            request = an_operation("AUTHORIZE", token="tok_visa", capture=True)
            told.append((request, (await http.post("/v1/operations", json=request)).json()))
            if len(told) == 100:
                enough.set()

    try:
        async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as http:
            challenge = await perform(http, "AUTHORIZE", token="tok_3ds_required")
            await http.post(challenge["next_action"]["url"], data={"decision": "approve"})
            open_reference = await authorize(http)
            buyers = [asyncio.create_task(buy(http)) for _ in range(8)]
            await asyncio.wait([asyncio.create_task(enough.wait()), *buyers], return_when=asyncio.FIRST_COMPLETED)
            simulator.kill()
            ends = await asyncio.gather(*buyers, return_exceptions=True)
            assert all(isinstance(end, httpx2.TransportError) for end in ends)
        simulator.start()
        async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as http:
            effects = (await http.get("/v1/effects")).json()
            for request, document in told:
                again = await http.post("/v1/operations", json=request)
                assert again.json() == document
            assert (await http.get("/v1/effects")).json() == effects
            captured = [e["operation_id"] for e in effects if e["effect"] == "captured"]
            assert len(captured) == len(set(captured))
            assert {request["operation_id"] for request, _ in told} <= set(captured)
            reused = await http.post("/v1/operations", json={**told[0][0], "amount_minor": 5})
            assert reused.status_code == 409
            reference = challenge["gateway_reference"]
            confirmed = await perform(http, "AUTHORIZE", gateway_reference=reference, confirms=True)
            assert confirmed["status"] == "succeeded"
            await perform(http, "CAPTURE", 400, gateway_reference=open_reference, final=True)
            assert await effects_of(http, open_reference) == [
                ("authorized", 1000),
                ("captured", 400),
                ("released", 600),
            ]
    finally:
        simulator.kill()


async def test_adopted_payments_behave_like_its_own(tmp_path: Path) -> None:
    payment = Payment(
        reference="sim_adopted",
        token="tok_visa",
        currency="JPY",
        amount_minor=5000,
        captured_minor=2000,
        state=PaymentState.OPEN,
        expires_at=datetime.now(UTC) + timedelta(days=3),
    )
    write_entries(tmp_path / "journal.jsonl", [{"payment": payment.as_json()}])
    simulator = SimulatorProcess(tmp_path / "journal.jsonl")
    try:
        async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as http:
            more = {"gateway_reference": "sim_adopted", "currency": "JPY"}
            assert (await perform(http, "CAPTURE", 3001, **more))["status"] == "failed"
            assert (await perform(http, "CAPTURE", 3000, **more))["status"] == "succeeded"
            assert (await perform(http, "REFUND", 5000, **more))["status"] == "succeeded"
            assert await effects_of(http, "sim_adopted") == [("captured", 3000), ("refunded", 5000)]
    finally:
        simulator.kill()
