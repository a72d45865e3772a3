"""State machines are tables; this is the one function that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from domain.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

Status = TypeVar("Status", bound="StrEnum")


class TransitionNotAllowed(Conflict):
    """The machine has no such arrow."""


def advance(table: Mapping[Status, frozenset[Status]], what: str, current: Status, target: Status) -> Status:
    """The target, if the table has the arrow; raise `TransitionNotAllowed` otherwise."""
    if target not in table[current]:
        raise TransitionNotAllowed(f"A {what} that is {current} cannot become {target}.")
    return target


def finals(table: Mapping[Status, frozenset[Status]]) -> frozenset[Status]:
    """The statuses that nothing leaves."""
    return frozenset(status for status, targets in table.items() if not targets)
