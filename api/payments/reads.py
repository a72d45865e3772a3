"""What the graph needs to read of payments; PostgreSQL satisfies each Protocol. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from api.context import Asked
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.payments.capture import Capture
    from domain.payments.customer import Customer
    from domain.payments.filter import PaymentFilter, PaymentOrder
    from domain.payments.operation import Operation
    from domain.payments.origin import Origin
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund
    from domain.payments.story import StoryLine


class PaymentLists(Protocol):
    """Pages of payments and of their stories."""

    async def search(
        self, scope: Scope, wanted: PaymentFilter, order: PaymentOrder, request: PageRequest, asked: Asked
    ) -> Slice[Payment]:
        """One page of payments, of which no more than `asked` and the cursor can be taken.

        Raises `Invalid` for a cursor that is none of this list's.
        """
        ...

    def cursor(self, payment: Payment, order: PaymentOrder) -> str:
        """Where a payment stands in a list of that order."""
        ...

    async def timelines(
        self, scope: Scope, payments: Sequence[Payment], request: PageRequest
    ) -> list[Slice[StoryLine]]:
        """A page of each payment's events, oldest first."""
        ...

    async def payments_of_customers(
        self, scope: Scope, customers: Sequence[Customer], request: PageRequest
    ) -> list[Slice[Payment]]:
        """A page of each customer's payments, newest first."""
        ...


class PaymentObjects(Protocol):
    """Objects of the payments context by id; what is missing in the answer does not exist for the scope."""

    async def payments(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Payment]:
        """Payments."""
        ...

    async def operations(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Operation]:
        """Operations."""
        ...

    async def captures(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Capture]:
        """Captures."""
        ...

    async def refunds(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Refund]:
        """Refunds."""
        ...

    async def customers(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Customer]:
        """Customers."""
        ...

    async def events(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, StoryLine]:
        """Events of payments."""
        ...


class PaymentChildren(Protocol):
    """What hangs on payments, in the payments' order, oldest first."""

    async def operations_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Operation]]:
        """Operations."""
        ...

    async def origins_of(self, scope: Scope, payments: Sequence[Payment]) -> dict[UUID, Origin]:
        """Where they came from, by their ids, as far as that is known."""
        ...

    async def captures_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Capture]]:
        """Captures."""
        ...

    async def refunds_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Refund]]:
        """Refunds."""
        ...


class PaymentReads(PaymentLists, PaymentObjects, PaymentChildren, Protocol):
    """The read side of payments."""
