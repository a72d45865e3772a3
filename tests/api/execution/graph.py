"""A small graph to execute on: it has what the limits are about, and resolvers that fail in every way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, NewType

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.execution.engine import Engine, OperationRequest
from api.execution.guard import Limits
from domain.kernel.errors import Forbidden, Invalid, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A context."""

    request_id: str = "request-1"


def _even(value: Any) -> int:
    if not isinstance(value, int) or value % 2:
        raise Invalid(("number",), "This must be even.")
    return value


Even = NewType("Even", int)


@strawberry.enum
class Colour(Enum):
    RED = "RED"


@strawberry.type
class Edge:
    cursor: str
    node: Item | None


@strawberry.type
class Page:
    more: bool


@strawberry.type
class ItemConnection:
    edges: list[Edge]
    nodes: list[Item]
    page_info: Page


@strawberry.type
class Item:
    @strawberry.field
    def name(self) -> str:
        return "item"

    @strawberry.field
    def parent(self) -> Item:
        return Item()

    @strawberry.field
    def tags(self) -> list[Item]:
        return [Item()]

    @strawberry.field
    def items(self, first: int | None = None, last: int | None = None) -> ItemConnection:
        return ItemConnection(edges=[], nodes=[Item()] * (first or last or 1), page_info=Page(more=False))

    @strawberry.field
    def secret(self) -> str | None:
        message = "password=hunter2"
        raise RuntimeError(message)


@strawberry.type
class Query(Item):
    @strawberry.field
    def nodes(self, ids: list[str]) -> list[Item]:
        return [Item()] * len(ids)

    @strawberry.field
    def few(self, first: int = 3) -> ItemConnection:
        return ItemConnection(edges=[], nodes=[], page_info=Page(more=False))

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def even(self, number: Even) -> int:
        return number

    @strawberry.field
    def paint(self, colour: Colour) -> str:
        return colour.value

    @strawberry.field
    def number(self, value: int) -> int:
        return value

    @strawberry.field
    def huge(self) -> int | None:
        return 2**40

    @strawberry.field
    def refused(self) -> str | None:
        raise Invalid(("filter", "amount"), "This must be positive.")

    @strawberry.field
    def surrogate(self) -> str | None:
        raise Invalid(("text",), "half of \ud83d a pair " + "x" * 2000)

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden("payments:read")

    @strawberry.field
    async def away(self) -> str | None:
        message = "Not now."
        raise Unavailable(message)


@strawberry.type
class Mutation:
    @strawberry.mutation
    def change(self) -> str:
        return "changed"


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    config=StrawberryConfig(
        scalar_map={Even: strawberry.scalar(name="Even", description="An even number.", parse_value=_even)}
    ),
)
core = schema._schema  # noqa: RUF100


def engine(*, introspection: bool = True, suggestions: bool = False, limits: Limits | None = None) -> Engine:
    """An engine on the graph."""
    return Engine(core, limits=limits or Limits(), introspection=introspection, suggestions=suggestions)


async def ask(query: str, variables: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """The payload of an answer."""
    request = OperationRequest(query=query, variables=variables or {}, operation_name=options.pop("name", None))
    return (await engine(**options).execute(request, Asked())).payload()


def codes(payload: dict[str, Any]) -> set[str]:
    """The codes of a payload's errors."""
    return {error["extensions"]["code"] for error in payload.get("errors", [])}
