"""`python -m bench.write.server MODULE PORT`: serve a module's `create_app` as `paydesk serve` serves Paydesk."""

from __future__ import annotations

import sys

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server


def main() -> None:
    """Serve in one process until SIGTERM."""
    module, port = sys.argv[1:]
    Server(
        f"{module}:create_app",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        factory=True,
        workers=1,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
