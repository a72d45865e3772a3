"""A simulator as a real process on a port of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[3]
_PROGRAM = """
import sys
from datetime import timedelta
from pathlib import Path
from app.simulator.application import Habits
from app.simulator.disputes.due import Pace
from app.simulator.server import run_simulator
from app.simulator.disputes.webhook_target import WebhookTarget
port, journal, late, capture, answer, url, secret, bank, returned = sys.argv[1:]
run_simulator("127.0.0.1", int(port), Path(journal), habits=Habits(
    late_answer=timedelta(seconds=int(late)),
    pace=Pace(after_capture=timedelta(seconds=float(capture)), after_answer=timedelta(seconds=float(answer))),
    webhook=WebhookTarget(url=url, secret=secret) if url else None,
    bank_directory=Path(bank) if bank else None,
    return_after=timedelta(seconds=float(returned)),
))
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SimulatorProcess:
    """Starts, kills and restarts one simulator on the same port and journal."""

    def __init__(
        self,
        journal: Path,
        late_answer_seconds: int = 30,
        *,
        dispute_after_seconds: float = 0.2,
        decide_after_seconds: float = 0.2,
        webhook: tuple[str, str] = ("", ""),
        bank: Path | None = None,
        return_after_seconds: float = 0.2,
    ) -> None:
        self.journal = journal
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        waits = (late_answer_seconds, dispute_after_seconds, decide_after_seconds)
        self._habits = [*waits, *webhook, bank or "", return_after_seconds]
        self.process = self._spawn()

    def start(self) -> None:
        """Start again after the end; the journal stays."""
        self.process = self._spawn()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end and return its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=20)

    def _spawn(self) -> subprocess.Popen[bytes]:
        arguments = map(str, [self.port, self.journal, *self._habits])
        process = subprocess.Popen([sys.executable, "-c", _PROGRAM, *arguments], cwd=ROOT)
        for _ in range(300):
            assert process.poll() is None, "the simulator ended before it served"
            try:
                if httpx2.get(f"{self.url}/healthz").is_success:
                    return process
            except httpx2.TransportError:
                time.sleep(0.1)
        process.kill()
        raise AssertionError("the simulator never served")
