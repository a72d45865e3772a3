"""What an operation takes of the entities behind a field's objects, so that a read may leave out all else."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

from api.connection import Connection, Edge
from api.execution.lists import ListOf
from api.execution.objects import ObjectOf
from api.execution.readers import Attribute, Batch, Typename

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphql import GraphQLObjectType

    from api.context import Asked
    from api.derivation import Derivation
    from api.execution.plan import Field, Values

_ENTITY = "entity"
# The fields of pages, and whether rows are below. What is not, asks for no more of a row than its place in the list.
_OF_PAGES: Mapping[type, Mapping[str, bool]] = {
    Connection: {"nodes": True, "edges": True, "pageInfo": False},
    Edge: {"node": True, "cursor": False},
}


class _Untold(Exception):
    """A field does not say what it takes."""


def asked_of(values: Values) -> Asked:
    """The paths from an entity to all that is taken of it; None where one field does not say what it takes.

    The entities are what the field's objects, or the rows of its pages, hold as `entity`. Derived fields and relations
    say what they take; methods, interfaces and unions do not.
    """
    try:
        return frozenset(_asked(values))
    except _Untold:
        return None


def _asked(values: Values) -> Iterator[str]:
    while isinstance(values, ListOf):
        values = values.items
    if not isinstance(values, ObjectOf):
        raise _Untold
    for field in values.selection.fields:
        of_page = _OF_PAGES.get(_generic(field.parent_type), {}).get(field.name)
        if isinstance(field.reader, Typename) or of_page is False:
            continue
        if of_page:
            yield from _asked(field.values)
        else:
            yield from map(_from_entity, _taken(field))


def _generic(type_: GraphQLObjectType) -> Any:  # noqa: ANN401 - a class
    """The class of ours that a type is made of for one kind of rows."""
    definition = getattr(type_.extensions.get("strawberry-definition"), "concrete_of", None)
    return None if definition is None else definition.origin


def _taken(field: Field) -> Iterable[str]:
    reader = field.reader
    paths: Iterable[str] = ()
    if isinstance(reader, Batch):
        paths = reader.takes
    elif isinstance(reader, Attribute) and reader.is_derived:
        paths = _followed(reader.derivation, field.values)
    if not paths:
        raise _Untold
    return paths


def _followed(derivation: Derivation, values: Values) -> list[str]:
    """The paths that a value follows from; where it is an object that only holds them, those asked for below it."""
    named = derivation.named
    if derivation.paths or not _holds(derivation.make) or not isinstance(values, ObjectOf):
        return [*derivation.paths, *named.values()]
    found: list[str] = []
    for field in values.selection.fields:
        if isinstance(field.reader, Typename):
            continue
        for path in _taken(field):
            head, dot, rest = path.partition(".")
            if head not in named:
                raise _Untold
            found.append(f"{named[head]}{dot}{rest}")
    return found or [*named.values()]


def _holds(make: Any) -> bool:  # noqa: ANN401 - a function, or a class
    """Whether it is a class whose instances hold what they are made of, and do nothing with it."""
    return isinstance(make, type) and is_dataclass(make) and not hasattr(make, "__post_init__")


def _from_entity(path: str) -> str:
    head, _, rest = path.partition(".")
    if head != _ENTITY or not rest:
        raise _Untold
    return rest
