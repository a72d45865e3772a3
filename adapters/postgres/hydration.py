"""Rows to frozen entities at half the constructor's cost: lists make hundreds of them for each request."""

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
            members: list[Any] = list(source)
            source = {None: None, **{member.value: member for member in members}}
        if isinstance(source, Mapping):
            value = f"make_{name}[{value}]"
        elif source is not None:
            value = f"make_{name}(row)"
        things[f"make_{name}"] = source
        lines.append(f"    put_{name}(made, {value})")
    if checked and hasattr(entity, "__post_init__"):
        lines.append("    made.__post_init__()")
    exec("\n".join([*lines, "    return made"]), things)  # noqa: S102 - as dataclasses do; the names are our own
    return things["hydrate"]
