"""The `paydesk` command line. Commands import what they need when they run: `paydesk --help` stays quick."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.refusal import Refused
from app.settings import Settings, SettingsRefused, load_settings
from domain.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Generator

FAILED = 1
WRONG_SETTINGS = 2
WEBHOOK_SECRET = "PAYDESK_GATEWAY_SIMULATOR_WEBHOOK_SECRET"  # noqa: S105 - a variable's name

commands = typer.Typer(
    name="paydesk",
    help="A payments back office and merchants' portal as one GraphQL backend.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")]


def main() -> None:
    """Run the command line; what goes wrong in a foreseeable way is one clear message on stderr."""
    try:
        commands()
    except SettingsRefused as error:
        _complain(str(error), WRONG_SETTINGS)
    except (Refused, DomainError) as error:
        _complain(str(error), FAILED)


def _complain(message: str, code: int) -> None:
    sys.stderr.write(f"paydesk: {message}\n")
    sys.exit(code)


@contextmanager
def _settings_with_database(*, opens_secrets: bool = False) -> Generator[Settings]:
    """The environment's settings, with a database that answers; a demo that runs here is what is meant, if any."""
    from app.database import reachable_database  # noqa: PLC0415
    from app.demo.attachment import attached  # noqa: PLC0415

    settings = load_settings(attached(os.environ), opens_secrets=opens_secrets)
    with reachable_database(settings) as reachable:
        if reachable is not settings:
            _prepare_embedded(reachable)
        yield reachable


def _prepare_embedded(settings: Settings) -> None:
    """Migrate the embedded PostgreSQL (nobody else does) and tell the processes that we start where it is."""
    from app.migrations import upgrade  # noqa: PLC0415

    if settings.database_url is not None:
        upgrade(settings.database_url)
        os.environ["DATABASE_URL"] = settings.database_url


