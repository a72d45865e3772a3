"""The provider's process."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from pydantic import ValidationError

from app.demo.identity_provider.application import create_identity_provider
from app.demo.identity_provider.config import load_config
from app.demo.identity_provider.environment import NotADemoEnvironmentError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.applications import Starlette


def run_identity_provider(host: str, port: int, config_path: Path) -> None:
    """Serve until SIGTERM or SIGINT; exit with a message when the environment or the configuration is wrong.

    The server runs inside this process rather than in a worker of its own: the memory is one process's anyway, and
    killing the process leaves nobody behind on the port.
    """
    try:
        provider = create_identity_provider(load_config(config_path))
    except NotADemoEnvironmentError as error:
        raise SystemExit(str(error)) from error
    except (OSError, ValidationError) as error:
        message = f"The identity provider's configuration {config_path} cannot be used: {error}"
        raise SystemExit(message) from error
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(provider, host, port))


async def _serve(provider: Starlette, host: str, port: int) -> None:
    server = Server(
        provider, address=host, port=port, interface=Interfaces.ASGINL, http=HTTPModes.http1, log_level=LogLevels.error
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    await server.serve()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not to be had on Windows

    return uvloop.new_event_loop
