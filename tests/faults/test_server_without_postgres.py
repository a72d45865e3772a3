"""PostgreSQL is killed under the web server: clients are told to try again, and the same server goes on afterwards."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx2

from tests.faults.installation import query, recover, unfinished, violations
from tests.faults.requests import document_of, in_euros
from tests.faults.server_processes import children_of, needs_proc
from tests.web.serving import serving

if TYPE_CHECKING:
    from app.postgres import EmbeddedPostgres
    from tests.app.simulator.process import SimulatorProcess

RESTARTS = max(1, int(os.environ.get("FAULT_ROUNDS", "0")) // 10)
# No measure of speed: what never happens must fail the test instead of holding it up.
_NEVER_SECONDS = 120
_CLIENTS = 4
_LIST = "{ answer: payments(first: 5) { nodes { id status operations { status } } } }"


class _Load:
    """Clients that repeat by the same key what could not be done, and write down every other kind of answer."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self._random = Random(3)
        self.answers = 0
        self.told: Counter[str] = Counter()
        self.strange: list[str] = []
        self.undecided: list[tuple[str, dict[str, Any]]] = []
        self.stop = asyncio.Event()

    async def ask(self, document: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer, once there is one; strange ones count as none."""
        async with asyncio.timeout(_NEVER_SECONDS):
            while True:
                response = await self._http.post(
                    "/graphql", json={"query": document, "variables": {"input": given} if given else {}}
                )
                if response.status_code == HTTPStatus.OK and "errors" not in response.json():
                    self.answers += 1
                    return response.json()["data"]["answer"]
                self._judge(response)
                await asyncio.sleep(0.05)

    async def create(self) -> str:
        given = {"paymentMethod": {"token": "tok_visa"}, "captureMode": "AUTOMATIC", "amount": in_euros("100.00")}
        answer = await self.ask(document_of("createPayment"), {"idempotencyKey": str(uuid4()), **given})
        return answer["payment"]["id"]

    async def go_on(self, payment_ids: list[str]) -> None:
        while not self.stop.is_set():
            await self.ask(_LIST)
            amount = in_euros(f"0.{self._random.randint(1, 20):02}")
            given = {"idempotencyKey": str(uuid4()), "paymentId": self._random.choice(payment_ids), "amount": amount}
            answer = await self.ask(document_of("refundPayment"), given)
            self.told[answer["__typename"]] += 1
            if answer["__typename"] == "IdempotencyInProgress":
                # The outcome could not be written down: the job finds out.
                self.undecided.append((document_of("refundPayment"), given))

    async def progress(self, by: int = 20) -> None:
        """Return when so many more were answered."""
        goal = self.answers + by
        async with asyncio.timeout(_NEVER_SECONDS):
            while self.answers < goal:  # noqa: ASYNC110 - nobody is kept waiting by the look
                await asyncio.sleep(0.01)

    async def until_ready_is(self, status: HTTPStatus) -> None:
        async with asyncio.timeout(_NEVER_SECONDS):
            while (await self._http.get("/readyz")).status_code != status:  # noqa: ASYNC110 - it has to be asked
                await asyncio.sleep(0.05)

    def _judge(self, response: httpx2.Response) -> None:
        try:
            codes = {error["extensions"]["code"] for error in response.json()["errors"]}
        except (ValueError, KeyError):
            codes = set()
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and codes == {"UNAVAILABLE"}:
            self.told["UNAVAILABLE"] += 1
        else:
            self.strange.append(f"{response.status_code} {response.text}")


@needs_proc
async def test_postgres_killed_under_http_load(
    durable_cluster: EmbeddedPostgres, durable_database_url: str, simulator: SimulatorProcess
) -> None:
    dsn = durable_database_url
    async with (
        serving(dsn, PAYDESK_GATEWAY_SIMULATOR_URL=simulator.url) as server,
        httpx2.AsyncClient(base_url=server.url, headers=server.authorization, timeout=60, trust_env=False) as http,
    ):
        load = _Load(http)
        payments = [await load.create() for _ in range(4)]
        serves = children_of(server.process.pid)
        going = [asyncio.create_task(load.go_on(payments)) for _ in range(_CLIENTS)]
        for _ in range(RESTARTS):
            await load.progress()
            # In a thread: the clients must meet the dead server, not wait for the living one.
            await asyncio.to_thread(durable_cluster.kill)
            await load.until_ready_is(HTTPStatus.SERVICE_UNAVAILABLE)
            await asyncio.to_thread(durable_cluster.start)
            await load.until_ready_is(HTTPStatus.OK)
        await load.progress()
        load.stop.set()
        await asyncio.gather(*going)
        assert children_of(server.process.pid) == serves, "the server was started again"
        await recover(dsn, simulator.url)
        for document, given in load.undecided:
            assert (await load.ask(document, given))["replayed"]
    assert load.strange == []
    assert load.told["UNAVAILABLE"] > 0
    assert set(load.told) <= {"UNAVAILABLE", "RefundPaymentPayload", "IdempotencyInProgress"}
    assert await violations(dsn, simulator.url) == []
    assert await unfinished(dsn) == []
    # One effect per key, whatever was repeated.
    ((keys, operations),) = await query(
        dsn, "SELECT (SELECT count(*) FROM idempotency_keys), (SELECT count(*) FROM operations)"
    )
    assert keys == operations
