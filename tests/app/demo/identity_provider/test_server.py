"""The provider as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.app.demo.identity_provider.serving import answering, plain_http

if TYPE_CHECKING:
    from pathlib import Path

    from app.demo.identity_provider.config import IdentityProviderConfig

RUN = """
import sys
from pathlib import Path
from app.demo.identity_provider.server import run_identity_provider
run_identity_provider("127.0.0.1", int(sys.argv[1]), Path(sys.argv[2]))
"""


def start(port: str, path: Path, environment: str) -> subprocess.Popen[str]:
    """Run the provider in a process of its own."""
    environ = {**os.environ, "PAYDESK_ENVIRONMENT": environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", RUN, port, str(path)]
    return subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)


async def test_it_serves_until_it_is_told_to_stop(config: IdentityProviderConfig, tmp_path: Path) -> None:
    path = tmp_path / "provider.json"
    path.write_text(config.model_dump_json())
    with start(config.issuer.rpartition(":")[2], path, "demo") as process:
        try:
            await answering(f"{config.issuer}/healthz")
            async with plain_http() as http:
                document = (await http.get(f"{config.issuer}/.well-known/openid-configuration")).json()
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()
    assert document["issuer"] == config.issuer
    assert process.returncode == 0


def test_it_refuses_to_start_in_production(config: IdentityProviderConfig, tmp_path: Path) -> None:
    path = tmp_path / "provider.json"
    path.write_text(config.model_dump_json())
    with start("1", path, "production") as process:
        _, message = process.communicate()
    assert process.returncode == 1
    assert "starts only when PAYDESK_ENVIRONMENT is demo or test; it is 'production'" in message
    assert "Traceback" not in message


def test_it_says_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "provider.json"
    path.write_text('{"issuer": "http://localhost:1", "clients": []}')
    with start("1", path, "demo") as process:
        _, message = process.communicate()
    assert process.returncode == 1
    assert "users" in message
    assert "Traceback" not in message
