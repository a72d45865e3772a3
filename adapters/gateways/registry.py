"""The gateways that are set up, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.payments.gateway import Gateway


class GatewayRegistry:
    """Satisfies `domain.payments.gateway.Gateways`."""

    def __init__(self, gateways: Mapping[str, Gateway]) -> None:
        self._gateways = dict(gateways)

    def get(self, name: str) -> Gateway:
        """The gateway of that name; raise `KeyError` for one that is not set up."""
        return self._gateways[name]

    def __contains__(self, name: object) -> bool:
        return name in self._gateways

    def __iter__(self) -> Iterator[str]:
        return iter(self._gateways)

    def __len__(self) -> int:
        return len(self._gateways)
