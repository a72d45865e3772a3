"""The values of a to-one relation, in the order of its parents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from domain.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

Entity = TypeVar("Entity")


def in_order(found: Mapping[UUID, Entity], keys: Iterable[UUID], show: Callable[[Entity], Any], what: str) -> list[Any]:
    """What is shown of each key's entity; the error `NotFound` for one that the reader may not see."""
    return [show(found[key]) if key in found else NotFound(what) for key in keys]
