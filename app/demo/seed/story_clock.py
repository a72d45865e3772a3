"""A clock that stands where a story of the past is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class StoryClock:
    """Satisfies `domain.kernel.clock.Clock`."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment of the story."""
        return self.at

    async def sleep(self, milliseconds: int) -> None:
        """So much later."""
        self.at += timedelta(milliseconds=milliseconds)
