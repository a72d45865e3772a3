"""The web server dies under load and is started again: clients repeat their requests by the same keys, and each has one effect."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx2

from tests.faults.installation import query, recover, unfinished, violations
from tests.faults.requests import document_of, in_euros
from tests.faults.server_processes import end, kill_all_of, needs_proc
from tests.web.serving import serving, start_server

if TYPE_CHECKING:
    from tests.app.simulator.process import SimulatorProcess

ROUNDS = max(1, int(os.environ.get("FAULT_ROUNDS", "0")) // 5)
# No measure of speed: what never happens must fail the test instead of holding it up.
NEVER_SECONDS = 120
_CLIENTS = 4
_CREATE = document_of("createPayment")
_CAPTURE = document_of("capturePayment")
_REFUND = document_of("refundPayment")
_REFUSALS = {"InvalidState", "AmountExceedsLimit"}


class Customers:
    """Clients that repeat a request by the same key until it is answered, as the API guide tells them to."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self._random = Random(11)
        self.answers = 0
        self.broken = 0
        self.stop = asyncio.Event()
        self.undecided: list[tuple[str, dict[str, Any]]] = []

    async def ask(self, document: str, given: dict[str, Any]) -> dict[str, Any]:
        """The answer, however often the connection breaks before it comes."""
        async with asyncio.timeout(NEVER_SECONDS):
            while True:
                try:
                    response = await self._http.post(
                        "/graphql", json={"query": document, "variables": {"input": given}}
                    )
                except httpx2.TransportError:
                    self.broken += 1
                    await asyncio.sleep(0.05)
                    continue
                assert response.status_code == 200, response.text
                self.answers += 1
                return response.json()["data"]["answer"]

    async def create(self) -> str:
        given = {"paymentMethod": {"token": "tok_visa"}, "captureMode": "MANUAL", "amount": in_euros("100.00")}
        answer = await self.ask(_CREATE, {"idempotencyKey": str(uuid4()), **given})
        return answer["payment"]["id"]

    async def capture(self, payment_id: str, amount: str) -> None:
        given = {"idempotencyKey": str(uuid4()), "paymentId": payment_id, "final": False, "amount": in_euros(amount)}
        await self._move(_CAPTURE, given)

    async def go_on(self, payment_ids: list[str]) -> None:
        while not self.stop.is_set():
            payment_id = self._random.choice(payment_ids)
            amount = f"0.{self._random.randint(1, 99):02}"
            if self._random.random() < 0.6:
                await self.capture(payment_id, amount)
            else:
                given = {"idempotencyKey": str(uuid4()), "paymentId": payment_id, "amount": in_euros(amount)}
                await self._move(_REFUND, given)

    async def progress(self, by: int = 5) -> None:
        """Return when so many more were answered."""
        goal = self.answers + by
        async with asyncio.timeout(NEVER_SECONDS):
            while self.answers < goal:  # noqa: ASYNC110 - nobody is kept waiting by the look
                await asyncio.sleep(0.01)

    async def _move(self, document: str, given: dict[str, Any]) -> None:
        answer = await self.ask(document, given)
        if answer["__typename"] == "IdempotencyInProgress":
            # The process that had begun it is dead: the job finds out what became of it.
            self.undecided.append((document, given))
        else:
            assert answer["__typename"].endswith("Payload") or answer["__typename"] in _REFUSALS, answer


@needs_proc
async def test_requests_repeated_after_a_crash_have_one_effect(database_url: str, simulator: SimulatorProcess) -> None:
    moments = Random(5)
    environment = {"PAYDESK_GATEWAY_SIMULATOR_URL": simulator.url}
    async with AsyncExitStack() as running:
        first = await running.enter_async_context(serving(database_url, **environment))
        environment |= {"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": database_url, "PAYDESK_PUBLIC_URL": first.url}
        http = await running.enter_async_context(
            httpx2.AsyncClient(base_url=first.url, headers=first.authorization, timeout=30)
        )
        customers = Customers(http)
        payments = [await customers.create() for _ in range(4)]
        for payment in payments:
            await customers.capture(payment, "50.00")
        going = [asyncio.create_task(customers.go_on(payments)) for _ in range(_CLIENTS)]
        process = first.process
        for _ in range(ROUNDS):
            await customers.progress()
            await asyncio.sleep(moments.uniform(0, 0.2))
            kill_all_of(process.pid)
            process.wait()
            process = start_server(int(first.url.rpartition(":")[2]), environment)
            running.callback(end, process)
        await customers.progress()
        customers.stop.set()
        await asyncio.gather(*going)
        await recover(database_url, simulator.url)
        for document, given in customers.undecided:
            answer = await customers.ask(document, given)
            assert answer["replayed"], answer
        # The first one is dead already; this one is asked to end and waited for.
        process.terminate()
        process.wait()
    assert customers.broken > 0
    assert await violations(database_url, simulator.url) == []
    assert await unfinished(database_url) == []
    # One effect per key: no two operations that moved money for one request.
    ((keys, operations),) = await query(
        database_url,
        "SELECT (SELECT count(*) FROM idempotency_keys), (SELECT count(*) FROM operations)",
    )
    assert keys == operations
