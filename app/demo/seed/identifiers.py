"""Ids that come out the same each time: UUIDv7 from a seeded generator instead of the system's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# No digits: a run of them could be taken for a card number by whoever scans for those.
_LETTERS = "abcdefghjkmnpqrstvwxyz"


class Identifiers:
    """Ids, tokens and references of one seeded run."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice

    def new(self, at: datetime) -> UUID:
        """A UUIDv7 of the moment."""
        return self.numbered(at, self._dice.getrandbits(12))

    def numbered(self, at: datetime, number: int) -> UUID:
        """A UUIDv7 of the moment that sorts by the number (of 12 bits) among those of the same millisecond."""
        head = ((at - _EPOCH) // _MILLISECOND & (2**48 - 1)) << 80 | 0x7 << 76 | (number & 0xFFF) << 64
        return UUID(int=head | 0b10 << 62 | self._dice.getrandbits(62))

    def word(self, length: int) -> str:
        """Random letters."""
        return "".join(self._dice.choices(_LETTERS, k=length))


def fixed_uuid(name: str, at: datetime) -> UUID:
    """The id of something that every demo has: always the same, so that notes and scripts may name it."""
    return Identifiers(Random(name)).new(at)  # noqa: S311 - it only has to come out the same again
