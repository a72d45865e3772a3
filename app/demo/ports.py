"""Which ports the demo uses: stable ones, so that bookmarks and sign-in redirects go on working."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from app.refusal import Refused

LOOPBACK = "127.0.0.1"


class PortTaken(Refused):
    """Another program listens on a port that the demo needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPorts:
    """One port for each server, counted from the web server's."""

    web: int
    identity_provider: int
    simulator: int

    @classmethod
    def counted_from(cls, port: int) -> DemoPorts:
        """The three ports; raise `PortTaken` for the first that is in use."""
        ports = cls(web=port, identity_provider=port + 1, simulator=port + 2)
        for what, number in (
            ("the web server", ports.web),
            ("the identity provider", ports.identity_provider),
            ("the gateway simulator", ports.simulator),
        ):
            if not _is_free(number):
                msg = (
                    f"port {number}, for {what}, is taken by another program (a demo that runs already?); "
                    f"stop that, or choose another with --port ({number + 10}, say)"
                )
                raise PortTaken(msg)
        return ports


def _is_free(port: int) -> bool:
    # Browsers resolve `localhost` to ::1 first: somebody else there would get our visitors.
    families = ((socket.AF_INET, LOOPBACK), (socket.AF_INET6, "::1"))
    return all(_can_bind(family, address, port) for family, address in families)


def _can_bind(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        probe = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return True  # a machine without IPv6 has nobody listening on it
    with probe:
        # As servers do: connections that a former demo left in TIME_WAIT are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError:
            return False
        except OSError as error:
            return error.errno == errno.EADDRNOTAVAIL  # IPv6 is switched off here
    return True
