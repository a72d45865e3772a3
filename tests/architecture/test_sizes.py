"""Nothing grows beyond what is read in one go."""

from __future__ import annotations

import ast

from tests.architecture.tree import EVERYTHING, ROOT, modules

MOST_FUNCTION_LINES = 60
MOST_MODULE_LINES = 400
MOST_CONFTEST_LINES = 100


def test_a_module_has_at_most_400_lines() -> None:
    long = {str(module.path): len(module.text.splitlines()) for module in modules(*EVERYTHING)}
    long["run"] = len((ROOT / "run").read_text().splitlines())
    assert {path: lines for path, lines in long.items() if lines > MOST_MODULE_LINES} == {}


def test_a_conftest_has_at_most_100_lines() -> None:
    long = {str(module.path): len(module.text.splitlines()) for module in modules("tests") if module.name == "conftest"}
    assert {path: lines for path, lines in long.items() if lines > MOST_CONFTEST_LINES} == {}


def test_a_function_has_at_most_60_lines() -> None:
    long = {
        f"{module.path}:{node.lineno} {node.name}": lines
        for module in modules(*EVERYTHING)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_FUNCTION_LINES
    }
    assert long == {}
