"""Where the values of a level stand. A level is placed at no cost; the place of one value is told when it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from graphql.pyutils import Path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.execution.plan import Field


class Place(Protocol):
    """The places of all values of a column, a list's items, or some of them; `index` says which value is meant."""

    nullable: bool

    def above(self, index: int, /) -> tuple[Place, int]:
        """The place that this value is a part of; raise `LookupError` at the root."""
        ...

    def step(self, index: int, /) -> tuple[int, str | int] | None:
        """How it is reached from above: its rank among its siblings and its key; None when it is the same place."""
        ...


class Root:
    """The operation's root object: `data` itself."""

    __slots__ = ()
    nullable = True

    def above(self, index: int) -> tuple[Place, int]:
        """Nothing is above."""
        raise LookupError(index)

    def step(self, _index: int) -> tuple[int, str | int] | None:
        """Nothing leads here."""


class Column:
    """The values of one field, one for each object of a level."""

    __slots__ = ("field", "level", "nullable")

    def __init__(self, level: Place, field: Field) -> None:
        self.level = level
        self.field = field
        self.nullable = field.values.nullable

    def above(self, index: int) -> tuple[Place, int]:
        """The object that has the field."""
        return self.level, index

    def step(self, _index: int) -> tuple[int, str | int] | None:
        """The response key."""
        return self.field.rank, self.field.key


class Items:
    """The items of all lists of a column, one after the other."""

    __slots__ = ("lists", "nullable", "of")

    def __init__(self, of: Place, lists: Sequence[Sequence[Any] | None], *, nullable: bool) -> None:
        self.of = of
        self.lists = lists
        self.nullable = nullable

    def above(self, index: int) -> tuple[Place, int]:
        """The list."""
        return self.of, self._find(index)[0]

    def step(self, index: int) -> tuple[int, str | int] | None:
        """The index in its list."""
        position = self._find(index)[1]
        return position, position

    def _find(self, index: int) -> tuple[int, int]:
        for number, items in enumerate(self.lists):
            size = len(items or ())
            if index < size:
                return number, index
            index -= size
        raise LookupError(index)


class Some:
    """Those values of a place that are there, or of one type."""

    __slots__ = ("chosen", "of")
    # Whether the value may be null is known above: this is no place of its own.
    nullable = False

    def __init__(self, of: Place, chosen: Sequence[int]) -> None:
        self.of = of
        self.chosen = chosen

    def above(self, index: int) -> tuple[Place, int]:
        """The same value among all."""
        return self.of, self.chosen[index]

    def step(self, _index: int) -> tuple[int, str | int] | None:
        """The same place."""


ROOT = Root()


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One value's place in the answer.

    `ranks` orders positions as the document asks for them; the first `landing` steps lead to the nearest position
    that may be null, which is where an error of this value leaves its null.
    """

    path: tuple[str | int, ...]
    ranks: tuple[int, ...]
    landing: int


def locate(place: Place, index: int) -> Position:
    """Tell one value's position."""
    keys: list[str | int] = []
    ranks: list[int] = []
    fallen: int | None = None
    while place is not ROOT:
        if fallen is None and place.nullable:
            fallen = len(keys)
        step = place.step(index)
        if step is not None:
            ranks.append(step[0])
            keys.append(step[1])
        place, index = place.above(index)
    landing = 0 if fallen is None else len(keys) - fallen
    return Position(path=tuple(reversed(keys)), ranks=tuple(reversed(ranks)), landing=landing)


def column_of(place: Place, index: int = 0) -> tuple[Column, int]:
    """The column that a value is within, and of which object there."""
    while not isinstance(place, Column):
        place, index = place.above(index)
    return place, index


def resolve_path(place: Place, index: int) -> Path:
    """The path that graphql-core hands to resolvers."""
    steps: list[tuple[str | int, str | None]] = []
    while place is not ROOT:
        step = place.step(index)
        if step is not None:
            steps.append((step[1], place.field.parent_type.name if isinstance(place, Column) else None))
        place, index = place.above(index)
    key, typename = steps.pop()
    path = Path(None, key, typename)
    for key, typename in reversed(steps):
        path = Path(path, key, typename)
    return path
