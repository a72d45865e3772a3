"""Velocities as rules write them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.fraud.velocity import VelocityQuery

_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)))


def window_text(window: timedelta) -> str:
    """A window of whole minutes in the largest unit that fits: `10m`, `24h`, `30d`."""
    # A day is mostly called 24 hours.
    units = _UNITS if window > timedelta(days=1) else _UNITS[1:]
    return next(f"{window // unit}{letter}" for letter, unit in units if not window % unit)


def velocity_text(query: VelocityQuery) -> str:
    """The call that asks for it: `velocity("card", "1h")`."""
    return f'velocity("{query.dimension.value}", "{window_text(query.window)}")'
