"""Where a diary writes to in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from datetime import datetime

    from domain.audit.job_run import JobTurn


class JobShelf:
    """Keeps turns in their order; `fails` makes it a database that is away."""

    def __init__(self, told: asyncio.Event | None = None) -> None:
        self.begun: list[str] = []
        self.turns: list[JobTurn] = []
        self.fails = False
        self._told = told

    async def note_begin(self, name: str, worker: str, started_at: datetime) -> None:
        self._check()
        self.begun.append(name)
        if self._told is not None:
            self._told.set()

    async def note_end(self, turn: JobTurn) -> None:
        self._check()
        self.turns.append(turn)

    def _check(self) -> None:
        if self.fails:
            raise ConnectionError
