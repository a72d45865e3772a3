"""A span of values with open or closed ends, as filters give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Generic[Value]):
    """At least, more than, at most, less than; what is empty does not bound."""

    gte: Value | None = None
    gt: Value | None = None
    lte: Value | None = None
    lt: Value | None = None
