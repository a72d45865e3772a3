"""One process of the demo: started with a log of its own, watched, and ended with us."""

from __future__ import annotations

import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.leash import Leashed
from app.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_POLL_SECONDS = 0.05
_ANSWER_SECONDS = 2
_GRACE_SECONDS = 10
_SERVER_ERROR = 500
_TAIL_BYTES = 3000


class ChildEnded(Refused):
    """A process of the demo ended by itself, or never answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run: a name for people, the command, and the address that tells when it is up (None: being alive is)."""

    name: str
    command: tuple[str, ...]
    health_url: str | None = None

    @classmethod
    def paydesk(cls, name: str, *arguments: str, health_url: str | None = None) -> Program:
        """A command of ours, by this very interpreter."""
        return cls(name=name, command=(sys.executable, "-m", "app.cli", *arguments), health_url=health_url)


class Child:
    """A program that runs."""

    def __init__(self, program: Program, *, logs: Path, environ: Mapping[str, str]) -> None:
        self._program = program
        self._log_path = logs / f"{program.name}.log"
        with self._log_path.open("wb") as log:
            self._leashed = Leashed(
                program.command, log=log, environ=environ, grace_seconds=_GRACE_SECONDS, cwd=Path.cwd()
            )

    def wait_until_up(self, *, seconds: int) -> None:
        """Return when it answers; raise `ChildEnded` when it will not answer."""
        deadline = time.monotonic() + seconds
        while True:
            self.check()
            if self._program.health_url is None or _answers(self._program.health_url):
                return
            if time.monotonic() > deadline:
                msg = f"{self._program.name} does not answer at {self._program.health_url}; {self._tail()}"
                raise ChildEnded(msg)
            time.sleep(_POLL_SECONDS)

    def check(self) -> None:
        """Raise `ChildEnded` when it runs no longer."""
        code = self._leashed.exit_code
        if code is not None:
            msg = f"{self._program.name} ended by itself (exit code {code}); {self._tail()}"
            raise ChildEnded(msg)

    def release(self) -> None:
        """Ask it to end, without waiting."""
        self._leashed.release()

    def wait(self) -> None:
        """Wait for its end, and for that of everything it started."""
        self._leashed.wait()

    def _tail(self) -> str:
        text = self._log_path.read_bytes()[-_TAIL_BYTES:].decode(errors="replace").rstrip()
        indented = "\n".join(f"    {line}" for line in text.splitlines()[-25:])
        return f"{self._log_path} ends with:\n{indented}" if text else f"{self._log_path} is empty"


def _answers(url: str) -> bool:
    """Whether anything but a failure comes back."""
    # Our own loopback address: a proxy configured for the network has no business here.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_ANSWER_SECONDS):
            return True
    except urllib.error.HTTPError as error:
        return error.code < _SERVER_ERROR
    except OSError:
        return False
