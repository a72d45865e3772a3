"""The embedded PostgreSQL: it comes up, keeps what was committed, refuses company, and never outlives its owner."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from app.postgres import EmbeddedPostgres, PostgresRefused, running_dsn
from tests.postgres import running_cluster, scratch_directory

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).parents[2]
OWNER = """
import sys, time
from pathlib import Path
from app.postgres import EmbeddedPostgres
postgres = EmbeddedPostgres(Path(sys.argv[1]))
postgres.start()
print(postgres.dsn, flush=True)
time.sleep(600)
"""


@pytest.fixture
def directory() -> Generator[Path]:
    with scratch_directory() as path:
        yield path


async def ask(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def server_pid(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().split()[0])


def start_owner(data_dir: Path) -> subprocess.Popen[str]:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(data_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline().startswith("postgresql://")
    return owner


def wait_for_end(pid: int) -> None:
    while subprocess.run(["kill", "-0", str(pid)], capture_output=True, check=False).returncode == 0:
        time.sleep(0.02)


async def test_it_answers_on_a_private_socket_only_and_keeps_data(directory: Path) -> None:
    data = directory / "postgres"
    with EmbeddedPostgres(data) as postgres:
        assert running_dsn(data) == postgres.dsn
        assert await ask(postgres.dsn, "SELECT current_database()::text") == "paydesk"
        assert await ask(postgres.dsn, "SELECT current_setting('listen_addresses')") == ""
        assert await ask(postgres.dsn, "SELECT current_setting('fsync')") == "on"
        sockets = Path(postgres.dsn.partition("?host=")[2])
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        await ask(postgres.dsn, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert running_dsn(data) is None
    assert not sockets.exists()
    with EmbeddedPostgres(data) as postgres:
        assert await ask(postgres.dsn, "SELECT answer FROM kept") == 42


async def test_options_reach_the_server() -> None:
    with running_cluster() as postgres:
        assert await ask(postgres.dsn, "SELECT current_setting('fsync')") == "off"
    with scratch_directory() as directory, EmbeddedPostgres(directory / "pg", options={"work_mem": "7MB"}) as other:
        assert await ask(other.dsn, "SELECT current_setting('work_mem')") == "7MB"


async def test_killed_it_recovers_at_the_same_address(directory: Path) -> None:
    with EmbeddedPostgres(directory / "postgres") as postgres:
        before = postgres.dsn
        await ask(before, "CREATE TABLE kept AS SELECT 42 AS answer")
        postgres.kill()
        with pytest.raises(PostgresRefused, match="not running"):
            _ = postgres.dsn
        postgres.start()
        assert postgres.dsn == before
        assert await ask(before, "SELECT answer FROM kept") == 42


def test_a_second_start_names_the_process_that_runs_the_first(directory: Path) -> None:
    data = directory / "postgres"
    owner = start_owner(data)
    try:
        with pytest.raises(PostgresRefused, match=f"process {owner.pid} is already running"):
            EmbeddedPostgres(data).start()
    finally:
        owner.kill()
        owner.wait()


async def test_it_ends_with_its_owner_even_by_kill_9_and_starts_again(directory: Path) -> None:
    data = directory / "postgres"
    owner = start_owner(data)
    pid = server_pid(data)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    # At once, while the former server may still be shutting down.
    with EmbeddedPostgres(data) as postgres:
        assert await ask(postgres.dsn, "SELECT 1") == 1
        assert server_pid(data) != pid
        wait_for_end(pid)


async def test_a_server_killed_by_force_leaves_nothing_that_prevents_the_next(directory: Path) -> None:
    data = directory / "postgres"
    postgres = EmbeddedPostgres(data)
    postgres.start()
    os.kill(server_pid(data), signal.SIGKILL)
    while True:
        try:
            postgres.check()
        except PostgresRefused as refused:
            assert "ended by itself" in str(refused)
            break
    postgres.stop()
    # The worst left-over: its process id is somebody else's by now.
    pid_file = data / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(pid_file.read_text().split()[0], str(os.getpid()), 1))
    with EmbeddedPostgres(data) as again:
        assert await ask(again.dsn, "SELECT 1") == 1


def test_a_start_that_fails_says_what_the_server_said(directory: Path) -> None:
    with pytest.raises(PostgresRefused, match="no_such_option"):
        EmbeddedPostgres(directory / "postgres", options={"no_such_option": "1"}).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another account")
async def test_root_can_keep_its_data_below_a_directory_that_is_closed_to_others(directory: Path) -> None:
    closed = directory / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "postgres"
    with EmbeddedPostgres(data) as postgres:
        elsewhere = data.resolve()
        try:
            assert data.is_symlink()
            assert running_dsn(data) == postgres.dsn
            assert await ask(postgres.dsn, "SELECT 1") == 1
        finally:
            postgres.stop()
            subprocess.run(["rm", "-rf", elsewhere], check=True)
