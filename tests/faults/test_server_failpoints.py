"""The web server dies at a named point: the same requests, sent again by the same keys, have one effect each."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx2
import pytest

from tests.faults.failpoints import CALLS, INTENTS, OUTCOMES
from tests.faults.installation import query, recover, unfinished, violations
from tests.faults.requests import document_of, in_euros
from tests.faults.server_processes import children_of, end, is_dead, kill_all_of, needs_proc
from tests.web.serving import said_by, serving, start_server

if TYPE_CHECKING:
    import subprocess

    from tests.faults.conftest import Place
    from tests.web.serving import Serving

# No measure of speed: what never happens must fail the test instead of holding it up.
_NEVER_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Step:
    """One request of the story, about the payment of that name."""

    mutation: str
    payment: str
    given: dict[str, Any] = field(default_factory=dict)


def _create(payment: str, token: str = "tok_visa", mode: str = "MANUAL") -> Step:
    given = {"paymentMethod": {"token": token}, "captureMode": mode, "amount": in_euros("100.00")}
    return Step("createPayment", payment, given)


# Every verb in every way that leaves something behind, and what comes of it below.
STORY = (
    _create("parts"),
    Step("capturePayment", "parts", {"amount": in_euros("30.00"), "final": False}),
    Step("capturePayment", "parts", {"amount": in_euros("20.00"), "final": True}),
    Step("refundPayment", "parts", {"amount": in_euros("10.00")}),
    _create("voided"),
    Step("voidPayment", "voided"),
    _create("challenged", "tok_3ds_required"),
    Step("confirmPayment", "challenged"),
    _create("at once", mode="AUTOMATIC"),
    _create("abandoned", "tok_3ds_required"),
    Step("voidPayment", "abandoned"),
)
# The abandoned payment is cancelled here alone: the gateway is not asked.
_OPERATIONS = [("AUTHORIZE", 6), ("CAPTURE", 2), ("REFUND", 1), ("VOID", 1)]
_MONEY = [(0, 0), (0, 0), (0, 0), (5000, 1000), (10000, 0)]
_MUTATIONS = {
    "authorize": "createPayment",
    "capture": "capturePayment",
    "refund": "refundPayment",
    "void": "voidPayment",
    "confirm": "confirmPayment",
}
# Which outcome of the story is the first of a mutation.
_OUTCOME_OF = {1: "createPayment", 2: "capturePayment", 4: "refundPayment", 6: "voidPayment", 8: "confirmPayment"}
_EVERY = [
    *((failpoint, _MUTATIONS[failpoint.partition(".")[0]]) for failpoint in (*INTENTS, *CALLS)),
    # A confirmation calls the gateway by the step's own word; it is the fourth that does.
    *((f"{failpoint}=4", "confirmPayment") for failpoint in CALLS if failpoint.startswith("authorize.")),
    *((f"{outcome}={count}", mutation) for outcome in OUTCOMES for count, mutation in _OUTCOME_OF.items()),
]
# Each costs two starts of the server. Here: nothing written, written and not sent, answered and not recorded.
_SOME = {"refund.intent.before_commit", "capture.intent.committed", "authorize.call.answered=4"}
ARMED = _EVERY if int(os.environ.get("FAULT_ROUNDS", "0")) else [each for each in _EVERY if each[0] in _SOME]


class ConnectionBroke(Exception):
    """Nobody knows what became of a step."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.mutation)
        self.step = step


