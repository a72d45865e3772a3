"""A demo without payments, for the commands that the documents show."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from app.demo.ports import DemoPorts, PortTaken
from tests.postgres import scratch_directory

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_POLL_SECONDS = 0.2


@pytest.fixture(scope="session")
def demo() -> Generator[Path]:
    """The directory in which somebody has started `paydesk demo --empty`; it runs while the tests do."""
    with scratch_directory() as place:
        command = [sys.executable, "-m", "app.cli", "demo", "--empty", "--data", "data", "--port", str(_three_ports())]
        with (place / "demo.log").open("w") as log:
            running = subprocess.Popen(command, cwd=place, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not (place / ".paydesk" / "demo.json").exists():
                assert running.poll() is None, (place / "demo.log").read_text()
                time.sleep(_POLL_SECONDS)
            yield place
        finally:
            running.terminate()
            running.wait()


def _three_ports() -> int:
    """The first of three ports in a row that nobody listens on."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
        try:
            DemoPorts.counted_from(first)
        except (PortTaken, OverflowError):
            continue
        return first
    pytest.fail("there are no three free ports in a row")
