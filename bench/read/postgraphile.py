"""PostGraphile 5 on Node.js: installed by its lockfile, served from one process."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey

from bench.serving import free_port, serving
from web.portal.build import BuildRefused, find_node

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from bench.serving import Serving
    from web.portal.build import Node

FOLDER = Path(__file__).resolve().parent / "postgraphile"
_ROLE = "paydesk_app"
_TOKEN_SECRET = "a-secret-of-postgraphile-in-benchmarks"  # noqa: S105 - as it says


class NotInstalled(RuntimeError):
    """There is no PostGraphile here; the text says why."""


async def install(*, at_most_seconds: float) -> Node:
    """Make its packages be there, and give the Node.js to run them; raise `NotInstalled`.

    With no time given, only what is there already will do.
    """
    try:
        node = find_node()
        await asyncio.to_thread(_install, node, at_most_seconds)
    except BuildRefused as error:
        raise NotInstalled(str(error)) from error
    except (subprocess.SubprocessError, OSError) as error:
        raise NotInstalled(f"npm could not install it ({type(error).__name__})") from error
    return node


@asynccontextmanager
async def postgraphile(node: Node, dsn: str, merchant_id: UUID, *, pool_size: int) -> AsyncGenerator[Serving]:
    """Serve from the database of a DSN, fenced to one merchant as Paydesk's pool is for a client of it."""
    port = free_port()
    place = urlsplit(dsn)
    environ = {
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "DATABASE_HOST": parse_qs(place.query)["host"][0],
        "DATABASE_USER": place.username or "",
        "DATABASE_NAME": place.path.lstrip("/"),
        "DATABASE_OPTIONS": f"-c role={_ROLE} -c paydesk.merchants={merchant_id}",
        "POOL_SIZE": str(pool_size),
        "PORT": str(port),
        "TOKEN_SECRET": _TOKEN_SECRET,
    }
    async with serving([node.node, FOLDER / "server.mjs"], environ, port, ready="/") as server:
        yield server


def token(merchant_id: UUID) -> str:
    """What PostGraphile verifies, and takes the role and the fence of a request from."""
    claims = {"aud": "postgraphile", "role": _ROLE, "merchants": str(merchant_id), "exp": int(time.time()) + 3600}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(_TOKEN_SECRET))


def _install(node: Node, at_most_seconds: float) -> None:
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    stamp = FOLDER / "node_modules" / ".paydesk-stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    if not at_most_seconds:
        raise NotInstalled("it is not installed yet; a run without --quick does that")
    path = os.pathsep.join([str(node.node.parent), os.environ.get("PATH", os.defpath)])
    subprocess.run(
        [node.node, node.npm_script, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=FOLDER,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=at_most_seconds,
        check=True,
    )
    stamp.write_text(wanted, encoding="utf-8")
