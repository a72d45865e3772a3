"""Ids that requests give, read as the domain's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.errors import Invalid
from domain.kernel.ids import parse_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.identity.actor import Scope
    from domain.kernel.ids import Prefix

MOST_IDS = 100


def optional_id(prefix: Prefix, text: str | None, *path: str) -> UUID | None:
    """An id that may be left out; raise `Invalid` for one of another type and for what is none."""
    return None if text is None else parse_id(prefix, text, path)


def many_ids(prefix: Prefix, texts: Sequence[str], *path: str) -> list[UUID]:
    """A list of ids; raise `Invalid` for too many, and for one that is none."""
    if len(texts) > MOST_IDS:
        raise Invalid(path, f"At most {MOST_IDS} ids can be given.")
    return [parse_id(prefix, text, (*path, str(index))) for index, text in enumerate(texts)]


def narrowed(scope: Scope, prefix: Prefix, texts: Sequence[str] | None, *path: str) -> Scope:
    """The scope, narrowed to these merchants when any are given."""
    return scope if texts is None else scope.narrow(many_ids(prefix, texts, *path))
