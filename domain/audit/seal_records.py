"""Seal the next batch of audit records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.audit.seal import seal_after
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.audit.ports import SealingPorts, SealingUnit
    from domain.identity.actor import Actor

MOST_RECORDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRecords:
    """Seal at most `limit` records."""

    limit: int = MOST_RECORDS


async def seal_records(ports: SealingPorts, actor: Actor, command: SealRecords) -> int:
    """How many records were sealed: 0 when there were none, or when somebody else is sealing."""

    async def work(unit: SealingUnit) -> int:
        if not await unit.seals.lock():
            return 0
        records = await unit.seals.unsealed(command.limit)
        if not records:
            return 0
        await unit.seals.add(seal_after(await unit.seals.last(), records, ports.clock.now()), records)
        await unit.commit()
        return len(records)

    return await in_unit(ports.units, actor, "audit.seal", work)
