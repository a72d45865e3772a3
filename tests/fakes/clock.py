"""A clock that tests set."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from tests.builders.moments import MORNING


class SettableClock:
    """Stands still until it is told otherwise; whoever sleeps moves it, and lets the others run meanwhile."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment that it was set to."""
        return self.at

    def pass_by(self, seconds: int) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)

    async def sleep(self, milliseconds: int) -> None:
        """Time passes at once, and everyone else takes a turn."""
        self.at += timedelta(milliseconds=milliseconds)
        await asyncio.sleep(0)


class PatientClock(SettableClock):
    """Stands still, but whoever sleeps really does, so that others get on."""

    async def sleep(self, milliseconds: int) -> None:
        """Wait as long as that takes."""
        await asyncio.sleep(milliseconds / 1000)