class Client:
    """Tells the story, as often as it is asked to, with the same keys each time."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self.keys = [str(uuid4()) for _ in STORY]
        self._payments: dict[str, str] = {}
        self._challenges: dict[str, str] = {}

    async def tell(self, steps: tuple[Step, ...] = STORY) -> list[dict[str, Any]]:
        """The answers. Raises `ConnectionBroke`."""
        answers: list[dict[str, Any]] = []
        for step in steps:
            try:
                answers.append(await self.ask(step))
            except httpx2.TransportError as error:
                raise ConnectionBroke(step) from error
        return answers

    async def ask(self, step: Step) -> dict[str, Any]:
        given = {**step.given, "idempotencyKey": self.keys[STORY.index(step)]}
        if step.mutation != "createPayment":
            given["paymentId"] = self._payments[step.payment]
        if step.mutation == "confirmPayment":
            await self._approve(step.payment)
        response = await self._http.post(
            "/graphql", json={"query": document_of(step.mutation), "variables": {"input": given}}
        )
        assert response.status_code == 200, response.text
        answer = response.json()["data"]["answer"]
        if "payment" in answer:
            payment = answer["payment"]
            # One key never stands for two payments.
            assert self._payments.setdefault(step.payment, payment["id"]) == payment["id"]
            if payment["nextAction"] and step.mutation == "createPayment":
                self._challenges.setdefault(step.payment, payment["nextAction"]["url"])
        return answer

    async def _approve(self, payment: str) -> None:
        """What the customer does, once."""
        if url := self._challenges[payment]:
            self._challenges[payment] = ""
            async with httpx2.AsyncClient(trust_env=False) as customer:
                assert (await customer.post(url, data={"decision": "approve"})).status_code < 400

    async def until_served(self) -> None:
        async with asyncio.timeout(_NEVER_SECONDS):
            while True:
                try:
                    if (await self._http.get("/readyz")).status_code == 200:
                        return
                except httpx2.TransportError:
                    await asyncio.sleep(0.05)


def _start_again(first: Serving, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """On the same port, with nothing armed."""
    kill_all_of(first.process.pid)
    first.process.wait()
    return start_server(int(first.url.rpartition(":")[2]), {**environment, "PAYDESK_PUBLIC_URL": first.url})


async def _effects(dsn: str, key: str) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What the merchant who used that key has: operations that succeeded, and each payment's money."""
    of_merchant = "merchant_id = (SELECT merchant_id FROM idempotency_keys WHERE key = $1)"
    operations = (
        f"SELECT type, count(*) FROM operations WHERE status = 'SUCCEEDED' AND {of_merchant} GROUP BY 1 ORDER BY 1"
    )
    money = f"SELECT captured_minor, refunded_minor FROM payments WHERE {of_merchant} ORDER BY 1"
    return await query(dsn, operations, key), await query(dsn, money, key)


def _payload(step: Step) -> str:
    return f"{step.mutation[0].upper()}{step.mutation[1:]}Payload"


def _first_answer(failpoint: str, step: Step) -> tuple[str, bool | None]:
    """What the broken request's first repetition is told, and whether as a replay."""
    if "intent.before_commit" in failpoint:
        return _payload(step), False
    if "outcome.committed" in failpoint:
        return _payload(step), True
    # Somebody may have asked the gateway: the job finds out.
    return "IdempotencyInProgress", None


@needs_proc
@pytest.mark.parametrize(("failpoint", "mutation"), ARMED)
async def test_repeated_after_a_death_at_a_failpoint(shared_place: Place, failpoint: str, mutation: str) -> None:
    place = shared_place
    environment = {
        "PAYDESK_ENVIRONMENT": "test",
        "DATABASE_URL": place.dsn,
        "PAYDESK_GATEWAY_SIMULATOR_URL": place.simulator_url,
    }
    async with AsyncExitStack() as running:
        armed = {**environment, "PAYDESK_FAILPOINTS": failpoint}
        first = await running.enter_async_context(serving(place.dsn, **armed))
        http = await running.enter_async_context(
            httpx2.AsyncClient(base_url=first.url, headers=first.authorization, timeout=30, trust_env=False)
        )
        client = Client(http)
        (served,) = children_of(first.process.pid)
        with pytest.raises(ConnectionBroke) as broke:
            await client.tell()
        broken = broke.value.step
        assert broken.mutation == mutation, said_by(first.process)
        # Its connections are closed a moment before it is gone.
        async with asyncio.timeout(_NEVER_SECONDS):
            while not is_dead(served):  # noqa: ASYNC110 - nobody is kept waiting by the look
                await asyncio.sleep(0.01)

        second = _start_again(first, environment)
        running.callback(end, second)
        await client.until_served()
        *earlier, undecided = await client.tell(STORY[: STORY.index(broken) + 1])
        assert all(answer["replayed"] for answer in earlier)
        assert (undecided["__typename"], undecided.get("replayed")) == _first_answer(failpoint, broken)

        await recover(place.dsn, place.simulator_url)
        answers = await client.tell()
        assert all(answer["replayed"] for answer in answers[: STORY.index(broken) + 1])
        assert [answer["__typename"] for answer in answers] == [_payload(step) for step in STORY]
        assert await _effects(place.dsn, client.keys[0]) == (_OPERATIONS, _MONEY)
    assert await violations(place.dsn, place.simulator_url) == []
    assert await unfinished(place.dsn) == []
