"""Time is a port: verbs ask for it, tests set it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol

_MILLISECONDS = 1000


class Clock(Protocol):
    """Tells the present moment and lets it pass."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    async def sleep(self, milliseconds: int) -> None:
        """Let so much time pass."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, milliseconds: int) -> None:
        """Let so much time pass."""
        await asyncio.sleep(milliseconds / _MILLISECONDS)
