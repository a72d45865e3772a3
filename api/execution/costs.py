"""Costs that were read once: they depend on a document's text and the sizes of its pages only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.execution.cost import CostReader
from api.execution.recent import Recent

if TYPE_CHECKING:
    from graphql import GraphQLSchema, OperationDefinitionNode
    from graphql.execution.values import VariableValues

    from api.execution.documents import Document

MOST_COSTS = 2_000


class Costs:
    """The costs of one schema's operations."""

    def __init__(self, schema: GraphQLSchema, *, most_costs: int = MOST_COSTS) -> None:
        self._schema = schema
        self._kept: Recent[Any, int] = Recent(entries=most_costs, weight=0)

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, document: Document, operation: OperationDefinitionNode, variables: VariableValues) -> int:
        """The cost of an operation with these variables."""
        key = (document, operation.name and operation.name.value, document.facts.rows(variables))
        cost = self._kept.get(key)
        if cost is None:
            cost = CostReader(self._schema, document.node, variables.coerced).of_operation(operation)
            self._kept.keep(key, cost)
        return cost
