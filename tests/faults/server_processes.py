"""The server as the machine sees it: one process that others serve for."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="the server's processes are found in /proc"
)


def children_of(pid: int) -> list[int]:
    """The processes that serve now."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_dead(pid: int) -> bool:
    """Whether it serves no more, though its parent may not have noticed."""
    try:
        # The state follows the command's name, which stands in parentheses.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


def kill_all_of(pid: int) -> None:
    """End the server and the processes that serve, as a power cut would."""
    # Stopped, it cannot put another child in a dead one's place while we look.
    os.kill(pid, signal.SIGSTOP)
    for process in (*children_of(pid), pid):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of it behind; fine when it has ended."""
    if process.poll() is None:
        kill_all_of(process.pid)
        process.wait()
