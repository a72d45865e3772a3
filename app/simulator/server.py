"""The simulator's process."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from app.simulator.answers import Patience
from app.simulator.application import Habits, create_simulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def run_simulator(
    host: str, port: int, journal_path: Path, *, public_url: str | None = None, habits: Habits | None = None
) -> None:
    """Serve until SIGTERM or SIGINT. `public_url` is how browsers reach it, when not by host and port.

    The server runs inside this process rather than in a worker of its own, so that killing the process kills all of
    it: nobody keeps the port, and nobody goes on writing to the journal.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(host, port, journal_path, public_url or f"http://{host}:{port}", habits or Habits()))


async def _serve(host: str, port: int, journal_path: Path, public_url: str, habits: Habits) -> None:
    patience = Patience()
    application = create_simulator(journal_path, public_url, habits=habits, patience=patience)
    server = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        log_level=LogLevels.error,
    )

    def stop() -> None:
        patience.stop()
        server.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await server.serve()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not to be had on Windows

    return uvloop.new_event_loop
