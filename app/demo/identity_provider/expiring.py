"""Memory that forgets: what the provider knows for a while lives in these and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Clock = Callable[[], float]
"""Seconds since 1970."""

V = TypeVar("V")


class Expiring(Generic[V]):
    """A bounded mapping whose entries all live equally long, so that insertion order is expiry order."""

    def __init__(self, clock: Clock, *, lifetime_seconds: float, capacity: int = 10_000) -> None:
        """`capacity` entries at most: beyond it the oldest goes, so a flood of requests cannot fill the memory."""
        self._clock = clock
        self._lifetime_seconds = lifetime_seconds
        self._capacity = capacity
        self._entries: dict[str, tuple[float, V]] = {}

    def put(self, key: str, value: V) -> None:
        """Remember the value for a whole lifetime from now."""
        self._forget()
        self._entries.pop(key, None)
        if len(self._entries) >= self._capacity:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = (self._clock() + self._lifetime_seconds, value)

    def replace(self, key: str, value: V) -> None:
        """Change a value that is still there without prolonging its life."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries[key] = (entry[0], value)

    def get(self, key: str) -> V | None:
        """The value, unless it was never there or its time is over."""
        self._forget()
        entry = self._entries.get(key)
        return None if entry is None else entry[1]

    def pop(self, key: str) -> V | None:
        """The same, and from now on it is not there."""
        value = self.get(key)
        self._entries.pop(key, None)
        return value

    def _forget(self) -> None:
        now = self._clock()
        while self._entries:
            key = next(iter(self._entries))
            if self._entries[key][0] > now:
                return
            del self._entries[key]
