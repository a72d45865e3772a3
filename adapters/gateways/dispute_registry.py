"""The gateways that tell of disputes, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.disputes.gateway import DisputeGateway


class DisputeGatewayRegistry:
    """Satisfies `domain.disputes.gateway.DisputeGateways`."""

    def __init__(self, gateways: Mapping[str, DisputeGateway]) -> None:
        self._gateways = dict(gateways)

    def get(self, name: str) -> DisputeGateway:
        """The gateway of that name; raise `KeyError` for one that is not set up."""
        return self._gateways[name]

    def names(self) -> tuple[str, ...]:
        """Those that can be asked, in the order in which they were set up."""
        return tuple(self._gateways)
