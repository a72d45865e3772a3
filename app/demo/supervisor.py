"""Starts everything on one machine, watches it, and stops all of it again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import asyncpg

from app.demo.attachment import ANNOUNCEMENT
from app.demo.child import Child, Program
from app.demo.layout import DemoLayout
from app.demo.ports import LOOPBACK, DemoPorts
from app.demo.secret_file import kept_secrets, write_private
from app.demo.seed.credentials import credentials
from app.migrations import upgrade
from app.postgres import EmbeddedPostgres
from app.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from types import FrameType

_UP_SECONDS = 60
_WATCH_SECONDS = 0.3
_METADATA = "/.well-known/oauth-authorization-server"


def run_demo(port: int, data: Path, *, empty: bool) -> None:
    """Run the demo until Ctrl-C or SIGTERM.

    Raises `PortTaken`, `PostgresRefused`, `ChildEnded` (when one of its processes ends by itself) and other
    refusals, with everything stopped that it started.
    """
    data = data.absolute()
    data.mkdir(parents=True, exist_ok=True)
    layout = DemoLayout(data=data, ports=DemoPorts.counted_from(port), secrets=kept_secrets(data / "secrets.json"))
    with until_interrupted(), ExitStack() as running:
        say("starting PostgreSQL")
        postgres = running.enter_context(EmbeddedPostgres(data / "postgres"))
        environ = layout.environ(os.environ, postgres.dsn)
        load_settings(environ)
        known = _prepare(postgres.dsn, layout, empty=empty)
        write_private(layout.provider_config_path, json.dumps(layout.provider_config(known["users"]), indent=2))
        announcements = {Path.cwd() / ANNOUNCEMENT, data / "demo.json"}
        _forget(announcements)
        running.callback(_forget, announcements)
        children = start(running, _programs(layout), logs=data / "logs", environ=environ)
        announcement = _announcement(layout, known)
        for path in announcements:
            write_private(path, json.dumps(announcement, indent=2))
        say(_welcome(layout, announcement))
        watch(postgres, children)


def start(running: ExitStack, programs: list[Program], *, logs: Path, environ: Mapping[str, str]) -> list[Child]:
    """Start programs, and return when all are up; `running` stops them.

    Raises `ChildEnded` when one ends by itself or does not answer.
    """
    logs.mkdir(exist_ok=True)
    children: list[Child] = []

    def stop_all() -> None:
        # All are asked first, then awaited: together they take as long as the slowest.
        for child in children:
            child.release()
        for child in children:
            child.wait()

    running.callback(stop_all)
    for program in programs:
        say(f"starting {program.name}")
        children.append(Child(program, logs=logs, environ=environ))
    for child in children:
        child.wait_until_up(seconds=_UP_SECONDS)
    return children


def watch(postgres: EmbeddedPostgres, children: list[Child]) -> NoReturn:
    """Look on; raise `ChildEnded` or `PostgresRefused` when one ends by itself. Nothing is restarted in silence."""
    while True:
        time.sleep(_WATCH_SECONDS)
        for child in children:
            child.check()
        postgres.check()


@contextmanager
def until_interrupted() -> Generator[None]:
    """Leave the block, through its clean-up, at the first Ctrl-C, SIGTERM or closing of the terminal.

    Wherever that strikes, nothing is left behind: what the clean-up misses is on a leash, and ends with us. A second
    signal does not wait for the clean-up.
    """
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def at_once(_number: int, _frame: FrameType | None) -> None:
        os._exit(1)

    def in_order(_number: int, _frame: FrameType | None) -> None:
        for number in signals:
            signal.signal(number, at_once)
        say("stopping")
        raise KeyboardInterrupt

    for number in signals:
        signal.signal(number, in_order)
    try:
        yield
    except KeyboardInterrupt:
        say("stopped")


def _prepare(dsn: str, layout: DemoLayout, *, empty: bool) -> dict[str, Any]:
    """Bring schema and data into being; returns clients and users as `demo.json` shows them."""
    upgrade(dsn)
    if asyncio.run(_has_no_merchant(dsn)):
        from app.demo.seed.fill import Place, seed  # noqa: PLC0415 - a demo with data does not need the seed's machinery

        say("seeding")
        place = Place(
            data=layout.data,
            journal=_journal(layout),
            simulator_url=layout.simulator_url,
            secret_key=layout.secrets.secret_key,
        )
        seed(dsn, place, empty=empty)
    asyncio.run(_move_to(dsn, layout))
    return credentials(layout.data)


async def _move_to(dsn: str, layout: DemoLayout) -> None:
    """Let what an earlier start wrote of its ports follow to these: people are known by their issuer, with its port."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "UPDATE users SET issuer = $1 WHERE issuer LIKE 'http://localhost:%' AND issuer <> $1",
            layout.identity_provider_url,
        )
        await connection.execute(
            "UPDATE payments SET next_action_url = regexp_replace(next_action_url, '^http://localhost:[0-9]+', $1)"
            " WHERE next_action_url LIKE 'http://localhost:%' AND NOT starts_with(next_action_url, $1 || '/')",
            layout.simulator_url,
        )
    finally:
        await connection.close()


