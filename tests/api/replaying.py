"""Whatever the API's tests ask is answered by both executors: by ours, and once more by graphql-core.

What a root field did is not done twice: its outcome is recorded when ours reads it, and replayed to graphql-core, which
completes it by itself, down to the relations that it reads anew.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, execute, parse
from graphql.pyutils import is_awaitable
from structlog.testing import capture_logs

from api.execution.formatting import format_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from api.execution.engine import Answer, Engine, OperationRequest
    from api.execution.plan import Plan, Reader

# By response key, the outcomes of the root fields of the operation that is being executed.
_outcomes: ContextVar[dict[str, Any] | None] = ContextVar("outcomes", default=None)
_paused: ContextVar[bool] = ContextVar("paused", default=False)


@contextmanager
def asked_once() -> Generator[None]:
    """Meanwhile graphql-core is not asked: where it matters what an operation does to the database."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


async def answered_by_both(engine: Engine, request: OperationRequest, context: Callable[[], Any]) -> Answer:
    """The engine's answer, once it was found equal to graphql-core's; `context` is made for each of the two."""
    _record_plans(engine)
    outcomes: dict[str, Any] = {}
    token = _outcomes.set(outcomes)
    try:
        answer = await engine.execute(request, context())
        if answer.cost is not None and not answer.fallback and not _paused.get():
            await _compare(engine, request, context(), answer)
    finally:
        _outcomes.reset(token)
    return answer


async def _compare(engine: Engine, request: OperationRequest, context: Any, answer: Answer) -> None:
    executing = execute(
        _replaying(engine._schema),
        parse(request.query),
        context_value=context,
        variable_values=dict(request.variables),
        operation_name=request.operation_name,
    )
    theirs: Any = await executing if isawaitable(executing) else executing
    # What nobody foresaw has been logged for our answer.
    with capture_logs():
        errors = format_errors(theirs.errors or (), context.request_id)
    ours, expected = _canonical(answer.data, answer.errors), _canonical(theirs.data, errors)
    if answer.data is None and theirs.data is None and answer.errors:
        # Once an error has made the whole answer null, the specification (6.4.4) leaves it open whether those of its
        # neighbours are told as well.
        assert {*ours[1:]} & {*expected[1:]}, _difference(ours, expected)
        return
    assert ours == expected, _difference(ours, expected)


def _canonical(data: Any, errors: list[dict[str, Any]]) -> list[bytes]:
    return [orjson.dumps(data), *sorted(map(orjson.dumps, errors))]


class _Recording:
    """Reads a root field as another reader does, and keeps what it read."""

    def __init__(self, reader: Reader, key: str) -> None:
        self.waits = reader.waits
        self.unsure = reader.unsure
        self._reader = reader
        self._key = key

    def read(self, objects: list[Any], column: Any, run: Any) -> Any:
        read = self._reader.read(objects, column, run)
        return self._keep(read) if isinstance(read, list) else self._keep_later(read)

    async def _keep_later(self, reading: Any) -> list[Any]:
        return self._keep(await reading)

    def _keep(self, values: list[Any]) -> list[Any]:
        # What is awaited by both is a future: a coroutine could be awaited once.
        [value] = values
        kept = asyncio.ensure_future(value) if is_awaitable(value) else value
        outcomes = _outcomes.get()
        if outcomes is not None:
            outcomes[self._key] = kept
        return [kept]


class _RecordingPlans:
    """The plans of an engine, with root fields that are recorded."""

    def __init__(self, plans: Any) -> None:
        self._plans = plans

    def of(self, *given: Any) -> Plan | None:
        plan: Plan | None = self._plans.of(*given)
        for field in plan.root.fields if plan is not None else ():
            if not isinstance(field.reader, _Recording) and field.name != "__typename":
                field.reader = _Recording(field.reader, field.key)
        return plan


def _record_plans(engine: Any) -> None:
    if not isinstance(engine._plans, _RecordingPlans):
        engine._plans = _RecordingPlans(engine._plans)


@cache
def _replaying(schema: GraphQLSchema) -> GraphQLSchema:
    """The schema with root fields that replay what was recorded; all other types are its own."""
    roots = {kind.name: _replayed(kind) for kind in (schema.query_type, schema.mutation_type) if kind is not None}
    others = [kind for name, kind in schema.type_map.items() if name not in roots]
    query, mutation = schema.query_type, schema.mutation_type
    replaying: Any = GraphQLSchema(
        query and roots[query.name], mutation and roots[mutation.name], types=others, directives=schema.directives
    )
    replaying._strawberry_schema = schema._strawberry_schema  # pyright: ignore[reportAttributeAccessIssue]
    return replaying


def _replayed(kind: GraphQLObjectType) -> GraphQLObjectType:
    fields: dict[str, GraphQLField] = {}
    for name, field in kind.fields.items():
        given: dict[str, Any] = {**field.to_kwargs(), "resolve": _replay}
        fields[name] = GraphQLField(**given)
    return GraphQLObjectType(kind.name, fields)


async def _replay(_source: Any, info: Any, **_arguments: Any) -> Any:
    outcomes = _outcomes.get() or {}
    outcome = outcomes[info.path.key]
    value = await outcome if is_awaitable(outcome) else outcome
    if isinstance(value, Exception):
        raise value
    return value


def _difference(ours: list[bytes], theirs: list[bytes]) -> str:
    """What a failing test says."""
    lines = ["Only ours:", *(each for each in ours if each not in theirs)]
    lines += ["Only graphql-core's:", *(each for each in theirs if each not in ours)]
    return "\n".join(line if isinstance(line, str) else line.decode() for line in lines)
