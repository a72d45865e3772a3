"""From a valid operation to its plan."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    OperationType,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields, collect_subfields
from graphql.type.directives import GraphQLDisableErrorPropagationDirective

from api.execution.asked import asked_of
from api.execution.facts import facts_of
from api.execution.leaves import leaf_of
from api.execution.lists import ListOf
from api.execution.objects import AbstractOf, ObjectOf
from api.execution.plan import Field, Plan, Selection
from api.execution.readers import Batch, Typename, reader_of

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode
    from graphql.execution.collect_fields import CollectedFields, FieldDetailsList
    from graphql.execution.values import VariableValues

    from api.execution.plan import Values


class Unsupported(Exception):
    """The operation asks for something that only graphql-core's executor knows."""


def compile_operation(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
) -> Plan:
    """The plan of a valid operation; raise `Unsupported` for what has to be left to graphql-core.

    Of the variables only those count that `@skip` and `@include` ask for: the plan holds for all requests that agree
    on them.
    """
    facts = facts_of(document)
    if facts.introspects:
        raise Unsupported("Introspection is graphql-core's.")
    if not all(isinstance(answer, bool) for answer in facts.answers(variables)):
        raise Unsupported("A condition that is neither true nor false is an error of graphql-core's.")
    return _Compiler(schema, document, operation, facts.deciding(variables)).plan()


class _Compiler:
    """Collects fields with graphql-core's own functions: they know how fragments merge and what is skipped."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._strawberry = getattr(schema, "_strawberry_schema", None)
        self._operation = operation
        self._variables = variables
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._size = 0
        self._details = {name: FragmentDetails(fragment) for name, fragment in self._fragments.items()}

    def plan(self) -> Plan:
        operation, schema = self._operation, self._schema
        root_type = schema.get_root_type(operation.operation)
        if operation.operation is OperationType.SUBSCRIPTION or root_type is None:
            raise Unsupported("There is no such root to execute.")
        if schema.get_directive("defer") or schema.get_directive("stream"):
            raise Unsupported("Answers in parts are graphql-core's.")
        if any(fragment.variable_definitions for fragment in self._fragments.values()):
            raise Unsupported("Fragments with variables of their own are graphql-core's.")
        if any(d.name.value == GraphQLDisableErrorPropagationDirective.name for d in operation.directives or ()):
            raise Unsupported("Errors that leave no null above them are graphql-core's.")
        fields = collect_fields(schema, self._details, self._variables, root_type, operation)
        root = self._selection(root_type, fields)
        return Plan(
            schema=schema,
            operation=operation,
            fragments=self._fragments,
            root=root,
            serially=operation.operation is OperationType.MUTATION,
            size=self._size,
        )

    def _selection(self, parent_type: GraphQLObjectType, collected: CollectedFields) -> Selection:
        fields: list[Field] = []
        for key, details in collected.grouped_field_set.items():
            field = self._field(parent_type, key, details, len(fields))
            if field is not None:
                fields.append(field)
        self._size += len(fields)
        return Selection(fields=fields)

    def _field(self, parent_type: GraphQLObjectType, key: str, details: FieldDetailsList, rank: int) -> Field | None:
        node = details[0].node
        name = node.name.value
        definition = self._schema.get_field(parent_type, name)
        if definition is None:
            return None
        reader = Typename(parent_type.name) if name == "__typename" else reader_of(node, definition, self._strawberry)
        values = self._values(definition.type, details)
        return Field(
            key=key,
            rank=rank,
            name=name,
            parent_type=parent_type,
            definition=definition,
            nodes=[detail.node for detail in details],
            reader=reader,
            values=values,
            asked=asked_of(values) if isinstance(reader, Batch) else None,
        )

    def _values(self, type_: Any, details: FieldDetailsList) -> Values:  # noqa: ANN401 - any output type
        nullable = not isinstance(type_, GraphQLNonNull)
        kind = type_ if nullable else type_.of_type
        if isinstance(kind, GraphQLList):
            return ListOf(self._values(kind.of_type, details), nullable=nullable)
        if is_leaf_type(kind):
            return leaf_of(kind, nullable=nullable)
        if is_abstract_type(kind):
            possible = self._schema.get_possible_types(kind)
            return AbstractOf(kind, possible, cache(partial(self._below, details)), nullable=nullable)
        assert isinstance(kind, GraphQLObjectType), "there are no other output types"
        return ObjectOf(kind, self._below(details, kind), nullable=nullable)

    def _below(self, details: FieldDetailsList, type_: GraphQLObjectType) -> Selection:
        return self._selection(
            type_, collect_subfields(self._schema, self._details, self._variables, self._operation, type_, details)
        )
