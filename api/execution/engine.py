"""Executes requests: each is refused with errors of its own, or executed and answered with data, errors and cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol

from graphql import GraphQLError, OperationType, execute
from graphql.execution.values import get_variable_values

from api.execution.codes import Code
from api.execution.costs import Costs
from api.execution.documents import DocumentRefused, Documents
from api.execution.executor import execute_plan
from api.execution.formatting import error_entry, format_errors
from api.execution.plans import Plans
from domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import ExecutionResult, GraphQLSchema, OperationDefinitionNode

    from api.execution.documents import Document
    from api.execution.guard import Limits

_MOST_VARIABLE_ERRORS = 20


class RequestContext(Protocol):
    """What the engine itself needs of the context that resolvers are given."""

    @property
    def request_id(self) -> str: ...  # noqa: D102 - what masked errors and logs name the request by


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRequest:
    """What a client asks for; `variables` are as they came."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


class Stage(Enum):
    """How far a request came."""

    REFUSED = auto()  # nothing was executed: the request itself is wrong
    NOT_A_QUERY = auto()  # nothing was executed: a mutation came where only queries may
    EXECUTED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a request. `cost` is only known of what was executed, `name` of an operation that has one.

    `fallback` says that graphql-core executed it.
    """

    stage: Stage
    errors: list[dict[str, Any]]
    data: dict[str, Any] | None = None
    cost: int | None = None
    most_cost: int = 0
    name: str | None = None
    fallback: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all errors."""
        return frozenset(str(error["extensions"]["code"]) for error in self.errors)

    def payload(self) -> dict[str, Any]:
        """The response as GraphQL has it: `data` is only there when something was executed."""
        payload: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if self.stage is Stage.EXECUTED:
            payload["data"] = self.data
            payload["extensions"] = {"cost": {"requested": self.cost, "limit": self.most_cost}}
        return payload


def refusal(code: Code, message: str, **extensions: object) -> Answer:
    """An answer to a request that never came to a document."""
    return Answer(stage=Stage.REFUSED, errors=[error_entry(code, message, **extensions)])


class Engine:
    """Executes the operations of one schema within limits."""

    def __init__(self, schema: GraphQLSchema, *, limits: Limits, introspection: bool, suggestions: bool) -> None:
        self._schema = schema
        self._limits = limits
        self._suggestions = suggestions
        self._plans = Plans(schema)
        self._costs = Costs(schema)
        self._documents = Documents(schema, limits, introspection=introspection, suggestions=suggestions)

    async def execute(
        self, request: OperationRequest, context: RequestContext, *, only_queries: bool = False
    ) -> Answer:
        """Answer a request; never raises for what a client sent or a resolver did."""
        try:
            document = self._documents.read(request.query)
            operation = document.operation(request.operation_name)
        except DocumentRefused as refused:
            return Answer(stage=Stage.REFUSED, errors=format_errors(refused.errors, context.request_id))
        if operation.operation is OperationType.SUBSCRIPTION:
            message = "Subscriptions are not answered over plain requests."
            return refusal(Code.GRAPHQL_VALIDATION_FAILED, message)
        if only_queries and operation.operation is not OperationType.QUERY:
            errors = [error_entry(Code.BAD_USER_INPUT, "Only queries are read with GET; send this with POST.")]
            return Answer(stage=Stage.NOT_A_QUERY, errors=errors)
        return await self._execute(document, operation, request, context)

    async def _execute(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        request: OperationRequest,
        context: RequestContext,
    ) -> Answer:
        variables = get_variable_values(
            self._schema,
            operation.variable_definitions or (),
            dict(request.variables),
            max_errors=_MOST_VARIABLE_ERRORS - 1,
            hide_suggestions=not self._suggestions,
        )
        if isinstance(variables, list):
            errors = format_errors([_of_variable(error) for error in variables], context.request_id)
            return Answer(stage=Stage.REFUSED, errors=errors)
        cost = self._costs.of(document, operation, variables)
        if cost > self._limits.cost:
            message = f"This query costs {cost}; at most {self._limits.cost} is allowed. Ask for smaller pages."
            return refusal(Code.QUERY_TOO_COMPLEX, message, cost=cost, limit=self._limits.cost)
        plan = self._plans.of(document, operation, variables)
        if plan is None:
            result = await self._fall_back(document, request, context)
        else:
            result = await execute_plan(plan, variables=variables, context=context)
        return Answer(
            stage=Stage.EXECUTED,
            errors=format_errors(result.errors or (), context.request_id),
            data=result.data,
            cost=cost,
            most_cost=self._limits.cost,
            name=None if operation.name is None else operation.name.value,
            fallback=plan is None,
        )

    async def _fall_back(
        self, document: Document, request: OperationRequest, context: RequestContext
    ) -> ExecutionResult:
        """Leave to graphql-core what the compiler does not know: introspection above all."""
        result = execute(
            self._schema,
            document.node,
            context_value=context,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            hide_suggestions=not self._suggestions,
        )
        return await result if isawaitable(result) else result


def _of_variable(error: GraphQLError) -> GraphQLError:
    """The same error with its code; the rule that a scalar of ours names stays as it is."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, Invalid):
        return error
    return GraphQLError(error.message, error.nodes, extensions={"code": Code.BAD_USER_INPUT})
