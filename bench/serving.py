"""Starts the servers that are measured: each a process on a leash, looked at from outside."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import httpx2

from app.leash import Leashed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60
_MOST_REQUESTS = "10000000"
_PROC = Path("/proc")


class ServerEnded(RuntimeError):
    """A server did not come up, or ended by itself; the text is what it said last."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process as Linux shows it; `cpu_seconds` are user's and system's together."""

    pid: int
    cpu_seconds: float
    resident_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A server that answers.

    `root_pid` is the process that all of its own descend from, `cpu_at_start` what each had used when it came up.
    """

    port: int
    root_pid: int
    cpu_at_start: Mapping[int, float]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://localhost:{self.port}"

    @property
    def cpu_seconds(self) -> float:
        """What all its processes have used so far; 0 where there is no /proc."""
        return sum(process.cpu_seconds for process in self._processes())

    def worker(self) -> Process | None:
        """The process that answers requests: the one that has worked most since the start.

        None where there is no /proc.
        """
        return max(self._processes(), key=self._worked, default=None)

    def _worked(self, process: Process) -> float:
        return process.cpu_seconds - self.cpu_at_start.get(process.pid, 0.0)

    def _processes(self) -> list[Process]:
        return descendants(self.root_pid)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


@asynccontextmanager
async def serving(
    command: Sequence[str | Path], environ: Mapping[str, str], port: int, *, ready: str = "/readyz"
) -> AsyncGenerator[Serving]:
    """A command that serves on the port, while the block runs; it is up when `ready` is answered, but by no 5xx.

    Raises `ServerEnded` when it never is.
    """
    with tempfile.TemporaryFile() as said:
        leashed = Leashed(command, log=said, environ={**os.environ, **environ}, cwd=ROOT)
        try:
            await _until_ready(f"http://{HOST}:{port}{ready}", leashed, said)
            root_pid = leashed._process.pid  # noqa: SLF001 - nobody else looks at a leash's end
            used = {process.pid: process.cpu_seconds for process in descendants(root_pid)}
            yield Serving(port=port, root_pid=root_pid, cpu_at_start=used)
        finally:
            leashed.release()
            await asyncio.to_thread(leashed.wait)


@asynccontextmanager
async def paydesk(database_url: str, **environ: str) -> AsyncGenerator[Serving]:
    """`paydesk serve` with one worker, limits on requests out of the way, and these settings besides."""
    port = free_port()
    settings = paydesk_environ(database_url, port)
    command = [sys.executable, "-m", "app.cli", "serve", "--host", HOST, "--port", str(port)]
    async with serving(command, {**settings, **environ}, port) as server:
        yield server


def paydesk_environ(database_url: str, port: int) -> dict[str, str]:
    """The settings of a server under measurement: as in production, but for limits that a benchmark would hit."""
    return {
        "DATABASE_URL": database_url,
        "PAYDESK_PUBLIC_URL": f"http://localhost:{port}",
        # Production refuses the default; the same for all, so that each can open what another has sealed.
        "PAYDESK_SECRET_KEY": "a-secret-key-for-benchmarks-and-nothing-else",
        "PAYDESK_API_REQUESTS_PER_MINUTE": _MOST_REQUESTS,
        "PAYDESK_TOKEN_REQUESTS_PER_MINUTE": _MOST_REQUESTS,
        "PAYDESK_CLIENT_TOKEN_REQUESTS_PER_MINUTE": _MOST_REQUESTS,
    }


async def access_token(server: Serving, client_id: str, secret: str) -> str:
    """A bearer token from the server's own OAuth2 endpoint."""
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as client:
        form = {"grant_type": "client_credentials"}
        answer = await client.post("/oauth/token", data=form, auth=(client_id, secret))
        answer.raise_for_status()
        return answer.json()["access_token"]


def descendants(root_pid: int) -> list[Process]:
    """The process and all that descend from it, as of now."""
    parents: dict[int, int] = {}
    found: dict[int, Process] = {}
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    for path in _PROC.glob("[0-9]*/stat"):
        try:
            # The name in brackets may hold anything; fields are counted from behind it: state, ppid, ...
            fields = path.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        found[pid] = Process(pid, (int(fields[11]) + int(fields[12])) / ticks, int(fields[21]) * page)
    return [process for pid, process in found.items() if _descends(pid, root_pid, parents)]


def _descends(pid: int, root_pid: int, parents: Mapping[int, int]) -> bool:
    while pid not in {root_pid, 0}:
        pid = parents.get(pid, 0)
    return pid == root_pid


async def _until_ready(url: str, leashed: Leashed, said: IO[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    async with httpx2.AsyncClient(trust_env=False) as client:
        while time.monotonic() < deadline and leashed.exit_code is None:
            try:
                if (await client.get(url)).status_code < 500:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.1)
    said.seek(0)
    raise ServerEnded(f"{url} does not answer:\n{said.read().decode(errors='replace')[-4000:]}")
