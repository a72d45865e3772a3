"""The embedded PostgreSQL: real binaries from a wheel, under a supervisor of our own.

It listens on a Unix socket in a private directory and nowhere else, and ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from app.leash import Leashed
from app.postgres_account import Place, PostgresRefused, find_place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

__all__ = ["DATABASE", "EmbeddedPostgres", "PostgresRefused", "running_dsn"]

DATABASE = "paydesk"
_SUPERUSER = "postgres"
_ENVIRON = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_START_SECONDS = 60
_GRACE_SECONDS = 20
_POLL_SECONDS = 0.02
# After kill -9 of its owner a server needs a moment for its fast shutdown; a new start waits that long.
_LEFT_BEHIND_SECONDS = 15
_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """One cluster on one directory, holding a database called `paydesk`.

    `durable=False` gives up safety against power cuts for speed: for tests whose data nobody needs.
    """

    def __init__(self, data_dir: Path, *, options: Mapping[str, str] | None = None, durable: bool = True) -> None:
        self._asked_dir = data_dir
        self._durable = durable
        self._options = {**_OPTIONS, **({} if durable else _NOT_DURABLE), **(options or {})}
        self._lock: int | None = None
        self._leashed: Leashed | None = None
        self._sockets: Path | None = None
        self._former_sockets: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def dsn(self) -> str:
        """Where the database `paydesk` is, as its superuser; raise `PostgresRefused` while it does not run."""
        return self.dsn_of(DATABASE)

    def dsn_of(self, database: str) -> str:
        """As `dsn`, for another database of the cluster."""
        if self._sockets is None:
            msg = "PostgreSQL is not running; call start() first"
            raise PostgresRefused(msg)
        return _dsn(database, self._sockets)

    @property
    def log_path(self) -> Path:
        """What the server wrote: beside the data directory, and it grows over starts."""
        return self._asked_dir.absolute().with_name(f"{self._asked_dir.name}.log")

    def start(self) -> None:
        """Make the cluster if the directory has none, and return when it answers.

        Started again after `stop` or `kill`, it answers at the same DSN.

        Raises `PostgresRefused` when another one runs on the directory, or when the server does not come up.
        """
        try:
            place = find_place(self._asked_dir)
            self._take_lock()
        except OSError as error:
            raise PostgresRefused(f"the data directory {self._asked_dir} cannot be used: {error}") from error
        try:
            _wait_for_predecessor(place.data_dir)
            if not (place.data_dir / "PG_VERSION").exists():
                self._initialise(place)
            self._launch(place)
        except BaseException:
            self.stop()
            raise

    def check(self) -> None:
        """Raise `PostgresRefused` when the server ended by itself."""
        if self._leashed is not None and self._leashed.exit_code is not None:
            msg = f"PostgreSQL ended by itself; {self.log_path} tells why"
            raise PostgresRefused(msg)

    def stop(self) -> None:
        """Shut down fast (open transactions roll back) and wait for it. Stopping twice is fine."""
        if self._leashed is not None:
            self._leashed.release()
            self._leashed.wait()
            self._leashed = None
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def kill(self) -> None:
        """End the server without any shutdown, as a power cut would; for fault tests."""
        if self._leashed is not None:
            pid = _server_pid(find_place(self._asked_dir).data_dir)
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGQUIT)
            self._leashed.wait()
        self.stop()

    def _take_lock(self) -> None:
        path = self._asked_dir.absolute().with_name(f"{self._asked_dir.name}.lock")
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(lock, 32).decode(errors="replace").strip() or "unknown"
            os.close(lock)
            msg = (
                f"process {owner} is already running PostgreSQL on {self._asked_dir}; "
                "stop it first, or choose another data directory"
            )
            raise PostgresRefused(msg) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        self._lock = lock
        # A forked child would otherwise keep the lock beyond our death.
        os.register_at_fork(after_in_child=lambda: self._lock is None or os.close(lock))

    def _initialise(self, place: Place) -> None:
        """Build in a directory beside and rename: a start that is killed midway leaves nothing half made."""
        building = place.data_dir.with_name(f"{place.data_dir.name}.building")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700, parents=True)
        if place.account is not None:
            os.chown(building, *place.account)
        initdb = [
            *(place.binaries / "initdb", "-D", building, "-U", _SUPERUSER, "-A", "trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions", "--no-sync"),
        ]
        self._run(place, initdb, given="")
        # Single-user mode: the database exists before the directory gets its name.
        single = [place.binaries / "postgres", "--single", "-D", building]
        self._run(place, [*single, "template1"], given=f"CREATE DATABASE {DATABASE}\n")
        if self._durable:
            self._run(place, [place.binaries / "initdb", "-D", building, "--sync-only"], given="")
        if place.data_dir.exists():
            place.data_dir.rmdir()  # an empty directory is welcome; anything else is not ours to remove
        building.rename(place.data_dir)

    def _run(self, place: Place, command: list[str | Path], *, given: str) -> None:
        account = place.account
        done = subprocess.run(
            command,
            input=given.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_ENVIRON,
            cwd="/",
            user=account[0] if account else None,
            group=account[1] if account else None,
            extra_groups=[] if account else None,
            check=False,
        )
        if done.returncode != 0:
            msg = f"{Path(command[0]).name} failed:\n{done.stdout.decode(errors='replace')[-2000:]}"
            raise PostgresRefused(msg)

    def _launch(self, place: Place) -> None:
        sockets = _socket_directory(place, self._former_sockets)
        self._sockets = self._former_sockets = sockets
        command: list[str | Path] = [place.binaries / "postgres", "-D", place.data_dir, "-k", sockets]
        command += [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        with self.log_path.open("ab") as log:
            log_start = log.tell()
            self._leashed = Leashed(
                command,
                log=log,
                environ=_ENVIRON,
                end_with=signal.SIGINT,
                grace_seconds=_GRACE_SECONDS,
                scratch=sockets,
                account=place.account,
            )
        deadline = time.monotonic() + _START_SECONDS
        ready: list[str | Path] = [place.binaries / "pg_isready", "-q", "-h", sockets, "-U", _SUPERUSER, "-d", DATABASE]
        while subprocess.run(ready, env=_ENVIRON, check=False, stdin=subprocess.DEVNULL).returncode != 0:
            if self._leashed.exit_code is not None or time.monotonic() > deadline:
                with self.log_path.open("rb") as log:
                    log.seek(log_start)
                    said = log.read()[-2000:].decode(errors="replace")
                msg = f"PostgreSQL did not start on {self._asked_dir}; {self.log_path} says:\n{said}"
                raise PostgresRefused(msg)
            time.sleep(_POLL_SECONDS)


def running_dsn(data_dir: Path) -> str | None:
    """Where the cluster of a data directory listens now, if some process of ours runs it."""
    try:
        lines = (data_dir / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    # https://www.postgresql.org/docs/18/storage-file-layout.html: pid, directory, start, port, socket directory, ...
    pid, sockets = int(lines[0]), Path(lines[4] if len(lines) > 4 else "")  # noqa: PLR2004 - the fifth line
    return _dsn(DATABASE, sockets) if sockets.name and _is_postgres(pid) else None


def _dsn(database: str, sockets: Path) -> str:
    return f"postgresql://{_SUPERUSER}@/{database}?host={quote(str(sockets))}"


def _socket_directory(place: Place, former: Path | None) -> Path:
    # Socket paths are limited to about 100 bytes, so not below the data directory, nor below a long TMPDIR.
    parent = "/tmp" if os.access("/tmp", os.W_OK) else None  # noqa: S108 - mkdtemp makes a private directory in it
    if former is None:
        sockets = Path(tempfile.mkdtemp(prefix="paydesk-", dir=parent))
    else:
        sockets = former
        sockets.mkdir(mode=0o700)
    if place.account is not None:
        os.chown(sockets, *place.account)
    return sockets


def _server_pid(data_dir: Path) -> int | None:
    try:
        return int((data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _is_postgres(pid: int) -> bool:
    """Whether that process lives and is a PostgreSQL server: pids are reused, above all in containers."""
    if Path("/proc/self/stat").exists():
        try:
            name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(") ")
        except OSError:
            return False
        return name == "postgres" and not rest.startswith("Z")
    done = subprocess.run(["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False)  # noqa: S607 - its place differs between systems
    return Path(done.stdout.strip()).name == "postgres"


def _wait_for_predecessor(data_dir: Path) -> None:
    """Wait for a server that lost its owner to finish, and clear what a dead one left."""
    deadline = time.monotonic() + _LEFT_BEHIND_SECONDS
    while (pid := _server_pid(data_dir)) is not None:
        if not _is_postgres(pid):
            # We hold the lock, so nobody is starting; PostgreSQL would refuse if another process had this pid now.
            (data_dir / "postmaster.pid").unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            msg = f"process {pid} is already running PostgreSQL on {data_dir}; stop it first (kill -INT {pid})"
            raise PostgresRefused(msg)
        time.sleep(_POLL_SECONDS)
