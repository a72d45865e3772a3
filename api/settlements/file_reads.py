"""What the graph needs to read of payment files; PostgreSQL satisfies the Protocol. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.settlements.payment_file import PaymentFile
    from domain.settlements.payment_file_filter import PaymentFileFilter
    from domain.settlements.payout import Payout


class PaymentFileReads(Protocol):
    """Files and what they hold; they are the platform's, and in no scope but that of all merchants."""

    async def payment_files(self, scope: Scope, wanted: PaymentFileFilter, request: PageRequest) -> Slice[PaymentFile]:
        """One page, newest first."""
        ...

    async def payment_files_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, PaymentFile]:
        """Those within the scope."""
        ...

    async def payouts_of_files(
        self, scope: Scope, files: Sequence[PaymentFile], request: PageRequest
    ) -> list[Slice[Payout]]:
        """Of each file one page of its payouts within the scope, oldest first, in one statement."""
        ...

    def place(self, row: PaymentFile | Payout) -> str:
        """Where a row stands in a list that is in the order of ids."""
        ...
