"""Limits on a document's shape, checked before validation, whose own work grows with that shape.

One pass over each definition: a fragment is measured once, however often it is spread. Fragments that spread each
other twice describe a tree that doubles with each of them; whoever walks that tree has lost already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
)

from api.execution.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import DocumentNode, SelectionNode, SelectionSetNode

INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})
# Selection sets within each other, inline fragments and spreads included: they nest without adding to the depth.
_NESTING = 100
_ASTRONOMIC = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may ask for. Introspection has a budget of its own: its standard query is deep and long."""

    text_bytes: int = 64 * 1024
    tokens: int = 2_000
    definitions: int = 30
    depth: int = 12
    fields: int = 500
    aliases: int = 30
    directives: int = 10
    introspection_depth: int = 20
    introspection_fields: int = 300
    validation_errors: int = 20
    cost: int = 20_000


@dataclass(frozen=True, slots=True)
class Size:
    """How large a selection is with its fragments written out; `schema_` counts what introspects."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    schema_depth: int = 0
    schema_fields: int = 0

    def beside(self, other: Size) -> Size:
        """Both selections in one set."""
        return Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            max(self.schema_depth, other.schema_depth),
            self.schema_fields + other.schema_fields,
        )

    def introspecting(self) -> Size:
        """The same, counted as introspection."""
        return Size(0, 0, self.aliases, self.directives, self.depth, self.fields)

    def below(self, field: FieldNode) -> Size:
        """The field with this selection below it."""
        aliases = self.aliases + (field.alias is not None)
        if field.name.value in INTROSPECTION_FIELDS:
            return Size(self.depth + 1, self.fields + 1, aliases, self.directives).introspecting()
        # Introspection fields exist at the root only: deeper ones are an error that validation tells.
        return Size(self.depth + 1, self.fields + 1, aliases, self.directives, self.schema_depth, self.schema_fields)


class Guard:
    """Measures the definitions of one document. `visited` counts the selections that were looked at."""

    def __init__(self, document: DocumentNode) -> None:
        self.visited = 0
        self._document = document
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._measured: dict[str, Size] = {}
        self._measuring: set[str] = set()

    def sizes(self) -> Iterator[Size]:
        """The size of each operation, and of each fragment: validation looks at those that nobody spreads as well."""
        for definition in self._document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                own = len(definition.directives or ())
                own += sum(len(variable.directives or ()) for variable in definition.variable_definitions or ())
                yield self._of_set(definition.selection_set, 0).beside(Size(directives=own))
        for name, fragment in self._fragments.items():
            size = self._of_fragment(name, 0)
            # The standard introspection query is made of fragments on __Schema, __Type and the like.
            yield size.introspecting() if fragment.type_condition.name.value.startswith("__") else size

    def _of_set(self, selections: SelectionSetNode, nesting: int) -> Size:
        if nesting > _NESTING:
            raise _too_complex("the nesting", nesting, _NESTING)
        size = Size()
        for selection in selections.selections:
            size = size.beside(self._of_selection(selection, nesting))
        return size

    def _of_selection(self, selection: SelectionNode, nesting: int) -> Size:
        self.visited += 1
        if isinstance(selection, FragmentSpreadNode):
            size = self._of_fragment(selection.name.value, nesting + 1)
        else:
            below: SelectionSetNode | None = getattr(selection, "selection_set", None)
            size = Size() if below is None else self._of_set(below, nesting + 1)
        if isinstance(selection, FieldNode):
            size = size.below(selection)
        directives = len(selection.directives or ())
        return size.beside(Size(directives=directives)) if directives else size

    def _of_fragment(self, name: str, nesting: int) -> Size:
        known = self._measured.get(name)
        if known is not None:
            return known
        # Unknown fragments and cycles are errors that validation tells.
        if name not in self._fragments or name in self._measuring:
            return Size()
        self._measuring.add(name)
        fragment = self._fragments[name]
        size = self._of_set(fragment.selection_set, nesting)
        size = size.beside(Size(directives=len(fragment.directives or ())))
        self._measuring.discard(name)
        self._measured[name] = size
        return size


def check_document(document: DocumentNode, limits: Limits) -> bool:
    """Whether the document introspects; raise `GraphQLError` (QUERY_TOO_COMPLEX) when it breaks a limit."""
    if len(document.definitions) > limits.definitions:
        raise _too_complex("the number of definitions", len(document.definitions), limits.definitions)
    introspects = False
    for size in Guard(document).sizes():
        for what, actual, most in (
            ("the depth", size.depth, limits.depth),
            ("the number of fields", size.fields, limits.fields),
            ("the number of aliases", size.aliases, limits.aliases),
            ("the number of directives", size.directives, limits.directives),
            ("the depth of introspection", size.schema_depth, limits.introspection_depth),
            ("the number of introspection fields", size.schema_fields, limits.introspection_fields),
        ):
            if actual > most:
                raise _too_complex(what, actual, most)
        introspects = introspects or size.schema_fields > 0
    return introspects


def _too_complex(what: str, actual: int, most: int) -> GraphQLError:
    seen = str(actual) if actual < _ASTRONOMIC else "over a billion"
    message = f"This query is too large: {what} is {seen}, at most {most} is allowed. Split it."
    return GraphQLError(message, extensions={"code": Code.QUERY_TOO_COMPLEX})
