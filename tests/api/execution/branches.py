"""A Strawberry schema made to hurt: batched fields that fail in every way, and all other ways to declare a field.

What an object's fields give follows from its seed, so that both executors see the same.
"""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Annotated, Any, Generic, Optional, TypeAlias, TypeVar

import strawberry
from graphql import GraphQLError
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.types import Info

from api.derivation import derived
from api.fields import batched
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from tests.api.execution.strange import below, chance, failure, later, one_of

_READ = Permission.PAYMENTS_READ
Item = TypeVar("Item")
BranchOf: TypeAlias = Annotated["Branch", strawberry.lazy("tests.api.execution.branches")]
LeafOf: TypeAlias = Annotated["Leaf", strawberry.lazy("tests.api.execution.branches")]
SizeOf: TypeAlias = Annotated["Size", strawberry.lazy("tests.api.execution.branches")]
GrownOf: TypeAlias = Annotated["Grown", strawberry.lazy("tests.api.execution.branches")]
BudOf: TypeAlias = Annotated["Bud", strawberry.lazy("tests.api.execution.branches")]


@dataclass(slots=True)
class Asked:
    """What batched fields want of a context; `calls` names the batch functions that were called.

    All values follow from the `salt`.
    """

    salt: int = 0
    batches: dict[Any, Any] = field(default_factory=dict[Any, Any])
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    calls: list[str] = field(default_factory=list[str])
    actor: Any = field(default_factory=lambda: SimpleNamespace(scope=lambda _permission: None))


@strawberry.enum
class Shape(Enum):
    ROUND = "round"
    LONG = "long"


def _batched(name: str, kind: Any, value_of: Callable[[int], Any]) -> Any:
    """A batched field that gives each parent a value of its seed, or an exception."""

    async def read(parents: Sequence[Any], reading: Any) -> Any:
        reading.context.calls.append(name)
        await asyncio.sleep(0)
        return [_value_or_failure(parent.seed, name, value_of) for parent in parents]

    return _declared(read, kind)


def _declared(read: Any, kind: Any) -> Any:
    read.__annotations__["return"] = list[kind]
    return batched(_READ, "")(read)


def _value_or_failure(seed: int, name: str, value_of: Callable[[int], Any]) -> Any:
    own = below(seed, name)
    value = failure(own) if chance(own, "fails") < 0.05 else value_of(own)
    # A DataLoader cannot hand on this one.
    return KeyError("stopped") if isinstance(value, StopIteration) else value


def branch_of(seed: int) -> Any:
    """A branch, or now and then something that is none."""
    return one_of(seed, "kind", [Branch(seed=seed), Twig(seed=seed), Bud(seed=seed), None, 5, failure(seed)])


def _several(value_of: Callable[[int], Any]) -> Callable[[int], Any]:
    return lambda seed: one_of(seed, "list", [[value_of(below(seed, index)) for index in range(seed % 4)], None, 5, ()])


def _grown_of(seed: int) -> Any:
    kinds: list[Any] = [Branch, Leaf]
    return one_of(seed, "kind", [kinds[seed % 2](seed=seed), Twig(seed=seed), Bud(seed=seed), None, {}, failure(seed)])


def _any_of(seed: int) -> Any:
    kinds: list[Any] = [Branch, Leaf, Bud]
    return one_of(seed, "kind", [kinds[seed % 3](seed=seed), Twig(seed=seed), "text", None, failure(seed)])


async def _wrong_number(parents: Sequence[Any], reading: Any) -> Any:
    return ["one too many"] * (len(parents) + 1)


async def _nothing_at_all(parents: Sequence[Any], reading: Any) -> Any:
    raise RuntimeError("the whole batch failed")


async def _told(parents: Sequence[Any], reading: Any) -> Any:
    raise GraphQLError("the whole batch was refused", extensions={"code": "REFUSED"})


async def _numbers(parents: Sequence[Any], reading: Any, times: int = 2, shape: Shape | None = None) -> Any:
    if times < 0:
        raise Invalid(("times",), "This must be positive.")
    return (None if parent.seed % 11 == 0 else f"{parent.seed % 5 * times} {shape}" for parent in parents)


async def _nobody(parents: Sequence[Any], reading: Any) -> Any:
    return None


