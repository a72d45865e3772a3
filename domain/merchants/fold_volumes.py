"""Add up what merchants have captured, in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.merchants.ports import VolumePorts, VolumeUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldVolumes:
    """All that has been captured since the last time."""


async def fold_volumes(ports: VolumePorts, actor: Actor, command: FoldVolumes) -> int:
    """How many sums have changed; 0 while somebody else folds."""
    del command

    async def work(unit: VolumeUnit) -> int:
        folded = await unit.volumes.fold(ports.clock.now())
        await unit.commit()
        return folded

    return await in_unit(ports.units, actor, "merchant.fold_volumes", work)