@commands.command()
def serve(
    *,
    workers: Annotated[int, typer.Option(min=1, help="How many processes serve.")] = 1,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Serve the API and the portal."""
    from granian.constants import Interfaces, Loops  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    from app.server import refuse_unfit_database  # noqa: PLC0415

    with _settings_with_database(opens_secrets=True) as settings:
        refuse_unfit_database(settings)
        # Every worker makes its own application, and reads its settings from the environment again.
        Server(
            "app.server:create_app",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            loop=Loops.uvloop,
            factory=True,
            workers=workers,
            respawn_failed_workers=True,
            # Beyond the application's own patience, so that requests in flight end by themselves first.
            workers_kill_timeout=settings.shutdown_seconds + 1,
            log_level=LogLevels.warning,
        ).serve()


@commands.command()
def worker() -> None:
    """Run the jobs: outbox relay, unknown outcomes, expiries, audit seals."""
    from app.worker import run_worker  # noqa: PLC0415

    with _settings_with_database(opens_secrets=True) as settings:
        run_worker(settings)


@commands.command()
def migrate(
    *,
    rehearse: Annotated[
        bool,
        typer.Option("--rehearse", help="On a throw-away database: up, compare with the tables, one step down, up."),
    ] = False,
) -> None:
    """Bring the database to the newest schema."""
    if rehearse:
        _rehearse()
        return
    from app.database import reachable_database  # noqa: PLC0415
    from app.migrations import migrate as migrate_database  # noqa: PLC0415

    with reachable_database(load_settings(os.environ, opens_secrets=False)) as settings:
        migrate_database(settings)
    typer.echo("The schema is up to date.")


def _rehearse() -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from app.migrations import rehearse  # noqa: PLC0415
    from app.postgres import EmbeddedPostgres  # noqa: PLC0415

    with TemporaryDirectory(prefix="paydesk-") as scratch:
        # The server's account may be another one than ours, and has to reach its data.
        Path(scratch).chmod(0o755)
        with EmbeddedPostgres(Path(scratch) / "postgres", durable=False) as postgres:
            _report(rehearse(postgres.dsn), "The migrations go up and down, and match the tables.")


@commands.command()
def verify(
    *,
    simulator: Annotated[str | None, typer.Option(help="Compare with the effects of the simulator there, too.")] = None,
) -> None:
    """Check the invariants of the books; list what is violated."""
    from app.verify import verify as verify_books  # noqa: PLC0415

    with _settings_with_database() as settings:
        _report(verify_books(settings, simulator_url=simulator), "Every invariant holds.")


def _report(problems: list[str], all_well: str) -> None:
    if problems:
        typer.echo("\n".join(problems))
        raise typer.Exit(FAILED)
    typer.echo(all_well)


@commands.command()
def demo(
    *,
    port: Annotated[
        int, typer.Option(min=1, max=65533, help="The web server's port; the next two are used too.")
    ] = 8000,
    data: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path(".paydesk"),
    empty: Annotated[bool, typer.Option("--empty", help="Merchants, users and clients, but no payments.")] = False,
) -> None:
    """Start everything on one machine, with believable data."""
    from app.demo.supervisor import run_demo  # noqa: PLC0415

    run_demo(port=port, data=data, empty=empty)


@commands.command()
def schema() -> None:
    """Print the GraphQL schema."""
    from api.schema import sdl  # noqa: PLC0415

    typer.echo(sdl().rstrip("\n"))


@commands.command()
def create_staff(
    email: Annotated[str, typer.Argument(help="The e-mail address that the staff's provider verifies.")],
    role: Annotated[str, typer.Argument(help="What the person is: ADMIN, SUPPORT, FINANCE_OPERATIONS, ...")],
) -> None:
    """Let a person of the company sign in with a role."""
    from app.administration import create_staff as create  # noqa: PLC0415

    with _settings_with_database() as settings:
        invitation = asyncio.run(create(settings, email, role))
    typer.echo(
        f"{invitation.email} becomes {invitation.role} at the first sign-in until {invitation.expires_at:%F %R} UTC."
    )


@commands.command()
def create_client(
    name: Annotated[str, typer.Argument(help="What the client is called in lists.")],
    merchant: Annotated[str, typer.Argument(help="The merchant's id: mer_...")],
    scopes: Annotated[list[str], typer.Argument(help="What it may do: payments:read payments:write ...")],
) -> None:
    """Make an API client; its secret is printed once and kept nowhere."""
    from app.administration import create_client as create  # noqa: PLC0415

    with _settings_with_database() as settings:
        client_id, secret = asyncio.run(create(settings, name, merchant, scopes))
    typer.echo(f"client_id      {client_id}\nclient_secret  {secret}")


@commands.command()
def simulator(
    *,
    host: Host = "127.0.0.1",
    port: Port = 8002,
    journal: Annotated[Path, typer.Option(help="The file that every effect is written to.")] = Path("simulator.jsonl"),
    public_url: Annotated[str | None, typer.Option(help="How browsers reach it, if not by host and port.")] = None,
    webhook_url: Annotated[
        str | None,
        typer.Option(help=f"Where notices of disputes go, signed with {WEBHOOK_SECRET} of the environment."),
    ] = None,
    bank_directory: Annotated[
        Path | None,
        typer.Option(help="Whose outgoing/ has files of transfers for its bank; statements go into its incoming/."),
    ] = None,
) -> None:
    """Run the gateway simulator, and its bank."""
    from app.simulator.application import Habits  # noqa: PLC0415
    from app.simulator.disputes.webhook_target import webhook_target  # noqa: PLC0415
    from app.simulator.server import run_simulator  # noqa: PLC0415

    target = webhook_target(webhook_url, os.environ.get(WEBHOOK_SECRET))
    habits = Habits(webhook=target, bank_directory=bank_directory)
    run_simulator(host, port, journal, public_url=public_url, habits=habits)


@commands.command()
def identity_provider(
    config: Annotated[Path, typer.Argument(help="Its clients and users, as JSON.")],
    *,
    host: Host = "127.0.0.1",
    port: Port = 8001,
) -> None:
    """Run the demo's OpenID provider; refused outside the demo and tests."""
    from app.demo.identity_provider.server import run_identity_provider  # noqa: PLC0415

    run_identity_provider(host, port, config)


if __name__ == "__main__":
    main()
