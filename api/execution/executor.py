"""Runs a plan level by level: each field once for all objects of its level.

The specification describes execution object by object (https://spec.graphql.org/draft/#sec-Execution), which in Python
costs some calls for each value. Here a field's values are a column: read in one pass, completed in one pass, and the
answer's objects are the rows of the columns. What an error does to the objects above it is worked out at the end.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from graphql import ExecutionResult, default_field_resolver, default_type_resolver
from graphql.execution import Executor
from graphql.pyutils import is_awaitable

from api.execution.failures import Failure, settle_failures
from api.execution.places import ROOT, Column, column_of, locate, resolve_path
from api.execution.shortcut import answers_at_once
from api.execution.waiting import caught, together

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from graphql import GraphQLResolveInfo, GraphQLTypeResolver
    from graphql.execution.values import VariableValues

    from api.execution.places import Place
    from api.execution.plan import Field, Plan, Selection


async def execute_plan(
    plan: Plan,
    *,
    variables: VariableValues,
    context: Any = None,  # noqa: ANN401 - whatever the resolvers want
    root: Any = None,  # noqa: ANN401 - the same
) -> ExecutionResult:
    """Execute an operation with these coerced variables; what resolvers raise becomes errors of the result."""
    run = Run(plan, variables, context, root)
    if plan.serially:
        data = await run.serially(plan.root)
    else:
        [data] = await run.select(plan.root, [root], ROOT)
    return ExecutionResult(*settle_failures(run.failures, data)) if run.failures else ExecutionResult(data, None)


class Run:
    """One execution of a plan."""

    def __init__(self, plan: Plan, variables: VariableValues, context: Any, root: Any) -> None:  # noqa: ANN401
        self.plan = plan
        self.variables = variables
        self.context = context
        self.root = root
        self.failures: list[Failure] = []

    def fail(self, place: Place, index: int, error: Exception) -> None:
        """Note the error of a value, which is null from now on."""
        self.failures.append(Failure(place, index, error))

    async def serially(self, selection: Selection) -> dict[str, Any]:
        """The root object of a mutation: a field begins when the one before it has ended."""
        data: dict[str, Any] = {}
        for field in selection.fields:
            column = Column(ROOT, field)
            [data[field.key]] = await self._complete(field, field.reader.read([self.root], column, self), column)
            if any(locate(failure.place, failure.index).landing == 0 for failure in self.failures):
                # The answer is null: what else was asked for must not happen unseen.
                break
        return data

    async def select(self, selection: Selection, objects: list[Any], place: Place) -> list[dict[str, Any]]:
        """An answer's object for each of these."""
        answers = answers_at_once(selection, objects)
        if answers is not None:
            rest = selection.rest
            for field, column in zip(rest, await self._columns(rest, objects, place), strict=True):
                key = field.key
                for answer, value in zip(answers, column, strict=True):
                    answer[key] = value
            return answers
        columns = await self._columns(selection.fields, objects, place)
        keys = selection.keys
        rows = zip(*columns, strict=True) if columns else ((),) * len(objects)
        return [dict(zip(keys, row, strict=True)) for row in rows]

    async def _columns(self, fields: list[Field], objects: list[Any], place: Place) -> list[list[Any]]:
        """The completed values of each field; what has to be waited for is waited for at the same time."""
        columns: list[Any] = []
        waiting: list[int] = []
        for field in fields:
            column = Column(place, field)
            values: Any = field.reader.read(objects, column, self)
            if field.waits or (field.reader.unsure and any(map(is_awaitable, values))):
                waiting.append(len(columns))
                columns.append(self._complete(field, values, column))
            else:
                columns.append(await field.values.complete(values, column, self))
        for index, done in zip(waiting, await together([columns[index] for index in waiting]), strict=True):
            columns[index] = done
        return columns

    async def _complete(self, field: Field, values: list[Any] | Awaitable[list[Any]], column: Column) -> list[Any]:
        read = values if isinstance(values, list) else await values
        return await field.values.complete(read, column, self)

    async def settle(self, values: list[Any], place: Place) -> list[Any]:
        """The values when all that is awaitable among them has come; None for each that is an error."""
        settled = list(values)
        awaited = [index for index, value in enumerate(values) if is_awaitable(value)]
        for index, outcome in zip(awaited, await together([caught(values[index]) for index in awaited]), strict=True):
            settled[index] = outcome
        for index, value in enumerate(settled):
            if isinstance(value, Exception):
                self.fail(place, index, value)
                settled[index] = None
        return settled

    def info(self, place: Place, index: int) -> GraphQLResolveInfo[Any]:
        """What graphql-core hands to the resolver of the field that a value is of."""
        column, index = column_of(place, index)
        field = column.field
        return self.core.build_resolve_info(
            field.definition, field.nodes, field.parent_type, resolve_path(column, index)
        )

    @cached_property
    def core(self) -> Executor[Any]:
        """graphql-core's executor of the same operation, for the parts of it that are used here as well."""
        plan = self.plan
        return Executor(
            plan.schema,
            plan.fragments,
            {},
            self.root,
            self.context,
            plan.operation,
            self.variables,
            default_field_resolver,
            cast("GraphQLTypeResolver", default_type_resolver),
            default_field_resolver,
        )
