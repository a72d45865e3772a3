"""One operation on both executors: graphql-core says what is right, and ours has to say the same."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from graphql import (
    DirectiveNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    execute,
    get_operation_ast,
    parse,
    print_ast,
    validate,
)
from graphql.execution.values import get_variable_values

from api.execution.compiler import Unsupported, compile_operation
from api.execution.executor import execute_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphql import DocumentNode
    from graphql.execution.values import VariableValues

    from api.execution.plan import Plan

Json = dict[str, Any]
Position = tuple[str | int, ...]
# The first execution learns what there is, the second writes its short way, the third goes it.
TIMES = 3


class Refused(Exception):
    """graphql-core itself refuses to execute: the document is invalid, or the variables are."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An operation with all that it is executed with; raise `Refused` where nothing may be executed.

    `root` and `context` that can be called make the value anew for each execution, so that generators and coroutines
    within are fresh.
    """

    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Mapping[str, Any]
    root: Any = None
    context: Any = None

    async def of_graphql_core(self, document: DocumentNode | None = None) -> ExecutionResult:
        """What graphql-core answers."""
        result = execute(
            self.schema,
            document or self.document,
            fresh(self.root),
            fresh(self.context),
            dict(self.variables),
            None if self.operation.name is None else self.operation.name.value,
        )
        answer = await result if isawaitable(result) else result
        assert isinstance(answer, ExecutionResult)
        return answer

    def compiled(self) -> Plan:
        """Our plan; raise `Unsupported`."""
        return compile_operation(self.schema, self.document, self.operation, self.coerced())

    async def of_ours(self, plan: Plan) -> ExecutionResult:
        """What our executor answers."""
        return await execute_plan(plan, variables=self.coerced(), context=fresh(self.context), root=fresh(self.root))

    def coerced(self) -> VariableValues:
        """The variables' values; raise `Refused`."""
        values = get_variable_values(self.schema, self.operation.variable_definitions or (), dict(self.variables))
        if isinstance(values, list):
            raise Refused(values)
        return values

    async def every_error(self) -> list[GraphQLError]:
        """The errors of all fields: graphql-core with its propagation turned off, so that each stays where it is."""
        told = DirectiveNode(name=NameNode(value="experimental_disableErrorPropagation"), arguments=())
        changed: dict[str, Any] = {key: getattr(self.operation, key) for key in self.operation.keys}
        changed["directives"] = (*(self.operation.directives or ()), told)
        operation = OperationDefinitionNode(**changed)
        definitions = [operation if node is self.operation else node for node in self.document.definitions]
        document = type(self.document)(definitions=tuple(definitions), loc=self.document.loc)
        return list((await self.of_graphql_core(document)).errors or ())


def ask(
    schema: GraphQLSchema,
    source: str,
    *,
    variables: Mapping[str, Any] | None = None,
    root: Any = None,
    context: Any = None,
    operation_name: str | None = None,
) -> Question:
    """A question to both; raise `Refused` for an invalid document."""
    document = parse(source)
    errors = validate(schema, document)
    if errors:
        raise Refused(errors)
    operation = get_operation_ast(document, operation_name)
    assert operation is not None, "Which operation?"
    question = Question(
        schema=schema, document=document, operation=operation, variables=variables or {}, root=root, context=context
    )
    question.coerced()
    return question


async def both(
    schema: GraphQLSchema,
    source: str,
    *,
    variables: Mapping[str, Any] | None = None,
    root: Any = None,
    context: Any = None,
    operation_name: str | None = None,
    exact: bool = True,
    times: int = TIMES,
) -> ExecutionResult:
    """Our answer to an operation, once it was found equal to graphql-core's; raise `Unsupported`.

    `exact` wants the very same errors; without it see `compare_leniently`. Ours executes the plan that many times,
    since a plan learns from what it has met, and has to say the same each time.
    """
    question = ask(schema, source, variables=variables, root=root, context=context, operation_name=operation_name)
    return await compare(question, exact=exact, times=times)


async def compare(
    question: Question, *, plan: Plan | None = None, exact: bool = True, times: int = TIMES
) -> ExecutionResult:
    """As `both`, for a question that was put already, and with a plan that may have been executed before."""
    plan = plan or question.compiled()
    theirs = await question.of_graphql_core()
    answers = [await _agreed(question, plan, theirs, exact=exact) for _ in range(times)]
    return answers[-1]


