"""What the graph needs to read of disputes; PostgreSQL satisfies each Protocol. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

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
    from domain.kernel.paging import PageRequest, Slice
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment


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
