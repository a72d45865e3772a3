"""Child processes on a leash: when we end, by whatever means, they end too."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import IO

# Why a pipe and a shell, not PR_SET_PDEATHSIG: that exists on Linux only, is cleared when the child changes its user,
# and fires when the starting *thread* ends. Our end of the pipe closes with us even after kill -9; the shell then
# signals the command, and kills the whole process group if that was not enough. Last, whoever is left of the group
# (grandchildren, the waiting sleep) is told to go while the shell itself ignores the signal.
_SCRIPT = """
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
( read -r _ <&3; kill -s "$LEASH_SIGNAL" "$child"; sleep "$LEASH_GRACE"; kill -s KILL 0 ) &
exec 3<&-
wait "$child"
code=$?
trap '' TERM
kill -s TERM 0
[ -z "$LEASH_SCRATCH" ] || rm -rf "$LEASH_SCRATCH"
exit "$code"
"""
_REAP_SECONDS = 2


class Leashed:
    """A running command and its process group."""

    def __init__(  # noqa: PLR0913 - each is one fact about the process, and all but two have a default
        self,
        command: Sequence[str | Path],
        *,
        log: IO[bytes],
        environ: Mapping[str, str],
        end_with: signal.Signals = signal.SIGTERM,
        grace_seconds: int = 10,
        scratch: Path | None = None,
        account: tuple[int, int] | None = None,
        cwd: str | Path = "/",
    ) -> None:
        """Start the command.

        `end_with` asks it to end; `grace_seconds` later its group is killed. `scratch` is a directory that is removed
        when it ended. `account` is the (user id, group id) to run as, for which we must be root.
        """
        leash = {
            "LEASH_SIGNAL": end_with.name.removeprefix("SIG"),
            "LEASH_GRACE": str(grace_seconds),
            "LEASH_SCRATCH": str(scratch or ""),
        }
        self._grace_seconds = grace_seconds
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _SCRIPT, "leash", *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**environ, **leash},
            cwd=cwd,
            start_new_session=True,
            user=account[0] if account else None,
            group=account[1] if account else None,
            extra_groups=[] if account else None,
        )
        # A fork of ours (not exec: descriptors close there) must not hold the leash after our death.
        os.register_at_fork(after_in_child=self._let_go)

    @property
    def exit_code(self) -> int | None:
        """How the command ended; None while it runs."""
        return self._process.poll()

    def release(self) -> None:
        """Ask the command to end, without waiting."""
        self._let_go()

    def wait(self) -> None:
        """Wait for the end that `release` asked for; return with nothing of the group left."""
        try:
            self._process.wait(self._grace_seconds + _REAP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the whole group at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_REAP_SECONDS)
        self._let_go()

    def _let_go(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
