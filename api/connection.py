"""Relay connections over keyset pages."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from api.derivation import derived
from api.describing import argument, attribute
from domain.kernel.paging import DEFAULT_PAGE, MAX_PAGE, Slice

Item = TypeVar("Item")

First = Annotated[int | None, argument(f"How many rows after the cursor: 1 to {MAX_PAGE}, else {DEFAULT_PAGE}.")]
After = Annotated[str | None, argument("Rows after this cursor.")]
Last = Annotated[int | None, argument(f"How many rows before the cursor: 1 to {MAX_PAGE}, else {DEFAULT_PAGE}.")]
Before = Annotated[str | None, argument("Rows before this cursor.")]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's page info."""

    has_next_page: bool = attribute("Whether rows follow after `endCursor`.")
    has_previous_page: bool = attribute("Whether rows stand before `startCursor`.")
    start_cursor: str | None = attribute("The cursor of the first row.")
    end_cursor: str | None = attribute("The cursor of the last row.")


@strawberry.type(description="One row of a page, with its cursor.")
class Edge(Generic[Item]):
    """Relay's edge."""

    cursor: str = attribute("Where the row stands; it stays valid when rows come and go.")
    node: Item = attribute("The row itself.")


def _edges(page: Slice[Any], cursor: Callable[[Any], str], nodes: list[Any]) -> list[Edge[Any]]:
    return [Edge(cursor=cursor(row), node=node) for row, node in zip(page.rows, nodes, strict=True)]


def _page_info(page: Slice[Any], cursor: Callable[[Any], str]) -> PageInfo:
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=cursor(page.rows[0]) if page.rows else None,
        end_cursor=cursor(page.rows[-1]) if page.rows else None,
    )


@strawberry.type(description="One page of a list.")
class Connection(Generic[Item]):
    """Relay's connection; `cursor` tells where a row stands."""

    page: strawberry.Private[Slice[Any]]
    cursor: strawberry.Private[Callable[[Any], str]]
    edges: list[Edge[Item]] = derived("The rows with their cursors.", _edges, "page", "cursor", "nodes")
    nodes: list[Item] = attribute("The rows alone.")
    page_info: PageInfo = derived("Where the page stands.", _page_info, "page", "cursor")


def connection(page: Slice[Any], shown: Callable[[Any], Any], cursor: Callable[[Any], str]) -> Connection[Any]:
    """A page of entities as a connection of what is shown of them."""
    return Connection(page=page, cursor=cursor, nodes=[shown(row) for row in page.rows])
