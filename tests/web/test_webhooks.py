"""Gateways' webhooks: nothing is read of what is not signed, and nothing is lost of what is."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx2
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from adapters.gateways.simulator_notices import webhook_reader
from domain.disputes.notice import DisputeNotice, NoticeSource
from domain.kernel.clock import SystemClock
from domain.kernel.errors import Unavailable
from tests.adapters.gateways.test_simulator_notices import DISPUTE, WARNING
from tests.web.door import Counting
from web.app import create_web
from web.observability import Metrics
from web.webhooks import MOST_BODY_BYTES, GatewayWebhooks, Sender, webhook_routes

if TYPE_CHECKING:
    from domain.disputes.early_fraud_warning import WarningNotice

SECRET, NEXT_SECRET, STRANGE_SECRET = (f"whsec_{b64encode(bytes([n]) * 32).decode()}" for n in (1, 2, 3))
PATH = "/webhooks/gateways/simulator"
BODY = orjson.dumps({"notices": [DISPUTE]})


@dataclass(slots=True)
class Desk:
    """Takes notices, or says that it cannot now; counts strangers."""

    taken: list[DisputeNotice | WarningNotice] = field(default_factory=list)
    strangers: Counting = field(default_factory=Counting)
    away: bool = False

    async def take(self, notice: DisputeNotice | WarningNotice) -> None:
        if self.away:
            raise Unavailable("The database does not answer now.")
        self.taken.append(notice)

    async def post(self, body: Any, headers: Any, path: str = PATH) -> httpx2.Response:
        sender = Sender(secrets=(SECRET, NEXT_SECRET), read=webhook_reader("simulator"))
        webhooks = GatewayWebhooks(
            senders={"simulator": sender}, take=self.take, stranger_limit=self.strangers, clock=SystemClock()
        )
        app = create_web(webhook_routes(webhooks), metrics=Metrics(), https=False)
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.post(path, content=body, headers=headers)

    async def send(self, body: bytes = BODY, **more: Any) -> httpx2.Response:
        """Send it signed."""
        return await self.post(body, signed(body, **more))


def signed(
    body: bytes, *, secret: str = SECRET, ago: timedelta = timedelta(0), message_id: str = "ntc_1"
) -> dict[str, str]:
    at = datetime.now(UTC) - ago
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body.decode()),
    }


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_takes_what_is_signed(desk: Desk) -> None:
    answer = await desk.send(orjson.dumps({"notices": [DISPUTE, WARNING]}))
    assert (answer.status_code, answer.json()) == (200, {"taken": 2})
    dispute, warning = desk.taken
    assert isinstance(dispute, DisputeNotice)
    assert (dispute.gateway, dispute.source, dispute.notice_id) == ("simulator", NoticeSource.WEBHOOK, "ntc_1")
    assert datetime.now(UTC) - dispute.received_at < timedelta(minutes=1)
    assert warning.notice_id == "ntc_2"
    assert desk.strangers.keys == []


@pytest.mark.parametrize("secret", [SECRET, NEXT_SECRET])
async def test_either_secret_signs_while_they_change(desk: Desk, secret: str) -> None:
    assert (await desk.send(secret=secret)).status_code == 200


async def test_one_good_signature_among_several_is_enough(desk: Desk) -> None:
    headers = signed(BODY)
    strange = signed(BODY, secret=STRANGE_SECRET)["webhook-signature"]
    headers["webhook-signature"] = f"v1a,AAAA {strange} {headers['webhook-signature']}"
    assert (await desk.post(BODY, headers)).status_code == 200


async def test_the_same_message_again_is_harmless(desk: Desk) -> None:
    headers = signed(BODY)
    answers = [await desk.post(BODY, headers) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert {notice.notice_id for notice in desk.taken} == {"ntc_1"}


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,=="},
        {"webhook-signature": "v1,\u00e9"},
        {"webhook-signature": "v2," + "A" * 44},
        {"webhook-signature": "," * 100},
        {"webhook-signature": " "},
        {"webhook-id": "ntc_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e999"},
        {"webhook-timestamp": "x"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "9" * 400},
    ],
)
async def test_a_header_that_was_touched_is_401_and_nothing_is_read(desk: Desk, change: dict[str, str]) -> None:
    headers = {name: value.encode("latin-1") for name, value in (signed(BODY) | change).items()}
    answer = await desk.post(BODY, headers)
    assert (answer.status_code, desk.taken) == (401, [])
    assert answer.json()["error"]


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
async def test_a_header_that_is_missing_or_doubled_is_401(desk: Desk, name: str) -> None:
    headers = signed(BODY)
    without = {key: value for key, value in headers.items() if key != name}
    assert (await desk.post(BODY, without)).status_code == 401
    doubled = [*headers.items(), (name, headers[name])]
    assert (await desk.post(BODY, doubled)).status_code == 401
    assert desk.taken == []


async def test_another_secret_is_401(desk: Desk) -> None:
    assert (await desk.send(secret=STRANGE_SECRET)).status_code == 401
    assert desk.taken == []


@pytest.mark.parametrize(("seconds", "status"), [(290, 200), (310, 401), (-290, 200), (-310, 401)])
async def test_five_minutes_are_tolerated(desk: Desk, seconds: int, status: int) -> None:
    assert (await desk.send(ago=timedelta(seconds=seconds))).status_code == status
    assert len(desk.taken) == (status == 200)


@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b"1990", b"1991"), b"", b"\xff", BODY[:-1]])
async def test_a_body_that_was_touched_is_401(desk: Desk, body: bytes) -> None:
    assert (await desk.post(body, signed(BODY))).status_code == 401
    assert desk.taken == []


@pytest.mark.parametrize(
    "body", [b"{}", b"null", b'{"notices":[]}', b'{"notices":[7]}', b"x", orjson.dumps({"notices": [DISPUTE, {}]})]
)
async def test_signed_garbage_is_400_and_nothing_of_it_is_taken(desk: Desk, body: bytes) -> None:
    answer = await desk.send(body)
    assert (answer.status_code, desk.taken) == (400, [])
    assert answer.json()["error"]
    assert desk.strangers.keys == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.binary(max_size=100), st.text(max_size=30), st.text(max_size=30), st.text(max_size=60))
async def test_whatever_a_stranger_sends_is_401(
    desk: Desk, body: bytes, message_id: str, stamp: str, signature: str
) -> None:
    texts = {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}
    headers = {name: value.encode() for name, value in texts.items()}
    assert (await desk.post(body, headers)).status_code == 401
    assert desk.taken == []


async def test_an_oversize_body_is_413_whether_it_says_so_or_not(desk: Desk) -> None:
    body = b" " * (MOST_BODY_BYTES + 1)
    assert (await desk.send(body)).status_code == 413

    async def chunks() -> Any:
        for _ in range(5):
            yield b" " * 64 * 1024

    assert (await desk.post(chunks(), signed(body))).status_code == 413
    fits = orjson.dumps({"notices": [DISPUTE], "padding": "x" * (MOST_BODY_BYTES - 2000)})
    assert (await desk.send(fits)).status_code == 200


async def test_an_unknown_gateway_is_404(desk: Desk) -> None:
    answer = await desk.post(BODY, signed(BODY), "/webhooks/gateways/nobody")
    assert (answer.status_code, desk.taken) == (404, [])


async def test_only_post_is_taken(desk: Desk) -> None:
    webhooks = GatewayWebhooks(senders={}, take=desk.take, stranger_limit=desk.strangers, clock=SystemClock())
    transport = httpx2.ASGITransport(app=create_web(webhook_routes(webhooks), metrics=Metrics(), https=False))
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
        assert (await client.get(PATH)).status_code == 405


async def test_when_nothing_can_be_kept_the_gateway_is_asked_to_come_again(desk: Desk) -> None:
    desk.away = True
    answer = await desk.send()
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
    desk.away = False
    assert (await desk.send()).status_code == 200
    assert len(desk.taken) == 1


async def test_strangers_are_limited_by_address_and_gateways_are_not(desk: Desk) -> None:
    desk.strangers.most = 2
    answers = [await desk.send(secret=STRANGE_SECRET) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[-1].headers["retry-after"] == "7"
    assert (await desk.post(BODY, signed(BODY), "/webhooks/gateways/nobody")).status_code == 429
    assert (await desk.send()).status_code == 200
    assert len(set(desk.strangers.keys)) == 1
