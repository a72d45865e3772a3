"""The domain's enums as GraphQL shows them: the same members, each with a description."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

import strawberry

Member = TypeVar("Member", bound=Enum)


def described(enum: type[Member], description: str, *, called: str | None = None, **members: str) -> None:
    """Make the enum a GraphQL type, `called` so when its own name would say too little to all contexts.

    Raises `KeyError` for a member that has no description, so none is forgotten.
    """
    named = strawberry.enum(enum, description=description, name=called)
    for value in named.__strawberry_definition__.values:  # pyright: ignore[reportAttributeAccessIssue]
        value.description = members[value.name]
