"""Descriptions: everything in the schema has one."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import strawberry

if TYPE_CHECKING:
    from collections.abc import Callable


DERIVED = "derived"
"""The metadata that tells an executor how a `derived` field is read without its property."""


def attribute(description: str, **options: Any) -> Any:  # noqa: ANN401 - a dataclass field of any type
    """A plain attribute of a type or input."""
    return strawberry.field(description=description, **options)


def derived(description: str, read: str | Callable[[Any], Any]) -> Any:  # noqa: ANN401 - as above
    """A plain attribute that is worked out when it is asked for: a path (`entity.status`), or a function of the object.

    A list that asks for three of forty fields pays for three.
    """
    get = attrgetter(read) if isinstance(read, str) else read
    field = strawberry.field(description=description, default=property(get), metadata={DERIVED: read})
    # The property stays on the class, as the default of a field that no instance is given.
    field.init = False
    return field


def argument(description: str, name: str | None = None) -> Any:  # noqa: ANN401 - Strawberry's marker
    """An argument's description."""
    return strawberry.argument(description=description, name=name)
