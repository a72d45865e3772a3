"""The source as the tests of its structure see it: parsed modules by path."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "web", "jobs", "api", "adapters", "domain", "migrations")
EVERYTHING = (*ROOMS, "bench", "tests")
_NOT_OURS = {"node_modules", "__pycache__", "static"}


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file; `path` is relative to the repository."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @property
    def dotted(self) -> str:
        """As it is imported."""
        return ".".join(self.path.with_suffix("").parts)

    @property
    def class_name(self) -> str:
        """The class that the file would be named after: CapturePayment in capture_payment.py."""
        return "".join(word.title() for word in self.name.split("_"))

    @property
    def classes(self) -> dict[str, ast.ClassDef]:
        """The classes at the top of the file."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}

    @property
    def coroutines(self) -> dict[str, ast.AsyncFunctionDef]:
        """The public coroutines at the top of the file."""
        found = (node for node in self.tree.body if isinstance(node, ast.AsyncFunctionDef))
        return {node.name: node for node in found if not node.name.startswith("_")}

    @property
    def imports(self) -> set[str]:
        """Every module that is imported, anywhere in the file, also for type checkers alone."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found.update(f"{node.module}.{alias.name}" for alias in node.names)
        return found

    @property
    def is_verb(self) -> bool:
        """Whether it holds a command, and a coroutine that carries it out."""
        return any("command" in parameters(coroutine) for coroutine in self.coroutines.values())

    @property
    def is_noun(self) -> bool:
        """Whether it holds the thing that it is named after, as a value or an enumeration."""
        thing = self.classes.get(self.class_name)
        return thing is not None and not self.coroutines and (is_dataclass(thing) or _bases(thing) == ["StrEnum"])

    @property
    def decides(self) -> bool:
        """Whether there is anything in it to be right or wrong: a function, or a table."""
        return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Dict) for node in ast.walk(self.tree))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module below these folders, without packages' `__init__`."""
    return tuple(_parsed(path) for path in sorted(_files(folders)) if path.name != "__init__.py")


@cache
def packages(*folders: str) -> tuple[Module, ...]:
    """The `__init__` of every package below these folders."""
    return tuple(_parsed(path) for path in sorted(_files(folders)) if path.name == "__init__.py")


@cache
def contexts() -> tuple[Module, ...]:
    """The modules of the domain's contexts, without the kernel that they share."""
    return tuple(module for module in modules("domain") if module.path.parts[1] != "kernel")


def is_dataclass(node: ast.ClassDef) -> bool:
    """Whether a class is decorated as one."""
    names = (item.func if isinstance(item, ast.Call) else item for item in node.decorator_list)
    return any(isinstance(name, ast.Name) and name.id == "dataclass" for name in names)


def parameters(function: ast.AsyncFunctionDef) -> list[str]:
    """The names of a function's positional parameters."""
    return [argument.arg for argument in function.args.args]


def _files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for place, below, names in os.walk(ROOT / folder):
            # Not even looked into: node_modules has more files than everything else.
            below[:] = [name for name in below if name not in _NOT_OURS]
            yield from (Path(place, name) for name in names if name.endswith(".py"))


def _bases(node: ast.ClassDef) -> list[str]:
    return [base.id for base in node.bases if isinstance(base, ast.Name)]


@cache
def _parsed(path: Path) -> Module:
    text = path.read_text()
    return Module(path.relative_to(ROOT), text, ast.parse(text))
