"""What the context needs of storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.kernel.unit import Unit, Units

if TYPE_CHECKING:
    from domain.audit.audit_record import AuditRecord
    from domain.audit.seal import Seal
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock


class Seals(Protocol):
    """The sealing side of the log; one sealer at a time."""

    async def lock(self) -> bool:
        """Become the only sealer until the unit ends; false when somebody else is."""
        ...

    async def last(self) -> Seal | None:
        """The newest seal."""
        ...

    async def unsealed(self, limit: int) -> list[AuditRecord]:
        """The oldest records that no seal holds and that no running transaction can still precede."""
        ...

    async def add(self, seal: Seal, records: list[AuditRecord]) -> None:
        """Write the seal and say which records it holds."""
        ...


class SealingUnit(Unit, Protocol):
    """A unit that seals."""

    @property
    def seals(self) -> Seals:
        """The seals."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingPorts:
    """What sealing needs."""

    clock: Clock
    units: Units[Actor, SealingUnit]
