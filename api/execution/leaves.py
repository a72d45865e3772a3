"""Scalars and enums: a serialiser for a whole column, chosen when the operation is compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from graphql.execution import Executor
from graphql.type import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

from api.execution.values import is_ordinary, settled

if TYPE_CHECKING:
    from graphql import GraphQLLeafType

    from api.execution.executor import Run
    from api.execution.places import Place

_NONE = type(None)
_NOTHING = frozenset({_NONE, type(Undefined)})
# Instances of exactly these classes are written as they are.
_AS_THEY_ARE: dict[str, tuple[GraphQLLeafType, type]] = {
    type_.name: (type_, kind)
    for type_, kind in ((GraphQLString, str), (GraphQLID, str), (GraphQLBoolean, bool), (GraphQLInt, int))
}


class Leaf:
    """Completes scalars and enums. `_column` is the fast way, and gives None when a value needs a closer look.

    A scalar's serialiser may bring another, `of_column`, that writes many values at once.
    """

    waits = False

    def __init__(self, type_: GraphQLLeafType, *, nullable: bool) -> None:
        self.nullable = nullable
        self._type = type_
        self._write = getattr(type_.coerce_output_value, "of_column", None) or self._one_by_one

    async def complete(self, values: list[Any], place: Place, run: Run) -> list[Any]:
        """The values as the answer has them."""
        done = self._column(values)
        if done is not None:
            return done
        done = []
        for index, value in enumerate(await settled(values, place, run)):
            try:
                done.append(None if value is None else Executor.complete_leaf_value(self._type, value))
            except Exception as error:  # noqa: BLE001 - a scalar may raise anything
                run.fail(place, index, error)
                done.append(None)
        return done

    def _column(self, values: list[Any]) -> list[Any] | None:
        """Serialise what are values for sure; a null or an error among them needs the closer look."""
        if not all(map(is_ordinary, set(map(type, values)))):
            return None
        try:
            done = self._write(values)
        except Exception:  # noqa: BLE001 - it is asked again, value by value
            return None
        # A serialiser that raises StopIteration ends the loop of `map` in silence.
        return done if len(done) == len(values) and _NOTHING.isdisjoint(map(type, done)) else None

    def _one_by_one(self, values: list[Any]) -> list[Any]:
        return list(map(self._type.coerce_output_value, values))


class Plain(Leaf):
    """Values of one class, which are written as they are."""

    def __init__(self, type_: GraphQLLeafType, kind: type, *, nullable: bool) -> None:
        super().__init__(type_, nullable=nullable)
        self.kind = kind
        self._kinds = frozenset({kind, _NONE} if nullable else {kind})

    def _column(self, values: list[Any]) -> list[Any] | None:
        return values if self._kinds.issuperset(map(type, values)) else None


class Text(Plain):
    """A scalar that `str` writes: exact texts stay as they are."""

    def _column(self, values: list[Any]) -> list[Any] | None:
        done = super()._column(values)
        return super(Plain, self)._column(values) if done is None else done


class Whole(Plain):
    """`Int`: 32 bits."""

    def _column(self, values: list[Any]) -> list[Any] | None:
        if super()._column(values) is None:
            return None
        numbers = [value for value in values if value is not None] or [0]
        return values if min(numbers) >= GRAPHQL_MIN_INT and max(numbers) <= GRAPHQL_MAX_INT else None


class Member(Plain):
    """An enum of ours: its names by its members."""

    def __init__(self, type_: GraphQLEnumType, kind: type, names: dict[Any, str | None], *, nullable: bool) -> None:
        super().__init__(type_, kind, nullable=nullable)
        self.names = names | {None: None}

    def _column(self, values: list[Any]) -> list[Any] | None:
        return None if super()._column(values) is None else list(map(self.names.__getitem__, values))


def leaf_of(type_: GraphQLLeafType, *, nullable: bool) -> Leaf:
    """The fastest way to write values of a type that means the same as its own."""
    known = _AS_THEY_ARE.get(type_.name)
    if known is not None and known[0] is type_:
        return (Whole if type_ is GraphQLInt else Plain)(type_, known[1], nullable=nullable)
    if isinstance(type_, GraphQLScalarType):
        if type_.coerce_output_value is str:
            return Text(type_, str, nullable=nullable)
        return Leaf(type_, nullable=nullable)
    kind = getattr(type_, "wrapped_cls", None)
    if kind is None:
        return Leaf(type_, nullable=nullable)
    return Member(type_, kind, {member: type_.coerce_output_value(member) for member in kind}, nullable=nullable)
