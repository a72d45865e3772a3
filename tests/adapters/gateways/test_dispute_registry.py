"""Gateways that tell of disputes, by name."""

from __future__ import annotations

import httpx2
import pytest

from adapters.gateways.dispute_registry import DisputeGatewayRegistry
from adapters.gateways.simulator_disputes import SimulatorDisputes


async def test_finds_gateways_by_name() -> None:
    async with httpx2.AsyncClient() as client:
        gateway = SimulatorDisputes("simulator", "http://gateway", client)
        registry = DisputeGatewayRegistry({"simulator": gateway})
        assert registry.get("simulator") is gateway
        assert registry.names() == ("simulator",)
        with pytest.raises(KeyError):
            registry.get("other")
