"""Values that hurt, as functions of a seed: whoever asks for the same value again is given the same again.

A value's seed comes from where it stands (its parent's seed, its field, the field's arguments, its index), so two
executors see the same values in whatever order they ask.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from hashlib import blake2b
from math import inf, nan
from typing import TYPE_CHECKING, Any

from graphql import GraphQLEnumType, GraphQLError, GraphQLList, GraphQLNonNull, Undefined, is_leaf_type

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator


class Colour(Enum):
    """The values of the enum."""

    RED = "red"
    GREEN = 2


class Words:
    """An object that GraphQL's String may not write."""

    def __repr__(self) -> str:
        return "<words>"


class Text(str):
    """A string of a class of its own."""

    __slots__ = ()


class Number(int):
    """An integer of a class of its own."""


class Unwritable:
    """A custom scalar's value that fails to be written; `how` says in which way."""

    def __init__(self, how: str) -> None:
        self.how = how

    def __repr__(self) -> str:
        return f"<unwritable {self.how}>"


def below(seed: int, *what: object) -> int:
    """The seed of what stands below."""
    return int.from_bytes(blake2b(repr((seed, what)).encode(), digest_size=6).digest())


def chance(seed: int, what: str) -> float:
    """A number from 0 up to 1."""
    return below(seed, what) / 2**48


def one_of(seed: int, what: str, choices: list[Any], often: float = 0.15) -> Any:
    """The first of the choices, and any of them that often."""
    draw = chance(seed, what)
    return choices[int(draw / often * len(choices))] if draw < often else choices[0]


def failure(seed: int) -> Exception:
    """An exception of any kind."""
    kinds: list[Callable[[], Exception]] = [
        lambda: RuntimeError(f"failed {seed % 7}"),
        lambda: GraphQLError(f"told {seed % 7}"),
        lambda: GraphQLError("told more", extensions={"code": "TOLD", "seed": seed % 7}),
        ValueError,
        lambda: KeyError("missing"),
        StopIteration,
    ]
    return kinds[seed % len(kinds)]()


LEAVES: dict[str, list[Any]] = {
    "Int": [7, 0, -5, 2**31 - 1, 2**31, -(2**31) - 1, "12", "twelve", "", True, 1.0, 1.5, nan, inf, Number(9), Words()],
    "Float": [2.5, 0.0, -0.0, 3, True, 10**400, "1.5", "one", "", inf, -inf, nan, Decimal("1.10"), Number(4), Words()],
    "String": ["text", "", "é\x00\u2028", 5, 1.5, True, Text("own"), {"a": 1}, ["a"], nan, Colour.RED, Words(), b"raw"],
    "ID": ["id", "", 5, -1, 1.0, 1.5, True, Text("own"), Number(3), {"a": 1}, nan, Words(), Decimal(2)],
    "Boolean": [True, False, 0, 1, 2.0, 0.0, nan, "true", "", Number(1), Words()],
    "Colour": [Colour.RED, Colour.GREEN, "red", 2, "RED", [1], {}, Words(), True],
    "Odd": [
        "odd",
        5,
        {"any": [1, None]},
        False,
        0,
        "",
        *map(Unwritable, ("raise", "tell", "stop", "none", "undefined")),
    ],
}


@dataclass(frozen=True, slots=True)
class World:
    """How values are made: `make` makes an object of a composite type's name; `waits` allows what is awaited.

    `wrong` scales how often something is wrong.
    """

    make: Callable[[str, int], Any]
    waits: bool
    wrong: float = 1.0

    def happens(self, seed: int, what: str, probability: float) -> bool:
        """Whether something bad happens here."""
        return chance(seed, what) < probability * self.wrong

    def value(self, kind: Any, seed: int) -> Any:
        """A value for a place of that type, which may be wrong there."""
        if isinstance(kind, GraphQLNonNull):
            if self.happens(seed, "null", 0.02):
                return None if seed % 3 else Undefined
            kind = kind.of_type
        elif chance(seed, "null") < 0.1:
            return None if seed % 5 else Undefined
        if self.happens(seed, "failure", 0.03):
            return failure(seed)
        if isinstance(kind, GraphQLList):
            return self._items(kind.of_type, seed)
        if is_leaf_type(kind):
            return one_of(seed, "leaf", LEAVES.get(kind.name) or _plain(kind), 0.15 * self.wrong)
        return self.make(kind.name, seed)

    def _items(self, kind: Any, seed: int) -> Any:
        if self.happens(seed, "no list", 0.04):
            return [5, "text", {"a": 1}, b"raw", Words()][seed % 5]
        items = [self.item(kind, below(seed, index)) for index in range(seed % 4)]
        return self._collection(items, seed)

    def item(self, kind: Any, seed: int) -> Any:
        """A value for an item; it may have to be waited for."""
        value = self.value(kind, seed)
        return later(value, seed) if self.waits and chance(seed, "later") < 0.1 else value

    def _collection(self, items: list[Any], seed: int) -> Any:
        if self.waits and chance(seed, "collection") < 0.1:
            return _coming(items, failure(seed) if chance(seed, "breaks") < 0.1 else None)
        makers: list[Callable[[list[Any]], Any]] = [
            list,
            tuple,
            iter,
            lambda values: dict(enumerate(values)).values(),
            Own,
            _one_by_one,
            _set_if_possible,
        ]
        if self.happens(seed, "breaks", 0.02):
            return _breaking(items, failure(seed))
        return one_of(seed, "collection", makers, 0.5)(items)


def _plain(kind: Any) -> list[Any]:
    """Values of a scalar or an enum that is not of this schema."""
    return [*kind.values, "WRONG"] if isinstance(kind, GraphQLEnumType) else ["text", 5, True, {"any": "thing"}]


def later(value: Any, seed: int) -> Awaitable[Any]:
    """The value after some turns of the loop; what is an exception is raised, or comes as a value."""

    async def come() -> Any:
        for _ in range(seed % 3):
            await asyncio.sleep(0)
        if isinstance(value, Exception) and seed % 2:
            raise value
        return value

    return [come, lambda: asyncio.ensure_future(come()), lambda: Promise(come)][seed % 3]()


class Promise:
    """Something awaitable that is no coroutine."""

    def __init__(self, come: Callable[[], Awaitable[Any]]) -> None:
        self._come = come

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._come().__await__()


class Own:
    """A collection of a class of its own."""

    def __init__(self, items: list[Any]) -> None:
        self._all = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._all)


def _one_by_one(items: list[Any]) -> Iterator[Any]:
    yield from items


def _breaking(items: list[Any], broken: Exception) -> Iterator[Any]:
    yield from items
    raise broken


def _set_if_possible(items: list[Any]) -> Any:
    """A set, in the order of which two equal ones made alike do not differ."""
    return set(items) if all(isinstance(item, (int, str, type(None))) for item in items) else items


async def _coming(items: list[Any], broken: Exception | None) -> AsyncIterator[Any]:
    for item in items:
        await asyncio.sleep(0)
        yield item
    if broken is not None:
        raise broken
