"""What the graph needs to read of merchants; PostgreSQL satisfies it. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.merchants.fee_plan_version import FeePlanVersion
    from domain.merchants.filter import MerchantFilter, MerchantOrder
    from domain.merchants.merchant import Merchant


class MerchantReads(Protocol):
    """The read side of merchants."""

    async def merchants(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Merchant]:
        """Merchants by id."""
        ...

    async def search(
        self, scope: Scope, wanted: MerchantFilter, order: MerchantOrder, request: PageRequest
    ) -> Slice[Merchant]:
        """One page of merchants."""
        ...

    def cursor(self, merchant: Merchant) -> str:
        """Where a merchant stands in a list."""
        ...

    async def fee_plans(
        self, scope: Scope, merchant_ids: Sequence[UUID], request: PageRequest
    ) -> list[Slice[FeePlanVersion]]:
        """A page of the versions of each merchant's fee plan, newest first."""
        ...

    def place(self, version: FeePlanVersion) -> str:
        """Where a version stands among its merchant's."""
        ...
