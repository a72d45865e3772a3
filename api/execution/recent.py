"""What was worked out lately, kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """A mapping with room for so many entries of so much weight in all; least recently used are forgotten first.

    What weighs more than all the room is kept nevertheless, alone: it is in use.
    """

    def __init__(self, *, entries: int, weight: int) -> None:
        self.weight = 0
        self._most_entries = entries
        self._most_weight = weight
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Value | None:
        """What is kept, if it is."""
        entry = self._kept.get(key)
        if entry is None:
            return None
        self._kept.move_to_end(key)
        return entry[0]

    def keep(self, key: Key, value: Value, weight: int = 0) -> Value:
        """Keep a value, and give it back."""
        self._kept[key] = (value, weight)
        self.weight += weight
        while len(self._kept) > self._most_entries or (self.weight > self._most_weight and len(self._kept) > 1):
            self.weight -= self._kept.popitem(last=False)[1][1]
        return value
