"""Nouns decide and never wait; verbs orchestrate, one to a file."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT, contexts, modules, parameters

if TYPE_CHECKING:
    from tests.architecture.tree import Module

_FACETS = {"ports", "events", "errors", "postings", "reactions", "filter"}
_MOST_METHODS = 7


def test_the_domain_has_nouns_and_verbs() -> None:
    """Otherwise what follows would hold of nothing."""
    assert sum(module.is_noun for module in contexts()) > 10
    assert sum(module.is_verb for module in contexts()) > 10


def test_nouns_never_wait_and_know_no_port() -> None:
    broken: list[str] = []
    for module in contexts():
        if not module.is_noun or _is_facet(module):
            continue
        waits = any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(module.tree))
        broken += [f"{module.path} waits"] if waits else []
        broken += [f"{module.path} imports {name}" for name in module.imports if name.endswith(".ports")]
    assert not broken


def test_a_verb_is_one_coroutine_named_like_its_file_with_a_command_of_its_own() -> None:
    broken: list[str] = []
    for module in contexts():
        if not module.is_verb:
            continue
        if list(module.coroutines) != [module.name]:
            broken.append(f"{module.path} has the public coroutines {', '.join(module.coroutines)}")
            continue
        verb = module.coroutines[module.name]
        if parameters(verb) != ["ports", "actor", "command"]:
            broken.append(f"{module.path}: {module.name} takes {', '.join(parameters(verb))}")
        if module.class_name not in module.classes:
            broken.append(f"{module.path} has no command {module.class_name}")
    assert not broken


def test_a_command_has_its_verb() -> None:
    """A file with a command's name and a coroutine is a verb: no other signature hides one."""
    broken = [
        str(module.path)
        for module in contexts()
        if module.coroutines and module.class_name in module.classes and not module.is_verb
    ]
    assert not broken


def test_every_noun_and_verb_has_its_mirrored_test() -> None:
    missing = [
        str(mirror)
        for module in modules("domain")
        if module.is_verb or (module.is_noun and module.decides)
        for mirror in [_mirror(module)]
        if not _is_facet(module) and not (ROOT / mirror).exists()
    ]
    assert not missing


def test_every_test_of_the_domain_mirrors_a_module() -> None:
    sources = {_mirror(module) for module in modules("domain")}
    stray = [str(test.path) for test in modules("tests/domain") if test.name.startswith("test_")]
    stray = [path for path in stray if path not in set(map(str, sources))]
    assert not stray


def test_frozen_slotted_keyword_only() -> None:
    """What has an identity is a value too; the two-field values that are built by position may leave out the last."""
    broken: list[str] = []
    for module in contexts():
        for node in module.classes.values():
            flags = _dataclass_flags(node)
            if flags is not None and not {"frozen", "slots"} <= flags:
                broken.append(f"{module.path}: {node.name}")
            if flags is not None and "kw_only" not in flags and len(_fields(node)) > 2:
                broken.append(f"{module.path}: {node.name} is built by position")
    assert not broken


def test_ports_are_small() -> None:
    broken: list[str] = []
    for module in modules("domain"):
        for node in module.classes.values():
            is_port = any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
            methods = [item for item in node.body if isinstance(item, ast.AsyncFunctionDef)]
            if is_port and len(methods) > _MOST_METHODS:
                broken.append(f"{module.path}: {node.name} has {len(methods)} methods")
    assert not broken


def _is_facet(module: Module) -> bool:
    """A context with several nouns has facets of its own for each: `payout_ports` beside `ports`."""
    return module.name.rpartition("_")[2] in _FACETS


def _mirror(module: Module) -> str:
    return str("tests" / module.path.parent / f"test_{module.path.name}")


def _dataclass_flags(node: ast.ClassDef) -> set[str] | None:
    """The flags of a class's @dataclass that are on; None for a class that is none."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Name) and decorator.id == "dataclass":
            return set()
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Name)
            and decorator.func.id == "dataclass"
        ):
            on = (
                word for word in decorator.keywords if isinstance(word.value, ast.Constant) and word.value.value is True
            )
            return {word.arg for word in on if word.arg is not None}
    return None


def _fields(node: ast.ClassDef) -> list[ast.AnnAssign]:
    return [item for item in node.body if isinstance(item, ast.AnnAssign)]
