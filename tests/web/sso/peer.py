"""The certified provider as a process, and the people whom it knows."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from collections.abc import Generator

HERE = Path(__file__).parent / "provider"
_BIN = Path(sys.executable).parent


class Peer:
    """The running provider."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def client_secret(self, realm: str) -> str:
        return f"{realm}+secret/with:every%kind of=character"

    async def knows(self, **people: dict[str, Any]) -> None:
        """Let the provider say this of them from now on; the names are their subjects."""
        async with httpx2.AsyncClient() as client:
            (await client.put(f"{self.issuer}/test/people", json=people)).raise_for_status()


def _install() -> None:
    """Once, whichever of the workers is first; `./run test` has done it already."""
    with (HERE / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (HERE / "node_modules" / "oidc-provider").is_dir():
            path = {"PATH": f"{_BIN}:/usr/bin:/bin", "HOME": str(Path.home())}
            subprocess.run([_BIN / "npm", "ci"], cwd=HERE, check=True, env=path, stdout=subprocess.DEVNULL)


@contextmanager
def running_peer(port: int, paydesk: str) -> Generator[Peer]:
    """The provider on a port, knowing Paydesk at its address; it ends when its standard input closes."""
    _install()
    settings = json.dumps({"port": port, "paydesk": paydesk})
    command = [_BIN / "node", HERE / "provider.mjs", settings]
    with subprocess.Popen(
        command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"ready\n"
        yield Peer(f"http://localhost:{port}")
        process.stdin.close()
