"""Time and memory of both executors, on operations of several shapes, whose answers have to be the same."""

from __future__ import annotations

import gc
import tracemalloc
from inspect import isawaitable
from time import perf_counter
from typing import TYPE_CHECKING, Any

import orjson
from graphql import OperationDefinitionNode, execute, parse, validate
from graphql.execution.values import VariableValues, get_variable_values

from api.execution.compiler import compile_operation
from api.execution.executor import execute_plan
from api.schema import schema
from bench.execute.reads import StoredPayments, context
from bench.execute.shapes import SHAPES
from bench.report import Report, Table
from bench.rounds import interleaved

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from graphql import ExecutionResult

    from api.execution.plan import Plan
    from bench.options import Options

_SCHEMA = schema._schema  # noqa: SLF001 - Strawberry offers no other way to graphql-core's
_SECONDS_A_ROUND = 0.5


class Case:
    """One operation, executed either way from its parsed document to its data."""

    def __init__(self, text: str, payments: int) -> None:
        self._document = parse(text)
        errors = validate(_SCHEMA, self._document)
        assert not errors, errors
        operation = self._document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode), "the operation stands first"
        variables = get_variable_values(_SCHEMA, (), {})
        assert isinstance(variables, VariableValues), "there are none"
        self._variables = variables
        self._plan: Plan = compile_operation(_SCHEMA, self._document, operation, variables)
        self._stored = StoredPayments(payments)

    async def ours(self) -> ExecutionResult:
        """By levels."""
        return await execute_plan(self._plan, variables=self._variables, context=context(self._stored))

    async def core(self) -> ExecutionResult:
        """Object by object."""
        result: Any = execute(_SCHEMA, self._document, context_value=context(self._stored))
        return await result if isawaitable(result) else result

    async def check(self) -> None:
        """Both answer the same, to the byte, and without errors."""
        ours, core = await self.ours(), await self.core()
        assert not ours.errors, ours.errors
        assert not core.errors, core.errors
        assert orjson.dumps(ours.data) == orjson.dumps(core.data), "the executors differ"


async def run(options: Options) -> Report:
    """Measure every shape."""
    rounds = 3 if options.quick else 9
    rows: list[list[str]] = []
    ratios: dict[str, float] = {}
    for name, (text, payments) in SHAPES.items():
        case = Case(text, payments)
        await case.check()
        seconds = await interleaved(rounds, {"ours": _timed(case.ours), "core": _timed(case.core)})
        memory = {"ours": await _allocated(case.ours), "core": await _allocated(case.core)}
        ratios[f"execute_{name}_vs_graphql_core"] = seconds["core"] / seconds["ours"]
        ratios[f"execute_{name}_memory_vs_graphql_core"] = memory["core"] / memory["ours"]
        rows.append(
            [
                name,
                *(f"{seconds[who] * 1e3:.3f}" for who in ("ours", "core")),
                f"{seconds['core'] / seconds['ours']:.1f}",
                *(f"{memory[who] / 1024:.0f}" for who in ("ours", "core")),
            ]
        )
    table = Table(
        title="One execution, resolvers included, without a database",
        header=["shape", "Paydesk ms", "graphql-core ms", "times faster", "Paydesk KiB", "graphql-core KiB"],
        rows=rows,
    )
    return Report(name="execute", tables=[table], ratios=ratios)


def _timed(execution: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[float]]:
    async def seconds() -> float:
        """Of one execution, over many: the garbage that an executor leaves is a part of its time."""
        gc.collect()
        began = perf_counter()
        count = 0
        while perf_counter() - began < _SECONDS_A_ROUND:
            await execution()
            count += 1
        return (perf_counter() - began) / count

    return seconds


async def _allocated(execution: Callable[[], Awaitable[Any]]) -> int:
    """The most bytes that one execution holds at once, its answer included."""
    await execution()
    gc.collect()
    tracemalloc.start()
    await execution()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most
