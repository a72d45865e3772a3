"""When people buy: more by day than at night, more towards the weekend, and a little more each week."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

DAYS = 90
_BY_HOUR = (3, 2, 1, 1, 1, 2, 5, 9, 13, 16, 18, 19, 20, 18, 16, 15, 16, 18, 22, 25, 26, 22, 14, 7)
_BY_WEEKDAY = (9, 9, 10, 10, 12, 14, 11)
_LARGEST = max(_BY_HOUR) * max(_BY_WEEKDAY) * (2 * DAYS)
# Nothing is still under way: the newest sale has had its answer.
_QUIET = timedelta(minutes=2)


def moments(dice: Random, count: int, now: datetime, utc_offset_hours: int) -> list[datetime]:
    """So many moments of the last ninety days, unsorted, by the clock of a place."""
    offset = timedelta(hours=utc_offset_hours)
    first = now - timedelta(days=DAYS) + _QUIET
    found: list[datetime] = []
    while len(found) < count:
        at = first + timedelta(microseconds=dice.randrange(DAYS * 86_400_000_000 - 2 * 120_000_000))
        local = at + offset
        weight = _BY_HOUR[local.hour] * _BY_WEEKDAY[local.weekday()] * (DAYS + (at - first).days)
        # Thrown away as often as the moment is unusual: what is left is distributed as the weights say.
        if dice.randrange(_LARGEST) < weight:
            found.append(at)
    return found
