"""The command that bundles the page, and the files that it leaves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from web.portal.build import BUNDLE, PORTAL, build, find_node

if TYPE_CHECKING:
    from pathlib import Path

BASE = "/static/graphiql/"


class Page(HTMLParser):
    """What the page refers to, and what stands between its script and style tags."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []
        self.inline: list[str] = []
        self.handlers: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note references and event handlers."""
        self._inside = tag
        self.references += [value or "" for name, value in attrs if name in {"src", "href"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        """Note code that a strict policy refuses."""
        if self._inside in {"script", "style"} and data.strip():
            self.inline.append(data)


@pytest.fixture(scope="module")
def page() -> Page:
    """The page of the present sources."""
    build()
    page = Page()
    page.feed((BUNDLE / "index.html").read_text("utf-8"))
    return page


def test_page_has_no_inline_code(page: Page) -> None:
    assert page.inline == []
    assert page.handlers == []


def test_page_refers_to_our_own_files_only(page: Page) -> None:
    assert len(page.references) >= 3
    for reference in page.references:
        assert reference.startswith(BASE)
        assert (BUNDLE / reference.removeprefix(BASE)).is_file()


@pytest.mark.usefixtures("page")
def test_the_editor_and_its_workers_wait_until_they_are_needed() -> None:
    """They are files of their own, and the page names none of them."""
    html = (BUNDLE / "index.html").read_text("utf-8")
    for name in ("monaco-editor-*.js", "graphql.worker-*.js", "json.worker-*.js", "editor.worker-*.js"):
        (file,) = BUNDLE.glob(f"assets/{name}")
        assert file.name not in html


@pytest.mark.usefixtures("page")
def test_nothing_is_done_twice() -> None:
    before = {path: path.stat().st_mtime_ns for path in BUNDLE.rglob("*")}
    assert build() is False
    assert {path: path.stat().st_mtime_ns for path in BUNDLE.rglob("*")} == before


def test_lockfile_names_no_address() -> None:
    packages = json.loads((PORTAL / "package-lock.json").read_text("utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert len(installed) > 100
    assert [name for name, package in installed.items() if "resolved" in package] == []
    assert [name for name, package in installed.items() if "integrity" not in package] == []


@pytest.fixture
def copy(tmp_path: Path, page: Page) -> Path:
    """A tree of its own with the same sources and the packages that are installed already."""
    assert page.references
    portal = tmp_path / "web" / "portal"
    shutil.copytree(PORTAL, portal, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    (tmp_path / "web" / "__init__.py").touch()
    (portal / "node_modules").symlink_to(PORTAL / "node_modules")
    return tmp_path


def start(tree: Path, *flags: str, path: str = os.environ["PATH"]) -> subprocess.Popen[str]:
    """The command in another tree."""
    return subprocess.Popen(
        [sys.executable, *flags, "-m", "web.portal.build"],
        cwd=tree,
        env={**os.environ, "PATH": path, "PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_builds_at_once_do_the_work_once(copy: Path) -> None:
    builds = [start(copy) for _ in range(3)]
    said = sorted(process.communicate()[0] for process in builds)
    assert [process.returncode for process in builds] == [0, 0, 0]
    assert said == ["Bundled the GraphiQL page\n", *["The GraphiQL page is up to date\n"] * 2]
    made = copy / "web" / "static" / "graphiql"
    assert {path.relative_to(made) for path in made.rglob("*")} == {
        path.relative_to(BUNDLE) for path in BUNDLE.rglob("*")
    }


def test_changed_sources_replace_the_bundle(copy: Path) -> None:
    assert start(copy).wait() == 0
    made = copy / "web" / "static" / "graphiql"
    before = set(made.glob("assets/*.css"))
    with (copy / "web/portal/src/graphiql/page.css").open("a") as style:
        style.write(".more { color: red }\n")
    assert start(copy).wait() == 0
    after = set(made.glob("assets/*.css"))
    assert len(after) == len(before)
    assert after != before


def test_a_broken_source_leaves_the_old_bundle_and_says_why(copy: Path) -> None:
    assert start(copy).wait() == 0
    made = copy / "web" / "static" / "graphiql"
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    (copy / "web/portal/src/graphiql/main.tsx").write_text("this is not TypeScript")
    broken = start(copy)
    _, complaint = broken.communicate()
    assert broken.returncode == 1
    assert "vite.js build" in complaint
    assert "main.tsx" in complaint
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before


def test_says_what_to_do_without_node(copy: Path) -> None:
    refused = start(copy, "-S", path="/nowhere")
    _, complaint = refused.communicate()
    assert refused.returncode == 1
    assert "Node.js 22 or newer" in complaint
    assert "Traceback" not in complaint


def test_types() -> None:
    """`npm run check`, which the bundler itself does not do."""
    build()
    tsc = PORTAL / "node_modules" / "typescript" / "bin" / "tsc"
    checked = subprocess.run(
        [find_node().node, tsc, "--noEmit", "-p", PORTAL], capture_output=True, text=True, check=False
    )
    assert checked.stdout == ""
    assert checked.returncode == 0
