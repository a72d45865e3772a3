"""Gateways by name."""

from __future__ import annotations

import httpx2
import pytest

from adapters.gateways.registry import GatewayRegistry
from adapters.gateways.simulator import SimulatorGateway


async def test_finds_gateways_by_name() -> None:
    async with httpx2.AsyncClient() as client:
        gateway = SimulatorGateway("http://gateway", client)
        registry = GatewayRegistry({"simulator": gateway})
        assert registry.get("simulator") is gateway
        assert ("simulator" in registry, "other" in registry) == (True, False)
        assert (list(registry), len(registry)) == (["simulator"], 1)
        with pytest.raises(KeyError):
            registry.get("other")
