"""Which room may know which, and what a room says of itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import EVERYTHING, ROOMS, ROOT, modules, packages

_VAGUE = {"util", "utils", "helper", "helpers", "manager", "service", "base", "impl"}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def test_rooms_and_contexts_depend_one_way() -> None:
    contracts = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([contracts, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def test_the_domain_imports_the_standard_library_alone() -> None:
    foreign = {
        f"{module.path} imports {name}"
        for module in modules("domain")
        for name in module.imports
        if name.partition(".")[0] not in sys.stdlib_module_names | {"domain"}
    }
    assert not foreign


def test_the_domain_knows_no_float() -> None:
    """Neither as a type nor as a number: an amount that was one once is wrong for ever."""
    found = [
        f"{module.path}:{node.lineno}"
        for module in modules("domain")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert not found


def test_every_folder_of_a_room_is_a_package() -> None:
    # Alembic loads its revisions by path, and numbers no package could have.
    missing = {
        str(module.path.parent)
        for module in modules(*ROOMS)
        if module.path.parent.name != "versions" and not (ROOT / module.path.parent / "__init__.py").exists()
    }
    assert not missing


def test_every_package_says_in_one_sentence_what_belongs_there() -> None:
    broken = [str(package.path) for package in packages(*ROOMS, "bench") if not _is_one_sentence(package.tree)]
    assert not broken


def test_nothing_has_a_name_that_says_nothing() -> None:
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [
        f"{module.path}: {name}"
        for module in (*modules(*EVERYTHING), *packages(*EVERYTHING))
        for name in (
            *module.path.with_suffix("").parts,
            *(node.name for node in ast.walk(module.tree) if isinstance(node, kinds)),
        )
        if _VAGUE & set(_words(name))
    ]
    assert not found


def test_vague_names_are_found() -> None:
    """The rule above is only worth something if it would notice."""
    assert _words("PaymentServiceImpl") == ["payment", "service", "impl"]
    assert _words("http_base") == ["http", "base"]
    assert _words("database") == ["database"]


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _is_one_sentence(tree: ast.Module) -> bool:
    text = ast.get_docstring(tree) or ""
    return len(tree.body) == 1 and text.endswith(".") and "\n" not in text and not re.search(r"[.!?]\s", text)
