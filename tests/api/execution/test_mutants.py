"""The executor is broken on purpose in many places, and the comparison with graphql-core has to notice each time.

Each mutant is a copy of `api/execution` with one line changed. A mutant that no operation below tells from the real
executor is a rule that nothing here tests.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import api.execution
from tests.api.execution import both as comparison
from tests.api.execution.mutant_cases import CASES

if TYPE_CHECKING:
    from collections.abc import Generator

_SOURCE = Path(api.execution.__file__).parent


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is broken, and where: `before` stands exactly once in the module."""

    what: str
    module: str
    before: str
    after: str


MUTANTS = (
    Mutant("a null stays where the error is", "places", "len(keys) - fallen", "len(keys)"),
    Mutant("an error takes the whole answer away", "places", "landing = 0 if fallen is None", "landing = 0 if True"),
    Mutant("every error below a null is told", "failures", "            continue\n", "            pass\n"),
    Mutant("errors come in the order of time", "failures", "    located.sort(key=lambda pair: pair[0].ranks)\n", ""),
    Mutant("indexes of items are lost", "places", "return number, index", "return number, 0"),
    Mutant("null is a value like any other", "values", "if not place.nullable:", "if False:"),
    Mutant("an exception is a value like any other", "executor", "isinstance(value, Exception)", "False"),
    Mutant("nobody asks whether an object is of its type", "objects", "elif not verdict and", "elif False and"),
    Mutant(
        "all objects are of the first one's type",
        "objects",
        "groups[type_].append(index)",
        "groups[next(t for t in types if t)].append(index)",
    ),
    Mutant(
        "a mutation goes on after its answer is lost", "executor", "                break\n", "                pass\n"
    ),
    Mutant("mutations run all at once", "compiler", "is OperationType.MUTATION", "is OperationType.SUBSCRIPTION"),
    Mutant("whole numbers have no end", "leaves", "if min(numbers) >= GRAPHQL_MIN_INT and", "if True or"),
    Mutant(
        "an enum's name is its value",
        "leaves",
        "list(map(self.names.__getitem__, values))",
        "[v and v.value for v in values]",
    ),
    Mutant(
        "lists are cut at the wrong place", "lists", "islice(done, len(items))", "islice(done, max(0, len(items) - 1))"
    ),
    Mutant(
        "arguments are left out",
        "readers",
        "each, run.info(column, index), **arguments",
        "each, run.info(column, index)",
    ),
    Mutant(
        "one failure fails its whole level",
        "readers",
        "            values.append(error)\n",
        "            return [error] * len(objects)\n",
    ),
    Mutant("an attribute is read once for all who ask", "shortcut", "if not reader.is_derived:", "if False:"),
    Mutant(
        "the short way takes anything for a leaf",
        "shortcut",
        'f"if not ({known}): raise Unexpected"',
        'f"if False: raise Unexpected"',
    ),
    Mutant(
        "the short way takes any number",
        "shortcut",
        'known += f" and {GRAPHQL_MIN_INT} <= {name} <= {GRAPHQL_MAX_INT}"',
        "pass",
    ),
    Mutant(
        "the short way forgets what comes later",
        "shortcut",
        "selection.rest = [field for field in selection.fields if not is_short(field)]",
        "selection.rest = []",
    ),
    Mutant("conditions are the first request's", "compiler", "facts.deciding(variables)", "type(variables)({}, {})"),
    Mutant("a batch of the wrong size is stretched", "readers", "if len(values) != len(objects):", "if False:"),
    Mutant("aliases are forgotten", "compiler", "            key=key,\n", "            key=name,\n"),
)


@pytest.fixture
def broken(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """The comparison with a mutant in the executor's place."""
    mutant: Mutant = request.param
    name = f"mutant_{MUTANTS.index(mutant)}"
    shutil.copytree(_SOURCE, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tmp_path / name).glob("*.py"):
        path.write_text(path.read_text().replace("api.execution", name))
    changed = tmp_path / name / f"{mutant.module}.py"
    assert changed.read_text().count(mutant.before) == 1, f"{mutant.before!r} has to stand once in {mutant.module}"
    changed.write_text(changed.read_text().replace(mutant.before, mutant.after))
    monkeypatch.syspath_prepend(str(tmp_path))
    compiler: Any = import_module(f"{name}.compiler")
    executor: Any = import_module(f"{name}.executor")
    monkeypatch.setattr(comparison, "compile_operation", compiler.compile_operation)
    monkeypatch.setattr(comparison, "execute_plan", executor.execute_plan)
    yield
    for loaded in [module for module in sys.modules if module.split(".")[0] == name]:
        del sys.modules[loaded]


async def _differ() -> list[str]:
    """The cases in which the two executors do not answer the same."""
    different: list[str] = []
    for name, case in CASES.items():
        try:
            await case()
        except Exception:  # noqa: BLE001 - a mutant may do anything but answer alike
            different.append(name)
    return different


async def test_the_real_executor_passes() -> None:
    assert await _differ() == []


@pytest.mark.parametrize("broken", MUTANTS, indirect=True, ids=lambda mutant: mutant.what)
async def test_a_mutant_is_caught(broken: None) -> None:
    assert await _differ() != []
