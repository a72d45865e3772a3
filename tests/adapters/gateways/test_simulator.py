"""The connector against the real process: every answer and every fault becomes the right outcome."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx2
import orjson
import pytest

from adapters.gateways.simulator import SimulatorGateway
from domain.payments.decline import DeclineCode
from domain.payments.gateway import OutcomeKind
from domain.payments.method import CardBrand, CardFunding, PaymentMethodType, Wallet
from domain.payments.operation import OperationType
from tests.adapters.gateways.requests import a_request, an_authorization
from tests.app.simulator.process import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from domain.payments.gateway import GatewayRequest
    from tests.app.simulator.process import SimulatorProcess


async def test_approval_tells_everything(gateway: SimulatorGateway) -> None:
    request = an_authorization("tok_amex")
    outcome = await gateway.execute(request)
    assert (outcome.kind, outcome.amount) == (OutcomeKind.SUCCEEDED, request.amount)
    assert outcome.gateway_reference
    assert outcome.response_code == "00"
    assert outcome.decline_code is None
    assert outcome.risk_score == 14
    assert outcome.authorization_expires_at is not None
    assert outcome.authorization_expires_at.tzinfo
    method = outcome.method
    assert method is not None
    assert (method.type, method.token, method.brand) == (PaymentMethodType.CARD, "tok_amex", CardBrand.AMEX)
    assert (method.funding, method.wallet) == (CardFunding.CREDIT, Wallet.APPLE_PAY)
    assert (method.last4, method.bin, method.country) == ("0005", "378282", "US")
    assert (method.expiry_month, method.expiry_year) == (4, 2033)
    assert await gateway.look_up(request) == outcome


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("tok_insufficient_funds", DeclineCode.INSUFFICIENT_FUNDS),
        ("tok_stolen_card", DeclineCode.STOLEN_CARD),
        ("tok_expired_card", DeclineCode.EXPIRED_CARD),
        ("tok_do_not_honor", DeclineCode.DO_NOT_HONOR),
        ("tok_gateway_error", DeclineCode.GATEWAY_ERROR),
        ("tok_nobody_knows", DeclineCode.INVALID_CARD),
    ],
)
async def test_declines_are_normalised(gateway: SimulatorGateway, token: str, code: DeclineCode) -> None:
    request = an_authorization(token)
    outcome = await gateway.execute(request)
    assert (outcome.kind, outcome.decline_code, outcome.amount) == (OutcomeKind.FAILED, code, None)
    assert await gateway.look_up(request) == outcome


async def test_life_of_a_payment(gateway: SimulatorGateway) -> None:
    reference = (await gateway.execute(an_authorization())).gateway_reference
    for request in (
        a_request(OperationType.CAPTURE, reference, amount_minor=600, final=True),
        a_request(OperationType.REFUND, reference, amount_minor=600),
    ):
        outcome = await gateway.execute(request)
        assert (outcome.kind, outcome.amount) == (OutcomeKind.SUCCEEDED, request.amount)
        assert outcome.gateway_reference == reference
    refused = await gateway.execute(a_request(OperationType.VOID, reference))
    assert (refused.kind, refused.decline_code) == (OutcomeKind.FAILED, DeclineCode.OTHER)
    assert refused.response_code == "already_captured"


@pytest.mark.parametrize(
    ("decision", "kind", "code"),
    [
        ("approve", OutcomeKind.SUCCEEDED, None),
        ("fail", OutcomeKind.FAILED, DeclineCode.AUTHENTICATION_FAILED),
    ],
)
async def test_next_action(
    gateway: SimulatorGateway, http: httpx2.AsyncClient, decision: str, kind: OutcomeKind, code: DeclineCode | None
) -> None:
    asked = await gateway.execute(an_authorization("tok_3ds_required"))
    assert asked.kind is OutcomeKind.REQUIRES_ACTION
    assert asked.next_action is not None
    assert asked.next_action.expires_at is not None
    early = await gateway.execute(a_request(OperationType.AUTHORIZE, asked.gateway_reference, confirms=True))
    assert (early.kind, early.next_action) == (OutcomeKind.REQUIRES_ACTION, asked.next_action)
    page = await http.post(asked.next_action.url, data={"decision": decision})
    assert page.headers["location"] == "https://shop.example/back"
    confirmed = await gateway.execute(a_request(OperationType.AUTHORIZE, asked.gateway_reference, confirms=True))
    assert (confirmed.kind, confirmed.decline_code) == (kind, code)


async def test_a_challenge_that_is_asked_for(gateway: SimulatorGateway, http: httpx2.AsyncClient) -> None:
    request = an_authorization("tok_visa", request_3ds=True)
    asked = await gateway.execute(request)
    assert (asked.kind, asked.risk_score) == (OutcomeKind.REQUIRES_ACTION, 7)
    assert asked.next_action is not None
    assert await gateway.execute(request) == asked
    await http.post(asked.next_action.url, data={"decision": "approve"})
    confirmed = await gateway.execute(a_request(OperationType.AUTHORIZE, asked.gateway_reference, confirms=True))
    assert confirmed.kind is OutcomeKind.SUCCEEDED


async def test_a_token_is_described_as_its_authorization_describes_it(gateway: SimulatorGateway) -> None:
    described = await gateway.describe("tok_amex")
    assert described is not None
    assert described.method is not None
    assert described.method == (await gateway.execute(an_authorization("tok_amex"))).method
    assert described.method.fingerprint


@pytest.mark.parametrize("token", ["tok_nobody_knows", "", "..", "../effects", "a b", "tok_visa?x=1", "x" * 256])
async def test_what_is_no_token_has_no_card(gateway: SimulatorGateway, token: str) -> None:
    described = await gateway.describe(token)
    assert described is not None
    assert described.method is None


@pytest.mark.parametrize("kind", ["latency", "drip", "cut", "http_500", "html", "oversize"])
async def test_a_fault_leaves_the_card_unsaid(hasty: SimulatorGateway, http: httpx2.AsyncClient, kind: str) -> None:
    await http.post("/v1/control", json={"faults": [{"kind": kind, "latency_ms": 60_000, "types": ["DESCRIBE"]}]})
    assert await hasty.describe("tok_visa") is None
    described = await hasty.describe("tok_visa")
    assert described is not None
    assert described.method is not None
    assert described.method.last4 == "4242"


@pytest.mark.parametrize(
    "answer",
    [b"[]", b"{}", b'{"token": "tok_visa"}', b'{"token": "tok_amex", "payment_method": {"last4": "0005"}}', b"\xff"],
)
async def test_a_description_that_is_none_is_not_believed(answer: bytes) -> None:
    async with httpx2.AsyncClient(transport=_always(200, answer)) as client:
        assert await SimulatorGateway("http://gateway.test", client).describe("tok_visa") is None


async def test_pending_is_accepted_and_fails_later(gateway: SimulatorGateway) -> None:
    paid = await gateway.execute(an_authorization("tok_refund_fails", capture=True))
    refund = a_request(OperationType.REFUND, paid.gateway_reference)
    outcome = await gateway.execute(refund)
    assert outcome.kind is OutcomeKind.ACCEPTED
    while outcome.kind is OutcomeKind.ACCEPTED:
        await asyncio.sleep(0.1)
        outcome = await gateway.look_up(refund)
    assert (outcome.kind, outcome.decline_code) == (OutcomeKind.FAILED, DeclineCode.OTHER)


async def test_look_up_of_what_was_never_sent(gateway: SimulatorGateway) -> None:
    assert (await gateway.look_up(an_authorization())).kind is OutcomeKind.NOT_FOUND


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
        ({"kind": "wrong_amount"}, "amount_mismatch"),
        ({"kind": "wrong_currency"}, "amount_mismatch"),
        ({"kind": "wrong_operation"}, "amount_mismatch"),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else value,
)
async def test_every_fault_is_unknown_and_never_a_decline(
    hasty: SimulatorGateway, gateway: SimulatorGateway, http: httpx2.AsyncClient, fault: dict[str, Any], code: str
) -> None:
    await http.post("/v1/control", json={"faults": [fault, {**fault, "types": ["LOOK_UP"]}]})
    request = an_authorization()
    outcome = await hasty.execute(request)
    assert (outcome.kind, outcome.response_code, outcome.amount) == (OutcomeKind.UNKNOWN, code, None)
    asked = await hasty.look_up(request)
    if fault.get("moment") == "before" or fault["kind"] == "refuse_404":
        # Nothing was executed, so the look-up's own fault has nothing to falsify but may still be NOT_FOUND.
        assert asked.kind in {OutcomeKind.UNKNOWN, OutcomeKind.NOT_FOUND}
        assert (await gateway.look_up(request)).kind is OutcomeKind.NOT_FOUND
    else:
        assert (asked.kind, asked.response_code) == (OutcomeKind.UNKNOWN, code)
        assert (await gateway.look_up(request)).kind is OutcomeKind.SUCCEEDED


@pytest.mark.parametrize(("token", "code"), [("tok_timeout", "deadline"), ("tok_lost_response", "transport_error")])
async def test_lost_answers_are_found_again(
    hasty: SimulatorGateway, gateway: SimulatorGateway, http: httpx2.AsyncClient, token: str, code: str
) -> None:
    request = an_authorization(token, capture=True)
    outcome = await hasty.execute(request)
    assert (outcome.kind, outcome.response_code) == (OutcomeKind.UNKNOWN, code)
    found = await gateway.look_up(request)
    assert found.kind is OutcomeKind.SUCCEEDED
    assert await gateway.execute(request) == found
    effects = (await http.get("/v1/effects")).json()
    moved = [effect["effect"] for effect in effects if effect["operation_id"] == str(request.operation_id)]
    assert moved == ["authorized", "captured"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}", "https://127.0.0.1:{simulator}", "http://nowhere.invalid", "gopher://x"]
)
async def test_no_connection_is_not_sent(url: str, simulator: SimulatorProcess) -> None:
    async with httpx2.AsyncClient(trust_env=False) as client:
        address = url.format(port=free_port(), simulator=simulator.port)
        gateway = SimulatorGateway(address, client, timedelta(seconds=10))
        for outcome in (await gateway.execute(an_authorization()), await gateway.look_up(an_authorization())):
            assert (outcome.kind, outcome.response_code) == (OutcomeKind.NOT_SENT, "not_connected")


async def test_a_connection_that_never_comes_about_is_not_sent() -> None:
    # TLS that nobody answers: the bytes of the request are still here when the deadline passes.
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, httpx2.AsyncClient(trust_env=False) as client:
        gateway = SimulatorGateway(f"https://127.0.0.1:{port}", client, timedelta(milliseconds=500))
        outcome = await gateway.execute(an_authorization())
    assert (outcome.kind, outcome.response_code) == (OutcomeKind.NOT_SENT, "connect_timeout")


async def test_a_server_that_hangs_up_or_stays_silent_after_the_request_is_unknown() -> None:
    hang_up = True

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if not hang_up:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, httpx2.AsyncClient(trust_env=False) as client:
        gateway = SimulatorGateway(f"http://127.0.0.1:{port}", client, timedelta(milliseconds=500))
        first = await gateway.execute(an_authorization())
        hang_up = False
        second = await gateway.execute(an_authorization())
    assert (first.kind, first.response_code) == (OutcomeKind.UNKNOWN, "transport_error")
    assert (second.kind, second.response_code) == (OutcomeKind.UNKNOWN, "deadline")


def _always(status: int, body: bytes) -> httpx2.MockTransport:
    async def chunks() -> AsyncIterator[bytes]:
        yield body

    return httpx2.MockTransport(lambda _: httpx2.Response(status, content=chunks()))


def _document(request: GatewayRequest, **changes: object) -> dict[str, object]:
    return {
        "operation_id": str(request.operation_id),
        "type": "AUTHORIZE",
        "status": "succeeded",
        "amount_minor": 1000,
        "currency": "EUR",
        "gateway_reference": "r",
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "won"},
        {"status": ["succeeded"]},
        {"status": None},
        {"amount_minor": 1000.0},
        {"amount_minor": "1000"},
        {"amount_minor": True},
        {"currency": None},
        {"type": "CAPTURE"},
        {"gateway_reference": None},
        {"gateway_reference": 7},
        {"status": "requires_action"},
        {"status": "requires_action", "next_action": {"url": "javascript:alert(1)"}},
        {"status": "requires_action", "next_action": "https://x"},
        {"status": "failed", "amount_minor": 1},
    ],
)
async def test_documents_that_do_not_answer_the_question_are_unknown(changes: dict[str, object]) -> None:
    request = an_authorization()
    body = orjson.dumps(_document(request, **changes))
    transport = _always(200, body)
    async with httpx2.AsyncClient(transport=transport) as client:
        assert (await SimulatorGateway("http://gateway", client).execute(request)).kind is OutcomeKind.UNKNOWN


@pytest.mark.parametrize(
    "strange",
    [
        {"payment_method": {"last4": "12", "bin": "4242", "fingerprint": "a\x00b"}, "response_code": "0\x000"},
        {"payment_method": {"last4": "\u0661\u0662\u0663\u0664", "bin": "424242424"}},
        {"payment_method": {}, "authorization_expires_at": "9999-12-31T23:59:59-14:00"},
    ],
)
async def test_descriptions_that_the_books_could_not_hold_are_left_out(strange: dict[str, object]) -> None:
    request = an_authorization()
    transport = _always(200, orjson.dumps(_document(request, **strange)))
    async with httpx2.AsyncClient(transport=transport) as client:
        outcome = await SimulatorGateway("http://gateway", client).execute(request)
    assert (outcome.kind, outcome.response_code, outcome.authorization_expires_at) == (
        OutcomeKind.SUCCEEDED,
        None,
        None,
    )
    assert outcome.method is not None
    assert (outcome.method.last4, outcome.method.bin, outcome.method.fingerprint) == (None, None, None)


async def test_unreadable_descriptions_never_keep_money_from_being_booked() -> None:
    request = an_authorization()
    strange = {
        "risk_score": 101,
        "authorization_expires_at": "2026-01-01T00:00:00",
        "payment_method": {"brand": "carte bleue", "expiry_month": 13, "funding": 3, "last4": ["x"]},
        "message": 5,
        "response_code": None,
    }
    body = orjson.dumps(_document(request, **strange))
    transport = _always(200, body)
    async with httpx2.AsyncClient(transport=transport) as client:
        outcome = await SimulatorGateway("http://gateway", client).execute(request)
    assert (outcome.kind, outcome.risk_score, outcome.authorization_expires_at) == (OutcomeKind.SUCCEEDED, None, None)
    assert outcome.method is not None
    assert (outcome.method.brand, outcome.method.expiry_month, outcome.method.last4) == (None, None, None)


@pytest.mark.parametrize(
    "body", [b"<h1>Not Found</h1>", b"{}", b'{"error":"operation_not_found"}', b'{"error":{"code":"http_error"}}']
)
async def test_a_404_that_is_not_the_gateways_own_is_unknown(body: bytes) -> None:
    transport = _always(404, body)
    async with httpx2.AsyncClient(transport=transport) as client:
        outcome = await SimulatorGateway("http://gateway", client).look_up(an_authorization())
    assert outcome.kind is OutcomeKind.UNKNOWN


_DYING = """
import asyncio, sys
import httpx2
from adapters.gateways.simulator import SimulatorGateway
from tests.adapters.gateways.requests import an_authorization

async def main():
    async with httpx2.AsyncClient(trust_env=False) as client:
        request = an_authorization()
        print(request.operation_id, flush=True)
        await SimulatorGateway(sys.argv[1], client).execute(request)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("failpoint", "executed"), [("authorize.call.before", False), ("authorize.call.answered", True)]
)
async def test_failpoints_stand_around_the_call(
    simulator: SimulatorProcess, http: httpx2.AsyncClient, failpoint: str, *, executed: bool
) -> None:
    died = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _DYING, simulator.url],
        cwd=ROOT,
        env={**os.environ, "PAYDESK_FAILPOINTS": failpoint},
        capture_output=True,
        text=True,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    response = await http.get(f"/v1/operations/{died.stdout.strip()}")
    assert response.status_code == (200 if executed else 404)
