"""Move the snapshots of balances forward, in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.ledger.ports import SnapshotPorts, SnapshotUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotBalances:
    """At most so many accounts at a time."""

    most_accounts: int = 500


async def snapshot_balances(ports: SnapshotPorts, actor: Actor, command: SnapshotBalances) -> int:
    """How many snapshots were taken."""

    async def work(unit: SnapshotUnit) -> int:
        taken = await unit.snapshots.advance(command.most_accounts)
        await unit.commit()
        return taken

    return await in_unit(ports.units, actor, "ledger.snapshot", work)
