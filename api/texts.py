"""Every text of a request is looked at before anything is done with it, so that no field can forget to."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from domain.kernel.text import MAX_TEXT, clean_text, printable_text

if TYPE_CHECKING:
    from collections.abc import Mapping

# What is read as an id or a cursor refuses all else by itself, and one in some millions would look like a card number.
_PARSED = re.compile(r"(?!end_to_end_id)(?:.*_)?ids?|after|before")
# Checked by the rules of their own, which no card's number keeps; one in some hundred would look like one.
_ACCOUNT_NUMBERS = frozenset({"account_number"})
_LONGER = {"description": 1000, "expression": 2000, "value": 500, "return_url": 2000, "jwks": 10_000, "text": 20_000}
_MULTILINE = frozenset({"description", "expression", "jwks", "text"})


def check_texts(arguments: Mapping[str, Any]) -> None:
    """Raise `Invalid` for a text of a field's arguments that breaks a rule of all texts; its path names the place."""
    for name, value in arguments.items():
        _check(name, value, (_camel_case(name),))


def check_input(given: object) -> None:
    """As `check_texts`, for a mutation's input."""
    _check("input", given, ())


def _check(name: str, value: object, path: tuple[str, ...]) -> None:
    # Members of enums are texts, too, and ours.
    if type(value) is str:
        if not _PARSED.fullmatch(name):
            look = printable_text if name in _ACCOUNT_NUMBERS else clean_text
            look(value, path, longest=_LONGER.get(name, MAX_TEXT), multiline=name in _MULTILINE)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _check(name, member, (*path, str(index)))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            _check(field.name, getattr(value, field.name), (*path, _camel_case(field.name)))


def _camel_case(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
