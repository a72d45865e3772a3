"""What all ways to complete a value have in common."""

from __future__ import annotations

from functools import lru_cache
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from graphql import Undefined

from api.execution.places import column_of

if TYPE_CHECKING:
    from api.execution.executor import Run
    from api.execution.places import Place


@lru_cache(maxsize=4096)
def is_ordinary(kind: type) -> bool:
    """Whether instances of a class are values as they are: not null, no error, nothing to wait for."""
    return not (
        issubclass(kind, (Exception, GeneratorType))
        or hasattr(kind, "__await__")
        or kind is type(None)
        or kind is type(Undefined)
    )


async def settled(values: list[Any], place: Place, run: Run) -> list[Any]:
    """The values when they have come, with None for errors and for null; where null may not be, it is an error."""
    values = [None if value is Undefined else value for value in await run.settle(values, place)]
    if not place.nullable:
        for index, value in enumerate(values):
            if value is None:
                field = column_of(place, index)[0].field
                message = f"Cannot return null for non-nullable field {field.parent_type}.{field.name}."
                run.fail(place, index, TypeError(message))
    return values
