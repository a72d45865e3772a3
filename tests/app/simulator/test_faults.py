"""Arming faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from app.simulator.faults import ArmedFaults, Fault, FaultKind
from tests.app.simulator.operations import an_operation, perform

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def test_a_fault_strikes_so_many_requests_of_its_types() -> None:
    armed = ArmedFaults()
    first = Fault(kind=FaultKind.HTML, times=2, types=("CAPTURE",))
    armed.arm([first, Fault(kind=FaultKind.CUT)])
    kinds = [fault and fault.kind for fault in map(armed.take, ["REFUND", "CAPTURE", "CAPTURE", "CAPTURE", "LOOK_UP"])]
    assert kinds == [FaultKind.CUT, FaultKind.HTML, FaultKind.HTML, None, None]
    assert armed.as_json() == {"faults": []}


async def test_control_shows_and_clears(http: httpx2.AsyncClient) -> None:
    armed = await http.post("/v1/control", json={"faults": [{"kind": "latency", "latency_ms": 5, "times": 3}]})
    assert armed.status_code == 200
    await perform(http, "AUTHORIZE", token="tok_visa")
    shown = (await http.get("/v1/control")).json()["faults"]
    assert [(fault["kind"], fault["times"], fault["latency_ms"]) for fault in shown] == [("latency", 2, 5)]
    assert (await http.delete("/v1/control")).json() == {"faults": []}


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"kind": "flood"},
        {"kind": ["cut"]},
        {"kind": "cut", "times": 0},
        {"kind": "cut", "times": True},
        {"kind": "cut", "types": []},
        {"kind": "cut", "types": [["CAPTURE"]]},
        {"kind": "cut", "moment": "never"},
        {"kind": "drip", "moment": "before"},
        {"kind": "latency", "latency_ms": -1},
        {"kind": "cut", "seconds": 3},
        "cut",
    ],
)
async def test_bad_faults_are_400_and_arm_nothing(http: httpx2.AsyncClient, fault: object) -> None:
    response = await http.post("/v1/control", json={"faults": [{"kind": "cut"}, fault]})
    assert response.status_code == 400
    assert (await http.get("/v1/control")).json() == {"faults": []}


@pytest.mark.parametrize(("moment", "executed"), [("before", False), ("after", True)])
@pytest.mark.parametrize("kind", ["cut", "http_500", "html"])
async def test_a_fault_before_the_effect_prevents_it(
    http: httpx2.AsyncClient, kind: str, moment: str, *, executed: bool
) -> None:
    request: dict[str, Any] = an_operation("AUTHORIZE", token="tok_visa")
    await http.post("/v1/control", json={"faults": [{"kind": kind, "moment": moment}]})
    send: Callable[[], Awaitable[httpx2.Response]] = lambda: http.post("/v1/operations", json=request)  # noqa: E731
    if kind == "cut":
        with pytest.raises(httpx2.TransportError):
            await send()
    else:
        assert (await send()).status_code >= 500
    looked_up = await http.get(f"/v1/operations/{request['operation_id']}")
    assert looked_up.status_code == (200 if executed else 404)
    assert (await send()).json()["status"] == "succeeded"
