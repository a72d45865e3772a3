"""What the graph needs to read, by context; PostgreSQL satisfies each Protocol. No read goes without a Scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from api.context import Asked
    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.filter import ApprovalRequestFilter
    from domain.audit.audit_record import AuditRecord
    from domain.audit.filter import AuditFilter
    from domain.disputes.card_history import CardHistory
    from domain.disputes.dispute import Dispute
    from domain.disputes.dispute_policy import DisputePolicy
    from domain.disputes.dispute_stats import Tally
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from domain.disputes.evidence import Evidence
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.filter import DisputeFilter, DisputeOrder, NoticeFilter, WarningFilter
    from domain.disputes.kept_notice import KeptNotice
    from domain.disputes.note import Note
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.response import DisputeResponse
    from domain.disputes.story import StoryLine as DisputeStoryLine
    from domain.identity.actor import Realm, Scope
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

    async def entries_of_disputes(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[Entry]]:
        """Each dispute's entries, oldest first."""
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


class ApprovalReads(Protocol):
    """The read side of approvals."""

    async def search(self, scope: Scope, wanted: ApprovalRequestFilter, request: PageRequest) -> Slice[ApprovalRequest]:
        """One page of requests, newest first."""
        ...

    def cursor(self, request: ApprovalRequest) -> str:
        """Where a request stands in a list."""
        ...

    async def requests(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, ApprovalRequest]:
        """Requests by id."""
        ...

    async def policies(self, scope: Scope, merchant_ids: Collection[UUID]) -> dict[UUID, list[ApprovalPolicy]]:
        """Each merchant's policies; a merchant without one may be missing."""
        ...


class DisputeLists(Protocol):
    """Lists over many disputes, and pages of what they have much of."""

    async def search(
        self, scope: Scope, wanted: DisputeFilter, order: DisputeOrder, request: PageRequest
    ) -> Slice[Dispute]:
        """One page of disputes; raise `Invalid` for a cursor that is none of this list's."""
        ...

    def cursor(self, dispute: Dispute, order: DisputeOrder) -> str:
        """Where a dispute stands in a list of that order."""
        ...

    async def tallies(self, scope: Scope, wanted: DisputeFilter) -> list[Tally]:
        """How many there are of each kind, and what they dispute together."""
        ...

    async def timelines(
        self, scope: Scope, disputes: Sequence[Dispute], request: PageRequest
    ) -> list[Slice[DisputeStoryLine]]:
        """A page of each dispute's events, oldest first."""
        ...

    async def notes_of(
        self, scope: Scope, disputes: Sequence[Dispute], request: PageRequest, realm: Realm
    ) -> list[Slice[Note]]:
        """A page of each dispute's notes that somebody of the realm may read, newest first."""
        ...

    async def disputes_of_merchants(
        self, scope: Scope, merchants: Sequence[Merchant], request: PageRequest
    ) -> list[Slice[Dispute]]:
        """A page of each merchant's disputes, newest first."""
        ...

    def place(self, row: Dispute | Note | EarlyFraudWarning) -> str:
        """Where a row stands in a list that is in the order of ids."""
        ...


class DisputeObjects(Protocol):
    """Objects of the disputes context by id; what is missing in the answer does not exist for the scope."""

    async def disputes(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Dispute]:
        """Disputes."""
        ...

    async def warnings(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, EarlyFraudWarning]:
        """Early fraud warnings."""
        ...

    async def evidence_files(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, EvidenceFile]:
        """Files of evidence."""
        ...

    async def notes(self, scope: Scope, ids: Collection[UUID], realm: Realm) -> dict[UUID, Note]:
        """Notes, of those that somebody of the realm may read."""
        ...

    async def events(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, DisputeStoryLine]:
        """Events of disputes."""
        ...

    async def names(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, str]:
        """What the people are called who work on disputes."""
        ...


class DisputeChildren(Protocol):
    """What hangs on payments and disputes, in the order of these, oldest first."""

    async def disputes_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Dispute]]:
        """Disputes of payments."""
        ...

    async def warnings_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[EarlyFraudWarning]]:
        """Early fraud warnings of payments."""
        ...

    async def evidence_of(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[Evidence]]:
        """Evidence, by stage."""
        ...

    async def evidence_files_of(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[EvidenceFile]]:
        """Files of evidence of all stages."""
        ...

    async def responses_of(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[DisputeResponse]]:
        """Answers."""
        ...

    async def notices_of(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[DisputeNotice]]:
        """What networks said."""
        ...

    async def card_histories(self, scope: Scope, disputes: Sequence[Dispute]) -> dict[UUID, CardHistory]:
        """What is known of the cards that were paid with, by the disputes' ids."""
        ...


class DisputeSurroundings(Protocol):
    """What disputes are worked by."""

    async def search_warnings(
        self, scope: Scope, wanted: WarningFilter, request: PageRequest
    ) -> Slice[EarlyFraudWarning]:
        """One page of early fraud warnings, newest first."""
        ...

    async def search_notices(self, scope: Scope, wanted: NoticeFilter, request: PageRequest) -> Slice[KeptNotice]:
        """One page of notices, newest first."""
        ...

    def notice_cursor(self, kept: KeptNotice) -> str:
        """Where a notice stands in a list."""
        ...

    async def policies(self, scope: Scope, merchant_ids: Collection[UUID]) -> dict[UUID, list[DisputePolicy]]:
        """What each merchant does not fight about; a merchant without a policy may be missing."""
        ...


class DisputeReads(DisputeLists, DisputeObjects, DisputeChildren, DisputeSurroundings, Protocol):
    """The read side of disputes."""


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
    approvals: ApprovalReads
    disputes: DisputeReads
