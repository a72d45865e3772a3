"""Plans that were compiled once, and are kept while there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.execution.compiler import Unsupported, compile_operation
from api.execution.recent import Recent

if TYPE_CHECKING:
    from graphql import GraphQLSchema, OperationDefinitionNode
    from graphql.execution.values import VariableValues

    from api.execution.documents import Document
    from api.execution.plan import Plan

MOST_PLANS = 1_000
MOST_FIELDS = 50_000


class Plans:
    """The plans of one schema's operations: one for each set of answers to an operation's `@skip` and `@include`."""

    def __init__(self, schema: GraphQLSchema, *, most_plans: int = MOST_PLANS, most_fields: int = MOST_FIELDS) -> None:
        self._schema = schema
        self._kept: Recent[Any, Plan | Unsupported] = Recent(entries=most_plans, weight=most_fields)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def fields_kept(self) -> int:
        """How many fields all plans have that are kept."""
        return self._kept.weight

    def of(self, document: Document, operation: OperationDefinitionNode, variables: VariableValues) -> Plan | None:
        """The plan of an operation with these variables; None when it has to be left to graphql-core."""
        key = (document, operation.name and operation.name.value, document.facts.answers(variables))
        found = self._kept.get(key)
        if found is None:
            found = self._compile(document, operation, variables)
            self._kept.keep(key, found, 0 if isinstance(found, Unsupported) else found.size)
        return None if isinstance(found, Unsupported) else found

    def _compile(
        self, document: Document, operation: OperationDefinitionNode, variables: VariableValues
    ) -> Plan | Unsupported:
        try:
            return compile_operation(self._schema, document.node, operation, variables)
        except Unsupported as unsupported:
            # Without the frames that raised it, and what they hold.
            return unsupported.with_traceback(None)