async def _has_no_merchant(dsn: str) -> bool:
    connection = await asyncpg.connect(dsn)
    try:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM merchants)")
    finally:
        await connection.close()


def _programs(layout: DemoLayout) -> list[Program]:
    ports = layout.ports

    def server(name: str, port: int, *arguments: str) -> Program:
        return Program.paydesk(
            name, *arguments, "--host", LOOPBACK, "--port", str(port), health_url=f"http://{LOOPBACK}:{port}/healthz"
        )

    simulator = ("simulator", "--journal", str(_journal(layout)), "--public-url", layout.simulator_url)
    bank = ("--bank-directory", str(layout.data / "bank"))
    return [
        server("simulator", ports.simulator, *simulator, "--webhook-url", layout.webhook_url, *bank),
        server("identity-provider", ports.identity_provider, "identity-provider", str(layout.provider_config_path)),
        Program.paydesk("worker", "worker"),
        server("web", ports.web, "serve"),
    ]


def _journal(layout: DemoLayout) -> Path:
    """The simulator's memory."""
    return layout.data / "simulator.jsonl"


def _announcement(layout: DemoLayout, credentials: dict[str, Any]) -> dict[str, Any]:
    """What programs need to use the demo; its shape is promised."""
    # Asked, not assumed: the server knows its own endpoints.
    with urllib.request.urlopen(f"http://{LOOPBACK}:{layout.ports.web}{_METADATA}", timeout=10) as answer:
        metadata = json.load(answer)
    return {
        "graphql": f"{layout.web_url}/graphql",
        "portal": f"{layout.web_url}/",
        "token_endpoint": metadata["token_endpoint"],
        "issuer": metadata["issuer"],
        "gateway_simulator": layout.simulator_url,
        "dispute_console": layout.dispute_console_url,
        "bank": layout.bank_url,
        "data": str(layout.data.resolve()),
        "clients": credentials["clients"],
        "users": credentials["users"],
    }


def _welcome(layout: DemoLayout, announcement: dict[str, Any]) -> str:
    users = announcement["users"]
    width = max((len(user["email"]) for user in users), default=0)
    lines = [
        "ready",
        "",
        f"  Open      {announcement['portal']}  and sign in, as staff or as a merchant:",
        "",
        *(
            f"    {user['email']:<{width}}  {user['password']}  {user['realm'].lower()}, {user['role'].lower()}"
            for user in users
        ),
        "",
        f"  GraphQL   {announcement['graphql']}",
        f"  Tokens    {announcement['token_endpoint']}",
        f"  Gateway   {announcement['gateway_simulator']}",
        f"  Disputes  {announcement['dispute_console']}  plays issuers and networks",
        f"  Bank      {announcement['bank']}  takes payouts and answers with statements",
        f"  Clients   client ids and secrets are in {layout.data / 'demo.json'}",
        f"  Logs      {layout.data / 'logs'}",
        "",
        "  Ctrl-C stops everything.",
    ]
    return "\n".join(lines)


def _forget(paths: set[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"demo: {text}\n")
    sys.stdout.flush()
