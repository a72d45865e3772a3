"""What the ledger needs of storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.kernel.unit import Unit, Units

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.ledger.entry import Entry


class Ledger(Protocol):
    """Takes entries in the transaction of the fact that they record."""

    async def post(self, entries: tuple[Entry, ...]) -> None:
        """Append them; storage checks once more that each sums to zero."""
        ...


class BalanceSnapshots(Protocol):
    """Sums of the past, so that a balance adds up only what came after."""

    async def advance(self, most_accounts: int) -> int:
        """Take a new snapshot of accounts with many postings since the last; how many were taken."""
        ...


class SnapshotUnit(Unit, Protocol):
    """A unit that takes snapshots."""

    @property
    def snapshots(self) -> BalanceSnapshots:
        """The snapshots."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotPorts:
    """What taking snapshots needs."""

    units: Units[Actor, SnapshotUnit]
