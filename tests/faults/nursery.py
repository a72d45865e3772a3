"""The driver's other end: gives orders, kills children, reads what they had acknowledged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from tests.faults.driver import Order

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended, and the lines that it had told by then."""

    exit_code: int
    told: list[str]

    @property
    def acknowledged(self) -> list[tuple[str, str, int]]:
        """What callers had been told: `captured` or `refunded`, the object's id, minor units."""
        lines = [line.split() for line in self.told]
        return [(words[0], words[1], int(words[2])) for words in lines if words[0] in {"captured", "refunded"}]


class Nursery:
    """One driver process; its children work one at a time."""

    def __enter__(self) -> Self:
        self._driver = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.driver"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._child = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._child:
            os.kill(self._child, signal.SIGKILL)
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.close()
        self._driver.wait(timeout=20)
        self._driver.stdout.close()

    def begin(self, order: Order, *, until: str | None = None) -> None:
        """Start a child, and return when it has told that line (None: at once)."""
        assert self._driver.stdin is not None
        self._driver.stdin.write(order.as_line())
        self._driver.stdin.flush()
        pid = self._line()
        # A child that is quick may speak before its parent does.
        early = []
        while not pid.startswith("pid "):
            early.append(pid)
            pid = self._line()
        self._child = int(pid.removeprefix("pid "))
        while until is not None and until not in early:
            early.append(self._line())
            assert not early[-1].startswith("ended"), "the driver's child failed; see its standard error"
        self._told = early

    def kill(self) -> Ended:
        """End the child as a power cut would."""
        os.kill(self._child, signal.SIGKILL)
        return self.end()

    def end(self) -> Ended:
        """Wait for the child's own end."""
        told = self._told
        while not (line := self._line()).startswith("ended "):
            told.append(line)
        self._child = 0
        return Ended(int(line.removeprefix("ended ")), told)

    def _line(self) -> str:
        assert self._driver.stdout is not None
        line = self._driver.stdout.readline()
        assert line, "the driver ended by itself"
        return line.rstrip("\n")