async def _agreed(question: Question, plan: Plan, theirs: ExecutionResult, *, exact: bool) -> ExecutionResult:
    ours = await question.of_ours(plan)
    assert ours.errors is None or ours.errors, "Without errors there is no list of them."
    if exact:
        assert canonical(ours) == canonical(theirs), _difference(question, ours, theirs)
    else:
        await compare_leniently(question, ours, theirs)
    return ours


async def left_to_graphql_core(question: Question) -> ExecutionResult:
    """graphql-core's answer to what our compiler has to leave to it."""
    with pytest.raises(Unsupported):
        question.compiled()
    return await question.of_graphql_core()


async def compare_leniently(question: Question, ours: ExecutionResult, theirs: ExecutionResult) -> None:
    """Compare answers whose errors may depend on what came first.

    The data has to be the same byte for byte. Errors are compared by the null that they led to: the specification
    allows an executor to stop below a position once it is null by propagation, and to report any one of the errors
    below. Which of them graphql-core reports depends, with asynchronous resolvers, on the order in which they finish:
    it cancels what is pending below such a position. So below one null, and only when that null stands for more than
    an error of its own field, the two may report different errors, and ours still has to be true: at least one, and
    all among those that graphql-core finds when nothing propagates and everything runs.

    A list that breaks off (its iterator fails) hides what stands in it: graphql-core never tells errors of items that
    were pending then. So ours may tell of more below an error that graphql-core has.
    """
    assert dumped(ours.data) == dumped(theirs.data), _difference(question, ours, theirs)
    positions = _by_null(ours)
    expected = _by_null(theirs)
    assert positions.keys() == expected.keys(), _difference(question, ours, theirs)
    every: dict[Position, bytes] | None = None
    for position, errors in positions.items():
        if errors == expected[position]:
            continue
        deepest = max(len(path) for path, _ in errors | expected[position])
        assert deepest > len(position), _difference(question, ours, theirs)
        if every is None:
            every = {tuple(error.path or ()): dumped(formatted(error)) for error in await question.every_error()}
        for path, text in errors:
            hidden = any(path[:length] in every for length in range(len(path)))
            assert hidden or every.get(path) == text, _difference(question, ours, theirs)


def canonical(result: ExecutionResult) -> list[bytes]:
    """The bytes of an answer; errors are in the order of their text, since the specification has none for them."""
    return [dumped(result.data), *sorted(dumped(formatted(error)) for error in result.errors or ())]


def formatted(error: GraphQLError) -> Json:
    """All that a client could be shown of an error, and what it was at first, which decides about what is shown."""
    assert isinstance(error, GraphQLError)
    return {
        "message": error.message,
        "path": error.path,
        "extensions": error.extensions,
        "locations": [[place.line, place.column] for place in error.locations or ()],
        "cause": repr(error.original_error),
    }


def dumped(value: Any) -> bytes:
    """JSON with the keys in their order; what JSON cannot say is told apart by its representation."""
    return orjson.dumps(value, default=repr)


def fresh(value: Any) -> Any:
    """The value, or what makes it called."""
    return value() if callable(value) else value


def _difference(question: Question, ours: ExecutionResult, theirs: ExecutionResult) -> str:
    """What a failing test says."""
    only_ours, only_theirs = (
        [line.decode() for line in canonical(one) if line not in canonical(other)]
        for one, other in ((ours, theirs), (theirs, ours))
    )
    parts = [print_ast(question.document), repr(question.variables), repr(question.root)]
    return "\n".join([*parts, "Only ours:", *only_ours, "Only graphql-core's:", *only_theirs])


def _by_null(result: ExecutionResult) -> dict[Position, set[tuple[Position, bytes]]]:
    """The errors by the null that each led to; every error has to lead to one."""
    found: dict[Position, set[tuple[Position, bytes]]] = {}
    for error in result.errors or ():
        path = tuple(error.path or ())
        found.setdefault(_null_on(result.data, path), set()).add((path, dumped(formatted(error))))
    return found


def _null_on(data: Any, path: Iterable[str | int]) -> Position:
    walked: list[str | int] = []
    for key in path:
        if data is None:
            break
        data = data[key]
        walked.append(key)
    assert data is None, f"An error at {walked} stands beside a value."
    return tuple(walked)
