"""What happened so far: every entry goes to the journal and, in the same step, to whoever remembers some of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from app.simulator.journal import Journal

Entry: TypeAlias = dict[str, Any]
Stored: TypeAlias = "asyncio.Future[None] | None"
"""The moment from which an entry is on disk (None: since the start)."""
Remember: TypeAlias = Callable[[Entry, Stored], None]


class Memory:
    """One journal, and those who keep in mind what it holds."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._remembering: list[Remember] = []
        self._latest: Stored = None

    def share(self, remember: Remember) -> None:
        """Hand every entry to `remember` as well: those of the past at `open`, and each new one."""
        self._remembering.append(remember)

    def open(self) -> None:
        """Remember what the journal holds; raise `JournalDamaged` when it cannot be read."""
        for entry in self._journal.open():
            self._tell(entry, None)

    async def close(self) -> None:
        """Finish writing."""
        await self._journal.close()

    def keep(self, entry: Entry) -> Stored:
        """Take an entry on."""
        # Memory in the same step as the journal's queue: whatever is decided next must already see it, and its own
        # line comes after this one.
        self._latest = self._journal.append(entry)
        self._tell(entry, self._latest)
        return self._latest

    async def all_stored(self) -> None:
        """Wait until everything so far is on disk."""
        await stored(self._latest)

    def _tell(self, entry: Entry, future: Stored) -> None:
        for remember in self._remembering:
            remember(entry, future)


async def stored(future: Stored) -> None:
    """Wait until an entry is on disk."""
    if future is not None:
        # Shielded: a client that hangs up must not cancel what others wait for.
        await asyncio.shield(future)
