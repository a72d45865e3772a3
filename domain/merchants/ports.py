"""What the context needs of storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.kernel.unit import Unit, Units

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.identity.ports import Audit
    from domain.kernel.clock import Clock
    from domain.merchants.merchant import Merchant


class Merchants(Protocol):
    """All merchants that the unit's actor can see."""

    async def get(self, merchant_id: UUID) -> Merchant:
        """The merchant; raise `NotFound`."""
        ...

    async def for_update(self, merchant_id: UUID) -> Merchant:
        """The merchant, locked until the unit ends; raise `NotFound`."""
        ...

    async def add(self, merchant: Merchant) -> None:
        """A new one."""
        ...

    async def save(self, merchant: Merchant) -> None:
        """A changed one."""
        ...


class MerchantsUnit(Unit, Protocol):
    """One transaction over merchants."""

    @property
    def merchants(self) -> Merchants:
        """Merchants."""
        ...

    @property
    def audit(self) -> Audit:
        """The audit log."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantPorts:
    """What the verbs of this context are given. `gateway` is what new merchants go through."""

    clock: Clock
    units: Units[Actor, MerchantsUnit]
    gateway: str
