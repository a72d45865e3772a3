"""Keyset paging: a page is asked for by an edge of the list, never by an offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.kernel.errors import Invalid

DEFAULT_PAGE = 25
MAX_PAGE = 100

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Forward from `after` or backward from `before`; cursors are opaque here."""

    limit: int = DEFAULT_PAGE
    cursor: str | None = None
    backward: bool = False

    @classmethod
    def of(
        cls,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> PageRequest:
        """Read the four Relay arguments; raise `Invalid` for a mix of both directions or a size out of range."""
        if (first is not None or after is not None) and (last is not None or before is not None):
            raise Invalid(("last",), "Give first and after, or last and before, not both.")
        backward = last is not None or before is not None
        name, size = ("last", last) if backward else ("first", first)
        if size is not None and not 1 <= size <= MAX_PAGE:
            raise Invalid((name,), f"A page holds 1 to {MAX_PAGE} rows.")
        return cls(limit=size or DEFAULT_PAGE, cursor=before if backward else after, backward=backward)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[Row]):
    """The rows of a page in list order, and whether more lie beyond either edge."""

    rows: list[Row]
    has_next: bool
    has_previous: bool
