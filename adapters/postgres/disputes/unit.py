"""The stores of disputes, as one transaction offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.audit.store import EventStore
from adapters.postgres.disputes.answer_store import EvidenceStore, NoteStore, ResponseStore
from adapters.postgres.disputes.file_store import EvidenceFileStore
from adapters.postgres.disputes.setting_store import ColleagueStore, CursorStore, DisputePolicyStore
from adapters.postgres.disputes.store import DisputeStore, NoticeStore
from adapters.postgres.disputes.warning_store import WarningStore

if TYPE_CHECKING:
    from adapters.postgres.database import FencedConnection
    from domain.identity.actor import Actor


class DisputeStores:
    """Each is made when it is asked for: most transactions, which are about payments, need none of them."""

    def __init__(self, connection: FencedConnection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    @property
    def disputes(self) -> DisputeStore:
        """Disputes."""
        return DisputeStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def dispute_queue(self) -> DisputeStore:
        """The disputes that the clock has something to do with."""
        return self.disputes

    @property
    def notices(self) -> NoticeStore:
        """What networks have said."""
        return NoticeStore(self._connection)

    @property
    def evidence(self) -> EvidenceStore:
        """Evidence by stage."""
        return EvidenceStore(self._connection)

    @property
    def evidence_files(self) -> EvidenceFileStore:
        """Files of evidence."""
        return EvidenceFileStore(self._connection)

    @property
    def responses(self) -> ResponseStore:
        """Answers on their way."""
        return ResponseStore(self._connection)

    @property
    def notes(self) -> NoteStore:
        """Threads."""
        return NoteStore(self._connection)

    @property
    def warnings(self) -> WarningStore:
        """Early fraud warnings."""
        return WarningStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def dispute_policies(self) -> DisputePolicyStore:
        """What merchants do not fight about."""
        return DisputePolicyStore(self._connection)

    @property
    def gateway_cursors(self) -> CursorStore:
        """How far gateways' notices have been read."""
        return CursorStore(self._connection)

    @property
    def colleagues(self) -> ColleagueStore:
        """Who can be given a dispute."""
        return ColleagueStore(self._connection)
