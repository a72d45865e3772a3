"""A template is a text with named holes, and what goes into a hole is escaped unless it is markup of ours."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Html(str):
    """Markup that this house wrote or escaped."""

    __slots__ = ()


def html(template: str, **values: str) -> Html:
    """Fill `{name}` holes; a value that is no `Html` is escaped, also for use between attribute quotes."""
    return Html(template.format_map({name: markup(value) for name, value in values.items()}))


def markup(value: str) -> Html:
    """The value as markup that shows it."""
    return value if isinstance(value, Html) else Html(escape(value, quote=True))


def joined(parts: Iterable[Html]) -> Html:
    """Several pieces as one."""
    return Html("".join(parts))
