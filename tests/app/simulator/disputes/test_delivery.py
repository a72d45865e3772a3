"""The webhook is told of every notice, in their order, however often that takes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx2
import orjson
import pytest

from adapters.gateways.simulator_notices import webhook_reader
from app.simulator.disputes.case import Opening
from app.simulator.disputes.console_request import Alarm
from app.simulator.disputes.delivery import Delivery
from app.simulator.disputes.docket import Docket
from app.simulator.disputes.due import Pace
from app.simulator.disputes.webhook_target import TargetRefused, WebhookTarget, webhook_target
from app.simulator.journal import Journal
from app.simulator.memory import Memory
from app.simulator.payment import Payment, PaymentState
from domain.disputes.early_fraud_warning import FraudType
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage
from domain.kernel.clock import SystemClock
from tests.app.simulator.disputes.steps import a_case, step
from tests.app.simulator.process import SimulatorProcess, free_port
from tests.web.door import Counting
from web.app import create_web
from web.observability import Metrics
from web.webhooks import GatewayWebhooks, Sender, webhook_routes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from domain.disputes.early_fraud_warning import WarningNotice
    from domain.disputes.notice import DisputeNotice

KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
TARGET = WebhookTarget(url="http://desk/webhooks/gateways/simulator", secret=SECRET)


@dataclass(slots=True)
class Desk:
    """Answers as it is told, and keeps what it was told."""

    answers: list[int | Exception] = field(default_factory=list)
    told: list[httpx2.Request] = field(default_factory=list)
    fresh: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def line(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self.answer)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.told.append(request)
        self.fresh.set()
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer)

    async def hears(self, count: int) -> list[str]:
        """The ids of the messages, once so many came."""
        while len(self.told) < count:
            self.fresh.clear()
            await self.fresh.wait()
        return [request.headers["webhook-id"] for request in self.told]


def _notice(name: str) -> dict[str, Any]:
    return {"notices": [{"notice_id": name, "kind": "dispute"}]}


@asynccontextmanager
async def _delivering(journal: Path, desk: httpx2.AsyncBaseTransport) -> AsyncGenerator[tuple[Memory, Docket]]:
    memory = Memory(Journal(journal))
    docket = Docket(memory, SystemClock(), Pace())
    memory.open()
    async with httpx2.AsyncClient(transport=desk) as client:
        task = asyncio.create_task(Delivery(docket, TARGET, client, SystemClock(), (0.01, 0.01)).run())
        yield memory, docket
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await memory.close()


async def _delivered(docket: Docket, number: int) -> None:
    watch = docket.watch()
    while docket.delivered < number:
        watch.clear()
        await watch.wait()


async def test_signs_each_message_as_standard_webhooks_have_it(tmp_path: Path) -> None:
    desk = Desk()
    async with _delivering(tmp_path / "journal.jsonl", desk.line) as (memory, _):
        memory.keep(_notice("ntc_1"))
        await desk.hears(1)
    request = desk.told[0]
    stamp = request.headers["webhook-timestamp"]
    signed = b".".join([b"ntc_1", stamp.encode(), request.content])
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert orjson.loads(request.content) == {"notices": [{"number": 1, "notice_id": "ntc_1", "kind": "dispute"}]}


async def test_paydesk_believes_what_the_simulator_signs(tmp_path: Path) -> None:
    taken: list[str] = []
    enough = asyncio.Event()

    async def take(notice: DisputeNotice | WarningNotice) -> None:
        taken.append(notice.notice_id)
        if len(taken) == 2:
            enough.set()

    payment = Payment(
        reference="sim_1",
        token="tok_amex",
        currency="JPY",
        amount_minor=5000,
        captured_minor=5000,
        state=PaymentState.CLOSED,
        expires_at=datetime.now(UTC),
    )
    sender = Sender(secrets=(SECRET,), read=webhook_reader("simulator"))
    webhooks = GatewayWebhooks(senders={"simulator": sender}, take=take, stranger_limit=Counting(), clock=SystemClock())
    desk = httpx2.ASGITransport(app=create_web(webhook_routes(webhooks), metrics=Metrics(), https=False))
    async with _delivering(tmp_path / "journal.jsonl", desk) as (_, docket):
        await docket.open(
            payment, Opening(stage=DisputeStage.INQUIRY, network=Network.AMEX, reason_code="127", amount_minor=70)
        )
        await docket.warn(payment, Alarm(network=Network.AMEX, fraud_type=FraudType.OTHER))
        await enough.wait()
        assert taken == [notice["notice_id"] for notice in await docket.notices(0, 2)]


async def test_tries_again_until_it_is_taken_and_keeps_the_order(tmp_path: Path) -> None:
    desk = Desk(answers=[503, httpx2.ConnectError("away")])
    async with _delivering(tmp_path / "journal.jsonl", desk.line) as (memory, docket):
        for name in ("ntc_1", "ntc_2", "ntc_3"):
            memory.keep(_notice(name))
        await _delivered(docket, 3)
    assert await desk.hears(5) == ["ntc_1", "ntc_1", "ntc_1", "ntc_2", "ntc_3"]


async def test_gives_up_in_the_end_and_goes_on(tmp_path: Path) -> None:
    desk = Desk(answers=[401, 302, 500])
    async with _delivering(tmp_path / "journal.jsonl", desk.line) as (memory, docket):
        memory.keep(_notice("ntc_1"))
        memory.keep(_notice("ntc_2"))
        await _delivered(docket, 2)
    assert await desk.hears(4) == ["ntc_1", "ntc_1", "ntc_1", "ntc_2"]


async def test_goes_on_where_it_was_after_a_restart(tmp_path: Path) -> None:
    desk = Desk()
    async with _delivering(tmp_path / "journal.jsonl", desk.line) as (memory, docket):
        memory.keep(_notice("ntc_1"))
        await _delivered(docket, 1)
    async with _delivering(tmp_path / "journal.jsonl", desk.line) as (memory, docket):
        memory.keep(_notice("ntc_2"))
        await _delivered(docket, 2)
    assert await desk.hears(2) == ["ntc_1", "ntc_2"]


async def test_a_webhook_that_never_answers_blocks_nobody(tmp_path: Path) -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    simulator = SimulatorProcess(tmp_path / "journal.jsonl", webhook=(url, SECRET))
    try:
        async with server, httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as http:
            case = await a_case(http)
            assert (await step(http, case, "withdraw")).status_code == 200
            assert await asyncio.to_thread(simulator.stop) == 0
    finally:
        simulator.kill()


async def test_the_process_tells_a_real_server_once_that_is_there(tmp_path: Path) -> None:
    port = free_port()
    bodies: list[bytes] = []
    enough = asyncio.Event()

    async def desk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[16:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: "))
        bodies.append(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()
        if len(bodies) == 2:
            enough.set()

    simulator = SimulatorProcess(tmp_path / "journal.jsonl", webhook=(f"http://127.0.0.1:{port}/", SECRET))
    try:
        async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as http:
            case = await a_case(http)
            await step(http, case, "decide", outcome="won")
            async with await asyncio.start_server(desk, "127.0.0.1", port):
                await enough.wait()
            kinds = [notice["type"] for body in bodies for notice in orjson.loads(body)["notices"]]
            assert kinds == ["opened", "won"]
    finally:
        simulator.kill()


def test_a_target_needs_an_address_and_a_secret() -> None:
    assert webhook_target(None, SECRET) is None
    assert webhook_target("http://desk/x", f"{SECRET},whsec_{'A' * 44}") == WebhookTarget(
        url="http://desk/x", secret=SECRET
    )
    for url, secret in (("desk", SECRET), ("http://desk", None), ("http://desk", "short"), ("http://desk?a=b", SECRET)):
        with pytest.raises(TargetRefused):
            webhook_target(url, secret)
    assert SECRET not in repr(TARGET)
