"""A few operations that between them ask for every rule of execution, each compared with graphql-core's answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

import strawberry
from graphql import build_schema

from api.derivation import derived
from api.fields import batched
from domain.identity.permission import Permission
from tests.api.execution.both import both

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_PLAIN: Any = build_schema("""
  type Query { a: A  must: A!  many: [A!]  grid: [[Int!]]  hello(name: String = "you", times: Int): String  any: [Any]  named: [Named] number: Int }
  type Mutation { first: Int!  second: Int!  third: Int! }
  type A implements Named { name: String!  number: Int  must: Int!  a: A  many: [A!]!  wrong: B }
  type B implements Named { name: String!  size: Int }
  interface Named { name: String! }
  union Any = A | B
""")


def _is(name: str, value: Any, _info: Any) -> bool:
    return value.get("kind", name) == name


for _name in ("A", "B"):
    _PLAIN.get_type(_name).is_type_of = partial(_is, _name)


def _hello(_source: Any, _info: Any, **arguments: Any) -> str:
    return str(sorted(arguments.items()))


_PLAIN.query_type.fields["hello"].resolve = _hello


def _a(**values: Any) -> dict[str, Any]:
    return {"kind": "A", "name": "a", "number": 1, "must": 2, "many": [], **values}


def _b(**values: Any) -> dict[str, Any]:
    return {"kind": "B", "name": "b", "size": 3, **values}


_ERROR = ValueError("failed")


class Colour(Enum):
    RED = "red-value"
    BLUE = "blue-value"


class _Anybody:
    def scope(self, _permission: Any) -> None:
        return None


@dataclass(slots=True)
class _Asked:
    batches: dict[Any, Any] = field(default_factory=dict[Any, Any])
    turns: Any = field(default_factory=lambda: asyncio.Semaphore(2))
    actor: Any = field(default_factory=_Anybody)


async def _labels(leaves: list[Leaf], _reading: Any) -> list[str]:
    return [f"label {leaf.number}" for leaf in leaves]


async def _too_few(leaves: list[Leaf], _reading: Any) -> list[str | None]:
    return ["just one"]


async def _some(leaves: list[Leaf], _reading: Any) -> list[str]:
    answers: Any = [f"{leaf.number}" if leaf.number % 2 else ValueError(f"{leaf.number}") for leaf in leaves]
    return answers


_labels.__annotations__["return"] = list[str]
_too_few.__annotations__["return"] = list[str | None]
_some.__annotations__["return"] = list[str]


def _risky(leaf: Leaf) -> str:
    if leaf.number == 2:
        raise ValueError("this one fails")
    return "well"


@strawberry.type
class Leaf:
    number: int
    colour: strawberry.enum(Colour)  # pyright: ignore[reportInvalidTypeForm]
    text: str = "text"
    risky: str | None = derived("", _risky)
    label: str = batched(Permission.PAYMENTS_READ, "")(_labels)
    few: str | None = batched(Permission.PAYMENTS_READ, "")(_too_few)
    some: str = batched(Permission.PAYMENTS_READ, "")(_some)


def _leaves(numbers: list[int]) -> list[Leaf]:
    return [Leaf(number=number, colour=list(Colour)[number % 2], text=f"{number}") for number in numbers]


@strawberry.type
class Clock:
    now: int


class _Ticking(Clock):
    """Says something else each time that it is asked."""

    def __init__(self) -> None:
        self._asked = 0

    def _tick(self) -> int:
        self._asked += 1
        return self._asked

    now = property(_tick)  # pyright: ignore[reportAssignmentType]


@strawberry.type
class Query:
    @strawberry.field
    def clock(self) -> Clock:
        return _Ticking()

    @strawberry.field
    def leaves(self, numbers: list[int]) -> list[Leaf | None]:
        return [leaf if leaf.number else None for leaf in _leaves(numbers)]

    @strawberry.field
    def untyped(self) -> list[Leaf | None]:
        odd: Any = Leaf(number=2, colour=Colour.RED, text=5)  # pyright: ignore[reportArgumentType]
        return [*_leaves([1]), odd, *_leaves([2**31])]


_STRAWBERRY = strawberry.Schema(query=Query)._schema


def _plain(source: str, root: Any, **options: Any) -> Callable[[], Awaitable[Any]]:
    return partial(both, _PLAIN, source, root=lambda: root, **options)


def _typed(source: str, **options: Any) -> Callable[[], Awaitable[Any]]:
    return partial(both, _STRAWBERRY, source, context=_Asked, **options)


async def _changes() -> None:
    """Mutations one after the other, and none after the answer is lost."""
    logs: list[list[str]] = []

    def root() -> dict[str, Any]:
        log: list[str] = []
        logs.append(log)

        async def first(_info: Any) -> int:
            log.append("first begins")
            await asyncio.sleep(0)
            log.append("first ends")
            return 1

        def second(_info: Any) -> int:
            log.append("second")
            raise _ERROR

        def third(_info: Any) -> int:
            log.append("third")
            return 3

        return {"first": first, "second": second, "third": third}

    await both(_PLAIN, "mutation { first second third }", root=root)
    assert all(log == ["first begins", "first ends", "second"] for log in logs), logs


async def _conditions() -> None:
    """A field that one request leaves out is there for another."""
    for given in (True, False):
        await both(
            _PLAIN,
            "query($x: Boolean!) { number @include(if: $x) again: number @skip(if: $x) }",
            variables={"x": given},
            root={"number": 1},
        )


CASES: dict[str, Callable[[], Awaitable[Any]]] = {
    "nulls rise to where they may be": _plain(
        "{ a { name many { must a { must } } } number }", {"a": _a(many=[_a(), _a(a=_a(must=_ERROR))]), "number": 4}
    ),
    "one error is told for one null": _plain(
        "{ a { must name again: must } many { number must } must { name } }",
        {"a": _a(must=None, name=None), "many": [_a(number=_ERROR), _a(must=_ERROR), _a(must=None)], "must": _a()},
    ),
    "a null may take the answer away": _plain("{ number must { must } }", {"must": _a(must=None), "number": 1}),
    "paths name the item": _plain(
        "{ many { number a { number } } grid }",
        {"many": [_a(), _a(a=_a(number="x")), _a(number=2**31)], "grid": [[1, 2], [3, None], None, [], [4, "x", 5]]},
    ),
    "exceptions are errors wherever they stand": _plain(
        "{ number a { number } many { name } }",
        {"number": _ERROR, "a": _a(number=_ERROR), "many": [_a(), _a(name=_ERROR)]},
    ),
    "objects have to be of their type": _plain("{ a { name wrong { name } } }", {"a": _a(wrong=_a())}),
    "types are told apart": _plain(
        "{ any { __typename ... on A { number } ... on B { size } } named { name ... on B { size } } }",
        {"any": [_a(), _b(), None, _a()], "named": [_b(), _a()]},
    ),
    "lists keep their items": _plain(
        "{ grid many { name } }", {"grid": [[1, 2, 3], [], [4]], "many": [_a(name="x"), _a(name="y")]}
    ),
    "arguments are given": _plain(
        'query($n: Int) { hello a: hello(name: "me", times: $n) b: hello(name: null) }', {}, variables={"n": 3}
    ),
    "a response key is the alias": _plain(
        "{ one: number two: number a { x: name y: name } }", {"number": 1, "a": _a()}
    ),
    "mutations come one by one": _changes,
    "conditions are each request's own": _conditions,
    "batches": _typed("{ leaves(numbers: [1, 2, 0, 3]) { number colour text label } }"),
    "batches that fail for one": _typed("{ leaves(numbers: [1, 3, 4]) { number some } }"),
    "batches of the wrong size": _typed("{ leaves(numbers: [1, 3]) { number few } }"),
    "the first error of a list is the one of its first item": _plain(
        "{ many { name must } }", {"many": [_a(must=None), _a(name=None)]}
    ),
    "attributes that fail for one": _typed("{ leaves(numbers: [1, 2, 3]) { number risky } }"),
    "attributes that change": _typed("{ clock { a: now b: now c: now } }"),
    "numbers that are too large": _typed("{ untyped { number } }"),
    "values that are not what they should be": _typed("{ untyped { number text colour } }"),
}