def _number(self: Any) -> Any:
    if chance(self.seed, "raises") < 0.1:
        raise failure(self.seed)
    return one_of(self.seed, "number", [self.seed % 7, 2**31, None, "5", True])


def _maybe_later(self: Any) -> Any:
    return later("came", self.seed) if chance(self.seed, "later") < 0.5 else "was there"


def _maybe_gone(self: Any) -> Any:
    if self.seed % 5 == 0:
        raise AttributeError("gone")
    return [self.seed % 3, None] if self.seed % 7 == 0 else [self.seed % 3]


@strawberry.type
class Size:
    """Nothing but attributes."""

    depth: int
    name: str | None
    shapes: list[Shape | None]
    smaller: list[list[SizeOf]] = derived("", lambda self: [[self], []] if self.depth < 0 else [])


def _size(depth: Any, name: Any) -> Any:
    if depth == 3:
        raise LookupError("too deep")
    return None if depth == 5 else Size(depth=depth, name=name, shapes=[*Shape, None][: depth % 4])


def _inner(seed: int) -> Any:
    within = SimpleNamespace(depth=below(seed, "depth") % 9 - 2, name=one_of(seed, "name", ["name", None, 5, [], ""]))
    return one_of(seed, "inner", [within, within, SimpleNamespace(depth=2**40), None])


@strawberry.type
class Page(Generic[Item]):
    nodes: list[Item]
    more: bool


@strawberry.interface
class Grown:
    seed: strawberry.Private[int]
    id: strawberry.ID = derived("", lambda self: str(self.seed))
    shape: Shape | None = derived("", lambda self: one_of(self.seed, "shape", [*Shape, None, "round", 5, []], 0.6))


@strawberry.type
class Bud:
    """Says itself which values are one of it."""

    seed: strawberry.Private[int]
    size: int | None = derived("", lambda self: self.seed % 100)

    @classmethod
    def is_type_of(cls, value: object, _info: Any) -> bool:
        return isinstance(value, Bud) and chance(value.seed, "bud") < 0.8


@strawberry.type
class Leaf(Grown):
    colour: str = derived("", lambda self: one_of(self.seed, "colour", ["green", 5, None, {}, failure(self.seed)]))
    branch: Optional[BranchOf] = _batched("branch", Optional[BranchOf], branch_of)  # noqa: UP045 - a type that comes later


Either: TypeAlias = Annotated[BranchOf | LeafOf | BudOf, strawberry.union("Either")]


class Shouting(FieldExtension):
    """Has a field say it louder."""

    def resolve(self, next_: Any, source: Any, info: Info, **arguments: Any) -> Any:
        said = next_(source, info, **arguments)
        return said.upper() if isinstance(said, str) else said

    async def resolve_async(self, next_: Any, source: Any, info: Info, **arguments: Any) -> Any:
        said = await next_(source, info, **arguments)
        return said.upper() if isinstance(said, str) else said


class Sometimes(BasePermission):
    """Lets some objects through."""

    message = "Not this one."

    def has_permission(self, source: Any, info: Info, **_: Any) -> bool:
        return source.seed % 3 != 0


class Soon(BasePermission):
    message = "Not yet."

    async def has_permission(self, source: Any, info: Info, **_: Any) -> bool:
        await asyncio.sleep(0)
        return source.seed % 4 != 0


@strawberry.input
class Wish:
    shape: Shape = Shape.LONG
    times: int | None = None
    more: list["Wish"] | None = None


def _of_root(root: Any) -> str:
    return f"root {root.seed % 3}"


