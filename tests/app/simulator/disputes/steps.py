"""Disputes at the simulator, short to write."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.app.simulator.operations import authorize

if TYPE_CHECKING:
    import httpx2


async def a_case(http: httpx2.AsyncClient, captured_minor: int = 1000, **more: Any) -> dict[str, Any]:
    """A chargeback on a payment of its own."""
    reference = await authorize(http, captured_minor, capture=True)
    opening = {"gateway_reference": reference, "stage": "chargeback", "reason_code": "13.1", **more}
    answer = await http.post("/v1/disputes", json=opening)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(http: httpx2.AsyncClient, case: dict[str, Any], name: str, **more: Any) -> httpx2.Response:
    """Take a case one step on."""
    return await http.post(f"/v1/disputes/{case['case_reference']}/{name}", json=more)


def a_response(stage: str = "chargeback", kind: str = "counter", **more: Any) -> dict[str, Any]:
    """An answer with an id of its own."""
    return {"response_id": str(uuid4()), "stage": stage, "kind": kind, "texts": {"OTHER": "It was sent."}, **more}


def a_file(content: bytes = b"%PDF-1.7", **more: Any) -> dict[str, Any]:
    """A file of evidence."""
    return {
        "kind": "RECEIPT",
        "name": "receipt.pdf",
        "content_type": "application/pdf",
        "sha256": sha256(content).hexdigest(),
        "content": b64encode(content).decode(),
        **more,
    }


async def respond(http: httpx2.AsyncClient, case: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """Hand an answer over; the document that answers it."""
    answer = await http.post(f"/v1/disputes/{case['case_reference']}/responses", json=response)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def notices_of(http: httpx2.AsyncClient, reference: str) -> list[dict[str, Any]]:
    """Every notice of one payment."""
    told = (await http.get("/v1/notices", params={"limit": 1000})).json()
    assert not told["more"]
    return [notice for notice in told["notices"] if notice["gateway_reference"] == reference]


async def types_of(http: httpx2.AsyncClient, case: dict[str, Any]) -> list[tuple[str, str]]:
    """What was said about the payment of a case, and at which stage."""
    return [(notice["type"], notice["stage"]) for notice in await notices_of(http, case["gateway_reference"])]


async def wait_for_notices(http: httpx2.AsyncClient, reference: str, count: int) -> list[dict[str, Any]]:
    """The notices of one payment, once there are so many."""
    while len(told := await notices_of(http, reference)) < count:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.05)
    return told
