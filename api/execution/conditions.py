"""What a document's directives ask of variables: requests that agree on those share a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    Undefined,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues

from api.execution.guard import INTROSPECTION_FIELDS

if TYPE_CHECKING:
    from graphql import DirectiveNode, DocumentNode

_CONDITIONS = frozenset({GraphQLSkipDirective.name, GraphQLIncludeDirective.name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The variables that `@skip` and `@include` ask for in a document, and whether any of it introspects."""

    names: tuple[str, ...]
    introspects: bool

    def answers(self, variables: VariableValues) -> tuple[Any, ...]:
        """What these variables say: the same plan serves all requests that say the same."""
        return tuple(variables.coerced.get(name, Undefined) for name in self.names)

    def among(self, variables: VariableValues) -> VariableValues:
        """Only these variables: a plan must not keep what else one request has sent."""
        sources, coerced = variables
        return VariableValues(
            {name: sources[name] for name in self.names if name in sources},
            {name: coerced[name] for name in self.names if name in coerced},
        )


def conditions_of(document: DocumentNode) -> Conditions:
    """Read a document once."""
    reader = _Reader()
    visit(document, reader)
    return Conditions(names=tuple(sorted(reader.names)), introspects=reader.introspects)


class _Reader(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.introspects = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.introspects = self.introspects or node.name.value in INTROSPECTION_FIELDS

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        if node.name.value in _CONDITIONS:
            values = (argument.value for argument in node.arguments or ())
            self.names.update(value.name.value for value in values if isinstance(value, VariableNode))
