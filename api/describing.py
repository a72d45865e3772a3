"""Descriptions: everything in the schema has one."""

from __future__ import annotations

from typing import Any

import strawberry


def attribute(description: str, **options: Any) -> Any:  # noqa: ANN401 - a dataclass field of any type
    """A plain attribute of a type or input."""
    return strawberry.field(description=description, **options)


def argument(description: str, name: str | None = None) -> Any:  # noqa: ANN401 - Strawberry's marker
    """An argument's description."""
    return strawberry.argument(description=description, name=name)
