"""What of a document depends on variables: requests that agree on these share a plan, or a cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    Undefined,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues

from api.execution.cost import SIZE_ARGUMENTS
from api.execution.guard import INTROSPECTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphql import ArgumentNode, DirectiveNode, DocumentNode, FieldNode

_CONDITIONS = frozenset({GraphQLSkipDirective.name, GraphQLIncludeDirective.name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`conditions` are the variables that `@skip` and `@include` ask for, `sizes` those that say how many rows."""

    conditions: tuple[str, ...]
    sizes: tuple[str, ...]
    introspects: bool

    def answers(self, variables: VariableValues) -> tuple[Any, ...]:
        """What the variables say about the conditions."""
        return tuple([variables.coerced.get(name, Undefined) for name in self.conditions])

    def rows(self, variables: VariableValues) -> tuple[Any, ...]:
        """What the variables say about the sizes: a number, or how many ids."""
        given = [variables.coerced.get(name, Undefined) for name in self.sizes]
        return tuple(
            [
                ("ids", len(value)) if isinstance(value, list) else value if isinstance(value, int) else None
                for value in given
            ]
        )

    def deciding(self, variables: VariableValues) -> VariableValues:
        """Only the variables of conditions: a plan must not keep what else one request has sent."""
        sources, coerced = variables
        return VariableValues(
            {name: sources[name] for name in self.conditions if name in sources},
            {name: coerced[name] for name in self.conditions if name in coerced},
        )


def facts_of(document: DocumentNode) -> Facts:
    """Read a document once."""
    reader = _Reader()
    visit(document, reader)
    return Facts(
        conditions=tuple(sorted(reader.conditions)), sizes=tuple(sorted(reader.sizes)), introspects=reader.introspects
    )


class _Reader(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.conditions: set[str] = set()
        self.sizes: set[str] = set()
        self.introspects = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.introspects = self.introspects or node.name.value in INTROSPECTION_FIELDS
        self.sizes |= _variables(argument for argument in node.arguments or () if argument.name.value in SIZE_ARGUMENTS)

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        if node.name.value in _CONDITIONS:
            self.conditions |= _variables(node.arguments or ())


def _variables(arguments: Iterable[ArgumentNode]) -> set[str]:
    values = (argument.value for argument in arguments)
    return {value.name.value for value in values if isinstance(value, VariableNode)}
