"""The real application on a real socket, as `paydesk serve` runs it, with a merchant and its client."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from app.administration import create_client
from app.settings import load_settings
from domain.identity.actor import system_actor
from domain.identity.permission import CLIENT_SCOPES
from domain.kernel.ids import Prefix, format_id
from tests.builders.merchants import a_merchant

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A running server, and an access token for it."""

    url: str
    process: subprocess.Popen[bytes]
    token: str

    @property
    def authorization(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start_server(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start it; what it says goes to `process.stderr`, a file."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    said = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process is looked at
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=said, stderr=said)
    process.stderr = said
    return process


def said_by(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    process.stderr.seek(0)
    return process.stderr.read().decode()


@asynccontextmanager
async def serving(database_url: str, **environment: str) -> AsyncGenerator[Serving]:
    """The application on a migrated database, while the block runs."""
    port = free_port()
    url = f"http://localhost:{port}"
    given = {"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": database_url, "PAYDESK_PUBLIC_URL": url, **environment}
    client_id, secret = await _client(database_url)
    process = start_server(port, given)
    try:
        async with httpx2.AsyncClient(base_url=url) as client:
            await ready(client, process)
            answer = await client.post(
                "/oauth/token", data={"grant_type": "client_credentials"}, auth=(client_id, secret)
            )
            yield Serving(url=url, process=process, token=answer.json()["access_token"])
    finally:
        process.terminate()
        process.wait(30)


async def _client(database_url: str) -> tuple[str, str]:
    actor = system_actor("tests")
    database = await Database.connect(database_url, size=1)
    merchant = a_merchant()
    async with PostgresUnits(database).begin(actor, "tests") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    await database.close()
    settings = load_settings({"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": database_url})
    return await create_client(settings, "shop", format_id(Prefix.MERCHANT, merchant.id), sorted(CLIENT_SCOPES))


async def ready(client: httpx2.AsyncClient, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server that the client knows takes requests."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx2.TransportError:
            assert process.poll() is None, said_by(process)
        time.sleep(0.1)
    message = f"The server does not become ready:\n{said_by(process)}"
    raise AssertionError(message)
