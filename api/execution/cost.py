"""What an operation may cost at most, in objects fetched, from its text and variables alone.

A field that leads to objects costs one per parent; what stands below it is asked of each of its rows. A page has as
many rows as `first` or `last` says, a look-up by `ids` as many as there are, any other list is taken for a handful.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value

from api.execution.guard import INTROSPECTION_FIELDS
from domain.kernel.paging import DEFAULT_PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import (
        DocumentNode,
        GraphQLField,
        GraphQLNamedType,
        GraphQLSchema,
        OperationDefinitionNode,
        SelectionSetNode,
        ValueNode,
    )

LIST_SIZE = 5
_PAGE_ARGUMENTS = ("first", "last")
_IDS = "ids"
SIZE_ARGUMENTS = frozenset({*_PAGE_ARGUMENTS, _IDS})
"""What the cost of a field depends on besides its place."""


@dataclass(frozen=True, slots=True)
class _Cost:
    """The cost for one parent. On a connection `per_row` comes once for each row of the page: edges and nodes."""

    fixed: int = 0
    per_row: int = 0

    def __add__(self, other: _Cost) -> _Cost:
        return _Cost(self.fixed + other.fixed, self.per_row + other.per_row)


class CostReader:
    """Reads the costs of one document's operations with these coerced variables.

    `visited` counts the selections that were looked at: a fragment is read once, however often it is spread.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self.visited = 0
        self._schema = schema
        self._variables = variables
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._known: dict[str, _Cost] = {}

    def of_operation(self, operation: OperationDefinitionNode) -> int:
        """The cost of a valid operation."""
        root = self._schema.get_root_type(operation.operation)
        assert root is not None, "validation has seen that the schema has this root"
        return self._of_set(operation.selection_set, root).fixed

    def _of_set(self, selections: SelectionSetNode, parent: GraphQLNamedType) -> _Cost:
        cost = _Cost()
        for selection in selections.selections:
            self.visited += 1
            if isinstance(selection, FieldNode):
                cost += self._of_field(selection, parent)
            elif isinstance(selection, FragmentSpreadNode):
                cost += self._of_fragment(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                on = parent if condition is None else self._schema.type_map[condition.name.value]
                cost += self._of_set(selection.selection_set, on)
        return cost

    def _of_fragment(self, name: str) -> _Cost:
        if name not in self._known:
            fragment = self._fragments[name]
            on = self._schema.type_map[fragment.type_condition.name.value]
            self._known[name] = self._of_set(fragment.selection_set, on)
        return self._known[name]

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType) -> _Cost:
        # The guard has counted introspection, which asks nobody for rows.
        if node.selection_set is None or node.name.value in INTROSPECTION_FIELDS:
            return _Cost()
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType), "a union has no fields of its own"
        field = parent.fields[node.name.value]
        kind = get_named_type(field.type)
        assert is_composite_type(kind), "validation has seen that only objects have fields"
        below = self._of_set(node.selection_set, cast("GraphQLNamedType", kind))
        if any(name in field.args for name in _PAGE_ARGUMENTS):
            return _Cost(1 + below.fixed + below.per_row * self._page_size(node, field))
        of_each = below.fixed + below.per_row * DEFAULT_PAGE
        if not _is_list(field):
            return _Cost(1 + of_each)
        if parent.name.endswith("Connection"):
            return _Cost(1, of_each)
        return _Cost(1 + of_each * self._list_size(node, field))

    def _page_size(self, node: FieldNode, field: GraphQLField) -> int:
        sizes = [self._number(node, field, name) for name in _PAGE_ARGUMENTS]
        given = [size for size in sizes if size is not None]
        return max(0, *given) if given else DEFAULT_PAGE

    def _list_size(self, node: FieldNode, field: GraphQLField) -> int:
        if _IDS not in field.args:
            return LIST_SIZE
        literal = _literal(node, _IDS)
        if isinstance(literal, VariableNode):
            value = self._variables.get(literal.name.value)
            return len(value) if isinstance(value, list) else 1
        return len(literal.values) if isinstance(literal, ListValueNode) else 1

    def _number(self, node: FieldNode, field: GraphQLField, name: str) -> int | None:
        """The value of an argument that is an `Int`, or None."""
        argument = field.args.get(name)
        if argument is None:
            return None
        literal = _literal(node, name)
        value: object = coerce_default_value(argument)
        if isinstance(literal, VariableNode):
            value = self._variables.get(literal.name.value, value)
        elif isinstance(literal, IntValueNode):
            value = int(literal.value)
        elif isinstance(literal, NullValueNode):
            value = None
        return value if isinstance(value, int) else None


def _literal(node: FieldNode, name: str) -> ValueNode | None:
    for argument in node.arguments or ():
        if argument.name.value == name:
            return argument.value
    return None


def _is_list(field: GraphQLField) -> bool:
    kind = field.type
    return is_list_type(kind.of_type if is_non_null_type(kind) else kind)
