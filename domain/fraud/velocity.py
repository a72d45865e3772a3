"""Velocity: how often something of a payment was seen before it, within a window of time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST_WINDOW = timedelta(minutes=1)
LONGEST_WINDOW = timedelta(days=30)
MOST_COUNTED = 10_000
"""Of anything but a merchant, more payments than these are not counted: a window that holds more holds "that many".

Different values are looked for among so many of the newest too, of a merchant as well; and a backtest, which counts for
every payment of the past anew, counts no more of a merchant either.
"""
_WINDOW = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Dimension(StrEnum):
    """By what payments are counted together."""

    CARD = "card"
    EMAIL = "email"
    IP = "ip"
    CUSTOMER = "customer"
    DEVICE = "device"
    MERCHANT = "merchant"


@dataclass(frozen=True, slots=True, kw_only=True)
class VelocityQuery:
    """What a rule wants counted. `distinct` are the dimensions of which it wants different values counted."""

    dimension: Dimension
    window: timedelta
    distinct: frozenset[Dimension] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class VelocityFigures:
    """Of the payments before this one: how many, and their sum in minor units of this one's currency.

    `sum_minor` leaves out payments in other currencies. `distinct` counts the different known values.
    """

    count: int = 0
    sum_minor: int = 0
    distinct: Mapping[Dimension, int] = field(default_factory=dict)


def window_start(dimension: Dimension, at: datetime, window: timedelta) -> datetime:
    """From when on payments count, that moment included.

    Of a merchant, whose payments are many, they are counted in whole minutes, and in whole hours when the window is
    longer than a day: so it may begin a little earlier.
    """
    start = at - window
    if dimension is not Dimension.MERCHANT:
        return start
    if window > timedelta(days=1):
        return start.replace(minute=0, second=0, microsecond=0)
    return start.replace(second=0, microsecond=0)


def window_of(text: str, path: tuple[str, ...] = ("window",)) -> timedelta:
    """The window of a text such as `10m`, `24h` or `30d`; raise `Invalid` for another and outside of 1m to 30d."""
    if (found := _WINDOW.fullmatch(text)) is not None:
        window = int(found[1]) * _UNITS[found[2]]
        if SHORTEST_WINDOW <= window <= LONGEST_WINDOW:
            return window
    raise Invalid(path, 'Give a window from 1 minute to 30 days, such as "10m", "24h" or "30d".')
