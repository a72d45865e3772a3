"""How often a password may be wrong."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from app.demo.identity_provider.expiring import Expiring

if TYPE_CHECKING:
    from app.demo.identity_provider.expiring import Clock


class FailureLimit:
    """Counts failures per subject in windows that open with the first failure."""

    def __init__(self, clock: Clock, *, allowed: int, window_seconds: float) -> None:
        """After `allowed` failures within `window_seconds` the subject waits until the window closes."""
        self._clock = clock
        self._allowed = allowed
        self._window_seconds = window_seconds
        self._failures: Expiring[tuple[float, int]] = Expiring(clock, lifetime_seconds=window_seconds)

    def wait_seconds(self, subject: str) -> int:
        """How long the subject has to wait; 0 when it may try."""
        opened_at, count = self._failures.get(subject) or (0.0, 0)
        if count < self._allowed:
            return 0
        return max(1, math.ceil(opened_at + self._window_seconds - self._clock()))

    def failed(self, subject: str) -> None:
        """Count one more failure."""
        window = self._failures.get(subject)
        if window is None:
            self._failures.put(subject, (self._clock(), 1))
        else:
            self._failures.replace(subject, (window[0], window[1] + 1))

    def succeeded(self, subject: str) -> None:
        """Forget the failures."""
        self._failures.pop(subject)
