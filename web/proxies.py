"""Looks through the proxies that we trust, so that `request.client` is who really asks.

The Host header is not checked: nothing is built from it (addresses of ours come from PAYDESK_PUBLIC_URL), and a page
of another name that leads here has no cookie of ours.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, TypeAlias

from starlette.datastructures import Headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

Network: TypeAlias = IPv4Network | IPv6Network
# More than this is not a chain of proxies but somebody's joke.
_MOST_HOPS = 20


class TrustedProxies:
    """Believes `X-Forwarded-For` as far as proxies of ours wrote it, from its end."""

    def __init__(self, app: ASGIApp, *, networks: Sequence[Network]) -> None:
        self._app = app
        self._networks = tuple(networks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] in {"http", "websocket"} and self._networks:
            client = scope.get("client")
            if client is not None and self._trusts(_address(client[0])):
                forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
                scope["client"] = (self._farthest(client[0], forwarded[-_MOST_HOPS:]), 0)
        await self._app(scope, receive, send)

    def _farthest(self, peer: str, forwarded: list[str]) -> str:
        """The last address before those that we trust; what stands before it is hearsay."""
        known = peer
        for text in reversed(forwarded):
            address = _address(text.strip())
            if address is None:
                break
            known = str(address)
            if not self._trusts(address):
                break
        return known

    def _trusts(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A socket for both versions shows IPv4 peers as ::ffff:10.0.0.1.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
