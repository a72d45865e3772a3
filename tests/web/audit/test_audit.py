from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.serving import serving

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def installed() -> None:
    """Once, whichever of the workers is first."""
    with (HERE / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (HERE / "node_modules" / "graphql-http").is_dir():
            environ = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
            subprocess.run([BIN / "npm", "ci"], cwd=HERE, check=True, env=environ, stdout=subprocess.DEVNULL)


async def test_every_audit_passes(installed: None, database_url: str) -> None:
    async with serving(database_url) as server:
        run = subprocess.run(
            [BIN / "node", "audit.mjs", f"{server.url}/graphql"],
            cwd=HERE,
            env={"TOKEN": server.token},
            capture_output=True,
            text=True,
            check=True,
        )
    results = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(results) == 60
    assert [result for result in results if result["status"] != "ok"] == []
