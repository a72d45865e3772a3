"""What the verbs on list entries share: whose list it is, and what became of each row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.fraud.fraud_list import MOST_ENTRIES
from domain.fraud.list_kind import STANDARD_LISTS
from domain.fraud.list_values import normal_value
from domain.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.fraud.fraud_list import ListEntry
    from domain.fraud.list_kind import ListKind
    from domain.fraud.ports import FraudUnit

MOST_ROWS = 1000
"""How many rows one call may have."""


class RowOutcome(StrEnum):
    """What became of one row."""

    ADDED = "ADDED"
    REPLACED = "REPLACED"
    """It was listed already; reason and expiry are the new ones."""
    REMOVED = "REMOVED"
    NOT_LISTED = "NOT_LISTED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """`value` is as it was given. `entry` is what is listed now, or was until now; `message` why it was refused."""

    value: str
    outcome: RowOutcome
    entry: ListEntry | None = None
    message: str | None = None


def ensure_rows(values: Sequence[str]) -> None:
    """Raise `Invalid` for no rows and for more than one call may have."""
    if not 0 < len(values) <= MOST_ROWS:
        raise Invalid(("values",), f"Give from 1 to {MOST_ROWS} values at once; there are {len(values)}.")


async def kind_of(unit: FraudUnit, merchant_id: UUID, list_name: str) -> ListKind:
    """What the entries of an author's list are; raise `NotFound` for no list."""
    if list_name in STANDARD_LISTS:
        return STANDARD_LISTS[list_name][0]
    kinds = await unit.fraud_lists.kinds(merchant_id)
    if list_name not in kinds:
        what = "The list"
        raise NotFound(what, ("listName",))
    return kinds[list_name]


async def ensure_room(unit: FraudUnit, merchant_id: UUID, list_name: str, path: tuple[str, ...]) -> None:
    """Raise `Invalid` when an author's list has more entries by now than it may."""
    if await unit.fraud_lists.count(merchant_id, list_name) > MOST_ENTRIES:
        rule = f"A list has at most {MOST_ENTRIES} entries, and {list_name} is full; remove some, or list fewer."
        raise Invalid(path, rule)


def normalized(kind: ListKind, values: Sequence[str]) -> tuple[dict[str, int], dict[int, RowResult]]:
    """The normal forms with their rows, and by row what was refused: no value of the kind, or given before."""
    normal: dict[str, int] = {}
    refused: dict[int, RowResult] = {}
    for row, value in enumerate(values):
        try:
            first = normal.setdefault(normal_value(kind, value), row)
        except Invalid as error:
            refused[row] = RowResult(value=value, outcome=RowOutcome.REFUSED, message=error.message)
            continue
        if first != row:
            message = f"This is the same as row {first + 1}, which counts."
            refused[row] = RowResult(value=value, outcome=RowOutcome.REFUSED, message=message)
    return normal, refused
