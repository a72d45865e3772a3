"""Every text of a request is looked at before anything is done with it, so that no field can forget to."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from domain.kernel.text import MAX_TEXT, clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

# The longest that any input takes; most take less, and say so themselves.
LONGEST_INPUT = 2000
LONGEST_ARGUMENT = MAX_TEXT
# What is read as an id or a cursor refuses all else by itself, and one in some millions would look like a card number.
_PARSED = re.compile(r"(?:.*_)?ids?|after|before")


def check_arguments(arguments: Mapping[str, Any]) -> None:
    """Raise `Invalid` for a text of a query's arguments that breaks a rule of all texts; its path names the place."""
    for name, value in arguments.items():
        _check_named(name, value, (), LONGEST_ARGUMENT)


def check_input(given: object) -> None:
    """As `check_arguments`, for a mutation's input."""
    _check(given, (), LONGEST_INPUT)


def camel_case(name: str) -> str:
    """The name that clients know a Python name by."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def _check_named(name: str, value: object, path: tuple[str, ...], longest: int) -> None:
    if value is not None and not _PARSED.fullmatch(name):
        _check(value, (*path, camel_case(name)), longest)


def _check(value: object, path: tuple[str, ...], longest: int) -> None:
    # Members of enums are texts, too, and ours.
    if type(value) is str:
        clean_text(value, path, longest=longest, multiline=True)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _check(member, (*path, str(index)), longest)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            _check_named(field.name, getattr(value, field.name), path, longest)
