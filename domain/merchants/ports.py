"""What the context needs of storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from uuid import UUID

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
