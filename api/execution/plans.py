"""Plans that were compiled once, and are kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from api.execution.compiler import Unsupported, compile_operation

if TYPE_CHECKING:
    from graphql import GraphQLSchema, OperationDefinitionNode
    from graphql.execution.values import VariableValues

    from api.execution.documents import Document
    from api.execution.plan import Plan

MOST_PLANS = 1_000
MOST_FIELDS = 50_000


class Plans:
    """The plans of one schema's operations, least recently used forgotten first.

    An operation has one for each set of answers to its `@skip` and `@include`.
    """

    def __init__(self, schema: GraphQLSchema, *, most_plans: int = MOST_PLANS, most_fields: int = MOST_FIELDS) -> None:
        self._schema = schema
        self._most_plans = most_plans
        self._most_fields = most_fields
        self._fields = 0
        self._kept: OrderedDict[Any, Plan | None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def fields_kept(self) -> int:
        """How many fields all plans have that are kept."""
        return self._fields

    def of(self, document: Document, operation: OperationDefinitionNode, variables: VariableValues) -> Plan | None:
        """The plan of an operation with these variables; None when it has to be left to graphql-core."""
        key = (document, operation, document.conditions.answers(variables))
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        try:
            plan = compile_operation(self._schema, document.node, operation, variables)
        except Unsupported:
            plan = None
        self._kept[key] = plan
        self._fields += _size(plan)
        while len(self._kept) > self._most_plans or (self._fields > self._most_fields and len(self._kept) > 1):
            self._fields -= _size(self._kept.popitem(last=False)[1])
        return plan


def _size(plan: Plan | None) -> int:
    return 0 if plan is None else plan.size
