"""How often someone may ask, counted in this process."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.kernel.clock import Clock

_MINUTE = 60.0


class RateLimiter:
    """A bucket of a minute's allowance per key, refilled evenly (the generic cell rate algorithm).

    One number is kept per key: when the bucket will be full again. At most `most_keys` are kept; the key that has
    been quiet for longest is forgotten first, which only ever lets someone ask more. Each process counts for itself.
    """

    def __init__(self, limit_per_minute: int, clock: Clock, most_keys: int = 50_000) -> None:
        self._interval = _MINUTE / limit_per_minute
        self._clock = clock
        self._most_keys = most_keys
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def check(self, key: str) -> int | None:
        """Take one from the bucket: None when there was one, else the whole seconds until there will be."""
        now = self._clock.now().timestamp()
        # A clock set back must not lock anyone out for longer than a full bucket takes.
        full_at = min(max(self._full_at.get(key, now), now), now + _MINUTE)
        wait = full_at + self._interval - now - _MINUTE
        # Sums of fractions are a little off: a hundredth of an interval is nobody's allowance.
        if wait > self._interval / 100:
            return math.ceil(wait)
        self._full_at[key] = full_at + self._interval
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most_keys:
            self._full_at.popitem(last=False)
        return None
