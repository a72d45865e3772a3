"""Requests to the simulator, short to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    import httpx2


def an_operation(kind: str, amount_minor: int = 1000, currency: str = "EUR", **more: Any) -> dict[str, Any]:
    """One request with an operation id of its own."""
    return {
        "operation_id": str(uuid4()),
        "type": kind,
        "amount_minor": amount_minor,
        "currency": currency,
        **more,
    }


async def perform(http: httpx2.AsyncClient, kind: str, amount_minor: int = 1000, **more: Any) -> dict[str, Any]:
    """Send one operation; the document that answers it."""
    return (await http.post("/v1/operations", json=an_operation(kind, amount_minor, **more))).json()


async def authorize(http: httpx2.AsyncClient, amount_minor: int = 1000, **more: Any) -> str:
    """An approved authorization's reference."""
    document = await perform(http, "AUTHORIZE", amount_minor, **{"token": "tok_visa", **more})
    return document["gateway_reference"]


async def effects_of(http: httpx2.AsyncClient, reference: str) -> list[tuple[str, int]]:
    """What happened to the money of one payment."""
    effects = (await http.get("/v1/effects")).json()
    return [(e["effect"], e["amount_minor"]) for e in effects if e["gateway_reference"] == reference]
