"""What the compiler makes of an operation: for each object type that is met, which fields are read and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from graphql import (
        FieldNode,
        FragmentDefinitionNode,
        GraphQLField,
        GraphQLObjectType,
        GraphQLSchema,
        OperationDefinitionNode,
    )

    from api.context import Asked
    from api.execution.executor import Run
    from api.execution.places import Column, Place


class Reader(Protocol):
    """How a field is read from all objects of a level.

    `waits` says that something has to be waited for, `unsure` that this shows in the values only.
    """

    waits: bool
    unsure: bool

    def read(self, objects: list[Any], column: Column, run: Run, /) -> list[Any] | Awaitable[list[Any]]:
        """A value for each object; an exception among them is that object's error."""
        ...


class Values(Protocol):
    """How the values of a place are completed, as the type of the field says."""

    nullable: bool
    waits: bool

    async def complete(self, values: list[Any], place: Place, run: Run, /) -> list[Any]:
        """What stands in the answer for each value; None for an error, which the run is told of."""
        ...


@dataclass(slots=True, kw_only=True, eq=False)
class Field:
    """A field of a selection. `rank` is its number there, `nodes` are all places of the document that ask for it.

    `asked` is what is taken of the entities behind its objects.
    """

    key: str
    rank: int
    name: str
    parent_type: GraphQLObjectType
    definition: GraphQLField
    nodes: list[FieldNode]
    reader: Reader
    values: Values
    asked: Asked = None
    waits: bool = field(init=False)

    def __post_init__(self) -> None:
        self.waits = self.reader.waits or self.values.waits


@dataclass(slots=True, kw_only=True, eq=False)
class Selection:
    """What is asked of the objects of one type at one place of the operation."""

    fields: list[Field]
    keys: tuple[str, ...] = field(init=False)
    waits: bool = field(init=False)
    uses: int = 0
    shortcut: Callable[[list[Any]], list[dict[str, Any]]] | None = None
    rest: list[Field] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = tuple(field.key for field in self.fields)
        self.waits = any(field.waits for field in self.fields)


@dataclass(slots=True, kw_only=True, eq=False)
class Plan:
    """An operation, ready to be executed as often as wanted.

    `serially` is how mutations are; `size` is the number of fields that were compiled before it first ran.
    """

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    root: Selection
    serially: bool
    size: int
