"""What the graph needs to read, by context; PostgreSQL satisfies each Protocol. No read goes without a Scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from api.context import Asked
    from domain.audit.audit_record import AuditRecord
    from domain.audit.filter import AuditFilter
    from domain.identity.actor import Scope
    from domain.identity.api_client import ApiClient
    from domain.identity.membership import Membership
    from domain.identity.user import User
    from domain.kernel.paging import PageRequest, Slice
    from domain.ledger.balance import Balance
    from domain.ledger.entry import Entry
    from domain.ledger.filter import LedgerEntryFilter
    from domain.merchants.filter import MerchantFilter, MerchantOrder
    from domain.merchants.merchant import Merchant
    from domain.payments.capture import Capture
    from domain.payments.customer import Customer
    from domain.payments.filter import PaymentFilter, PaymentOrder
    from domain.payments.operation import Operation
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

    async def captures_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Capture]]:
        """Captures."""
        ...

    async def refunds_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Refund]]:
        """Refunds."""
        ...


class PaymentReads(PaymentLists, PaymentObjects, PaymentChildren, Protocol):
    """The read side of payments."""


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


class LedgerReads(Protocol):
    """The read side of the ledger."""

    async def balances(self, scope: Scope, merchant_id: UUID, as_of: datetime | None) -> list[Balance]:
        """What the merchant is owed in each currency, now or as it was at a moment."""
        ...

    async def entries_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Entry]]:
        """Each payment's entries, oldest first."""
        ...

    async def entries(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Entry]:
        """Entries by id."""
        ...

    async def search(self, scope: Scope, wanted: LedgerEntryFilter, request: PageRequest) -> Slice[Entry]:
        """One page of entries, newest first."""
        ...

    def cursor(self, entry: Entry) -> str:
        """Where an entry stands in a list."""
        ...


class AuditReads(Protocol):
    """The read side of the audit log."""

    async def search(self, scope: Scope, wanted: AuditFilter, request: PageRequest) -> Slice[AuditRecord]:
        """One page of records, newest first."""
        ...

    async def records(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, AuditRecord]:
        """Records by id."""
        ...

    def cursor(self, record: AuditRecord) -> str:
        """Where a record stands in a list."""
        ...


class IdentityReads(Protocol):
    """Who somebody is. Of others only what the scope's merchants have to do with."""

    async def users(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, User]:
        """People by id."""
        ...

    async def clients(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, ApiClient]:
        """API clients by id."""
        ...

    async def memberships_of(self, scope: Scope, user_id: UUID) -> list[Membership]:
        """A person's memberships."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """The read side of every context."""

    payments: PaymentReads
    merchants: MerchantReads
    ledger: LedgerReads
    audit: AuditReads
    identity: IdentityReads