@strawberry.type
class Branch(Grown):
    inner: strawberry.Private[Any] = field(init=False)
    number: int = derived("", _number)
    depth: int | None = derived("", "inner.depth")
    size: Size | None = derived("", _size, "inner.depth", name="inner.name")
    sizes: list[Size] = derived("", lambda inner: [_size(inner.depth, inner.name)] * (inner.depth % 3), "inner")
    came: str | None = derived("", _maybe_later)
    few: list[int] | None = derived("", _maybe_gone)
    twig: BranchOf = _batched("twig", BranchOf, branch_of)
    branches: list[BranchOf] = _batched("branches", list[BranchOf], _several(branch_of))
    some: list[Optional[BranchOf]] | None = _batched("some", list[Optional[BranchOf]] | None, _several(branch_of))  # noqa: UP045
    grown: list[GrownOf] = _batched("grown", list[GrownOf], _several(_grown_of))
    either: list[Optional[Either]] = _batched("either", list[Optional[Either]], _several(_any_of))  # noqa: UP045
    bud: BudOf | None = _batched("bud", Optional[BudOf], lambda seed: Bud(seed=seed))  # noqa: UP045
    numbers: str | None = _declared(_numbers, Optional[str])  # noqa: UP045
    needed: str = _declared(_numbers, str)
    wrong_number: str | None = _declared(_wrong_number, Optional[str])  # noqa: UP045
    nothing: str | None = _declared(_nothing_at_all, Optional[str])  # noqa: UP045
    told: str | None = _declared(_told, Optional[str])  # noqa: UP045
    nobody: str | None = _declared(_nobody, Optional[str])  # noqa: UP045

    def __post_init__(self) -> None:
        self.inner = _inner(self.seed)

    @strawberry.field
    def page(self) -> Page[BranchOf]:
        kept = [branch_of(below(self.seed, "page", index)) for index in range(self.seed % 3)]
        return Page(nodes=kept, more=bool(self.seed % 2))

    @strawberry.field
    def asked(self, info: Info) -> str | None:
        if chance(self.seed, "asked") < 0.2:
            raise failure(self.seed)
        return f"{info.field_name} {info.path.key} {info.context.actor is not None}"

    @strawberry.field
    async def slow(self, times: int = 1, shapes: list[Shape] | None = None) -> str:
        for _ in range(self.seed % 3):
            await asyncio.sleep(0)
        if chance(self.seed, "slow") < 0.1:
            raise failure(self.seed)
        return f"{times} {shapes}"

    @strawberry.field
    def later(self) -> list[str] | None:
        found: Any = [later(number, below(self.seed, number)) for number in range(self.seed % 3)]
        return found

    loud: str | None = strawberry.field(default="loud", extensions=[Shouting()])
    rooted: str = strawberry.field(resolver=_of_root)

    @strawberry.field(extensions=[Shouting()])
    def shouted(self) -> str | None:
        return one_of(self.seed, "shouted", ["shouted", None, 5])

    @strawberry.field(extensions=[Shouting()])
    async def shouted_soon(self, times: int = 1) -> str | None:
        return "soon " * (times % 3)

    @strawberry.field(permission_classes=[Sometimes])
    def guarded(self) -> str | None:
        return "guarded"

    @strawberry.field(permission_classes=[Sometimes, Soon])
    async def guarded_soon(self) -> str:
        return "guarded"

    @strawberry.field
    def parental(parent: strawberry.Parent["Branch"], info: Info) -> str:  # noqa: N805 - Strawberry's word for it
        return f"{info.field_name} {parent.seed % 3}"

    @strawberry.field
    def wished(self, wish: Wish, also: Wish | None = strawberry.UNSET) -> str:
        return f"{wish} {also!r}"

    @strawberry.field
    def quick(self, times: int = 1) -> GrownOf | None:
        return _grown_of(below(self.seed, "quick", times))


@strawberry.type
class Twig(Branch):
    """A branch of a class of its own."""


@strawberry.type
class Query:
    @strawberry.field
    def branches(self, info: Info, seed: int, many: int = 3) -> list[Branch | None]:
        return [branch_of(below(info.context.salt, seed, index)) for index in range(many % 5)]

    @strawberry.field
    async def grown(self, info: Info, seed: int = 0) -> list[Grown | None]:
        return [_grown_of(below(info.context.salt, seed, index)) for index in range(3)]

    @strawberry.field
    def either(self, info: Info, seed: int = 0) -> list[Either | None]:
        return [_any_of(below(info.context.salt, seed, index)) for index in range(3)]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def plant(self, seed: int) -> Branch | None:
        return branch_of(seed)

    @strawberry.mutation
    def fell(self, seed: int) -> Grown:
        return _grown_of(seed)


schema = strawberry.Schema(query=Query, mutation=Mutation, types=[Twig, Leaf])
# To graphql-core a name may stand for any kind of type; a test knows which one it asks for.
BRANCHES: Any = schema._schema
