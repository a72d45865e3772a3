"""Rows to frozen entities, without the cost of their constructors: lists make hundreds for each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import EnumType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from asyncpg import Record

Entity = TypeVar("Entity")
Source: TypeAlias = "EnumType | Mapping[Any, Any] | Callable[[Record], Any]"


def hydrator(
    entity: type[Entity], made: Mapping[str, Source] | None = None, *, checked: bool = True
) -> Callable[[Record], Entity]:
    """A function from a row to a frozen, slotted dataclass; it raises what the entity's own checks raise.

    A field is the column of its name, unless `made` says what else: an enum, whose member the column names; a mapping
    that has the column's values; or a function of the row. `checked=False` leaves out `__post_init__`.

    A frozen dataclass's own constructor looks each slot up by its name; this one is written in the same way, with the
    slots at hand.
    """
    things: dict[str, Any] = {"new": object.__new__, "entity": entity}
    lines = ["def hydrate(row):", "    made = new(entity)"]
    for name in (field.name for field in fields(entity)):  # pyright: ignore[reportArgumentType]
        things[f"put_{name}"] = getattr(entity, name).__set__
        source = (made or {}).get(name)
        value = f"row[{name!r}]"
        if isinstance(source, EnumType):
            source = _members(source)
        if isinstance(source, Mapping):
            value = f"make_{name}[{value}]"
        elif source is not None:
            value = f"make_{name}(row)"
        things[f"make_{name}"] = source
        lines.append(f"    put_{name}(made, {value})")
    if checked and hasattr(entity, "__post_init__"):
        lines.append("    made.__post_init__()")
    # As dataclasses make their constructors; all names in it are our own.
    exec("\n".join([*lines, "    return made"]), things)  # noqa: S102  # nosec B102
    return things["hydrate"]


def view(entity: type[Entity], made: Mapping[str, Source] | None = None) -> Callable[[Record], Entity]:
    """As `hydrator`, for reading only: a field is taken from the row when it is asked for.

    A list asks for ten of fifty columns, and what nobody asks for is not even looked at. The checks of the entity are
    not made, and `replace` fails: whoever changes an entity loads it in a unit of work.
    """
    names = [field.name for field in fields(entity)]  # pyright: ignore[reportArgumentType]
    members: dict[str, Any] = {name: property(_taken(name, (made or {}).get(name))) for name in names}

    def equal(self: Any, other: object) -> bool:  # noqa: ANN401 - of the class below
        return isinstance(other, entity) and all(getattr(self, name) == getattr(other, name) for name in names)

    members |= {"__slots__": ("row",), "__eq__": equal, "__hash__": entity.__hash__, "__doc__": entity.__doc__}
    viewed: Any = type(entity.__name__, (entity,), members)
    new, put = object.__new__, viewed.row.__set__

    def view_of(row: Record) -> Entity:
        one = new(viewed)
        put(one, row)
        return one

    return view_of


def _taken(name: str, source: Source | None) -> Callable[[Any], Any]:
    if isinstance(source, EnumType):
        source = _members(source)
    if source is None:
        return lambda self: self.row[name]
    if isinstance(source, Mapping):
        members: Mapping[Any, Any] = source
        return lambda self: members[self.row[name]]
    make: Callable[[Record], Any] = source
    return lambda self: make(self.row)


def _members(kind: EnumType) -> Mapping[Any, Any]:
    members: list[Any] = list(kind)
    return {None: None, **{member.value: member for member in members}}
