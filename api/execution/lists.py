"""Lists: all items of all lists of a column are completed as one column."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError
from graphql.pyutils import is_async_iterable, is_iterable

from api.execution.failures import CutShort
from api.execution.places import Items, column_of
from api.execution.values import settled
from api.execution.waiting import caught, together

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

    from api.execution.executor import Run
    from api.execution.places import Place
    from api.execution.plan import Values

_NONE = type(None)


class ListOf:
    """Completes lists of whatever `items` completes."""

    def __init__(self, items: Values, *, nullable: bool) -> None:
        self.nullable = nullable
        self.waits = items.waits
        self.items = items
        self._kinds = frozenset({list, tuple, _NONE} if nullable else {list, tuple})

    async def complete(self, values: list[Any], place: Place, run: Run) -> list[Any]:
        """A list for each."""
        if not self._kinds.issuperset(map(type, values)):
            values = await self._lists(values, place, run)
        flat = list(chain.from_iterable(filter(None, values)))
        if not flat:
            return [None if items is None else [] for items in values]
        done = iter(await self.items.complete(flat, Items(place, values, nullable=self.items.nullable), run))
        return [None if items is None else list(islice(done, len(items))) for items in values]

    async def _lists(self, values: list[Any], place: Place, run: Run) -> list[Any]:
        """Lists of whatever can be iterated."""
        values = await settled(values, place, run)
        coming = [index for index, value in enumerate(values) if is_async_iterable(value)]
        for index, items in zip(coming, await together([caught(_all(values[i])) for i in coming]), strict=True):
            values[index] = items
        for index, value in enumerate(values):
            try:
                values[index] = None if value is None else _items(value, place, index)
            except Exception as error:  # noqa: BLE001 - an iterator may raise anything
                run.fail(place, index, error)
                values[index] = None
        return values


async def _all(iterable: AsyncIterable[Any]) -> list[Any]:
    items: list[Any] = []
    try:
        async for item in iterable:
            items.append(item)  # noqa: PERF401 - what came before an error stays
    except Exception as error:  # noqa: BLE001 - an iterator may raise anything
        items.append(_cut_short(error))
    return items


def _items(value: Any, place: Place, index: int) -> list[Any]:  # noqa: ANN401 - what a resolver gave for a list
    if isinstance(value, Exception):
        raise value
    if not is_iterable(value):
        field = column_of(place, index)[0].field
        raise GraphQLError(f"Expected Iterable, but did not find one for field '{field.parent_type}.{field.name}'.")
    items: list[Any] = []
    try:
        items.extend(value)
    except Exception as error:  # noqa: BLE001 - an iterator may raise anything
        items.append(_cut_short(error))
    return items


def _cut_short(error: Exception) -> CutShort:
    cut_short = CutShort()
    cut_short.__cause__ = error
    return cut_short
