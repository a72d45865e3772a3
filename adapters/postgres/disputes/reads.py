"""The read side of disputes: every read is scoped."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.audit.tables import events
from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.disputes import rows, tables
from adapters.postgres.disputes.card_history import card_histories
from adapters.postgres.disputes.children import DisputeChildren
from adapters.postgres.disputes.file_reads import EvidenceFileReads
from adapters.postgres.disputes.pages import DisputePages, audiences_of, story_line_of
from adapters.postgres.disputes.queue import DisputeQueue, of_merchant
from adapters.postgres.identity.tables import users
from adapters.postgres.keyset import Key, cursor_of, slice_of
from adapters.postgres.statement import Statement
from domain.disputes.kept_notice import KeptNotice, NoticeState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from uuid import UUID

    from asyncpg import Record
    from sqlalchemy import Table

    from adapters.postgres.database import Database
    from domain.disputes.card_history import CardHistory
    from domain.disputes.dispute import Dispute
    from domain.disputes.dispute_policy import DisputePolicy
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from domain.disputes.filter import NoticeFilter, WarningFilter
    from domain.disputes.note import Note
    from domain.disputes.story import StoryLine
    from domain.identity.actor import Realm, Scope
    from domain.kernel.paging import PageRequest, Slice

_UUIDS = ARRAY(Uuid())


def _by_ids(table: Table) -> Statement:
    return Statement(select(table).where(table.c.id == any_(bindparam("ids", type_=_UUIDS))))


_DISPUTES = _by_ids(tables.disputes)
_WARNINGS = _by_ids(tables.early_fraud_warnings)
_EVENTS = _by_ids(events)
_NAMES = Statement(select(users.c.id, users.c.name).where(users.c.id == any_(bindparam("ids", type_=_UUIDS))))
_N = tables.dispute_notes
_NOTES = Statement(
    select(_N).where(
        _N.c.id == any_(bindparam("ids", type_=_UUIDS)),
        _N.c.audience == any_(bindparam("audiences", type_=ARRAY(Text))),
    )
)
_P = tables.dispute_policies
_POLICIES = Statement(
    select(_P).where(_P.c.merchant_id == any_(bindparam("ids", type_=_UUIDS))).order_by(_P.c.merchant_id, _P.c.currency)
)


class DisputeReads(DisputeQueue, DisputePages, DisputeChildren, EvidenceFileReads):
    """All of it."""

    def __init__(self, database: Database) -> None:
        # Each part wants the database and nothing else.
        super().__init__(database)
        self._database = database

    async def disputes(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Dispute]:
        """Disputes by id; what is missing does not exist for this scope."""
        return await self._all(scope, _DISPUTES, rows.dispute_of, ids=list(ids))

    async def warnings(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, EarlyFraudWarning]:
        """Early fraud warnings by id."""
        return await self._all(scope, _WARNINGS, rows.warning_of, ids=list(ids))

    async def notes(self, scope: Scope, ids: Collection[UUID], realm: Realm) -> dict[UUID, Note]:
        """Notes by id, of those that somebody of the realm may read."""
        return await self._all(scope, _NOTES, rows.note_of, ids=list(ids), audiences=audiences_of(realm))

    async def events(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, StoryLine]:
        """Events of disputes by id."""
        found = await self._database.fetch(scope, _EVENTS, ids=list(ids))
        return {
            row["id"]: story_line_of(row)
            for row in found
            if row["subject_type"] == "dispute" and scope.covers(row["merchant_id"])
        }

    async def card_histories(self, scope: Scope, disputes: Sequence[Dispute]) -> dict[UUID, CardHistory]:
        """What is known of the cards of disputed payments, by the disputes' ids."""
        return await card_histories(self._database, scope, disputes)

    async def names(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, str]:
        """What people are called: those who work on disputes that somebody sees, of whichever house they are."""
        found = await self._database.fetch(scope, _NAMES, ids=list(ids))
        return {row["id"]: row["name"] for row in found}

    async def policies(self, scope: Scope, merchant_ids: Collection[UUID]) -> dict[UUID, list[DisputePolicy]]:
        """Each merchant's policies, by currency; of merchants beyond the scope there are none."""
        found = await self._database.fetch(scope, _POLICIES, ids=list(merchant_ids))
        policies: defaultdict[UUID, list[DisputePolicy]] = defaultdict(list)
        for row in found:
            if scope.covers(row["merchant_id"]):
                policies[row["merchant_id"]].append(rows.policy_of(row))
        return policies

    async def search_warnings(
        self, scope: Scope, wanted: WarningFilter, request: PageRequest
    ) -> Slice[EarlyFraudWarning]:
        """One page, newest first; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        of_merchant(conditions, scope)
        conditions.add("payment_id = {}::uuid", wanted.payment_id)
        for column in ("status", "network", "fraud_type"):
            conditions.any_of(column, getattr(wanted, column))
        conditions.span("reported_at", wanted.reported_at, "timestamptz")
        page = newest_first("early_fraud_warnings", conditions, request)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(page, *conditions.arguments)
        return slice_of(found, request, rows.warning_of)

    async def search_notices(self, scope: Scope, wanted: NoticeFilter, request: PageRequest) -> Slice[KeptNotice]:
        """One page, newest first; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        of_merchant(conditions, scope)
        # In the words of the index of those that wait for staff: they are few among all that were applied.
        waiting = NoticeState.APPLIED not in wanted.state
        which = "state <> 'APPLIED' AND state = ANY ({}::text[])" if waiting else "state = ANY ({}::text[])"
        conditions.add(which, [state.value for state in wanted.state])
        page = newest_first("dispute_notices", conditions, request)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(page, *conditions.arguments)
        return slice_of(found, request, _kept_notice_of)

    @staticmethod
    def notice_cursor(kept: KeptNotice) -> str:
        """Where a notice stands in a list."""
        return cursor_of(Key.ID, 0, kept.notice.id)

    async def _all(
        self, scope: Scope, statement: Statement, entity: Callable[[Record], Any], **values: object
    ) -> dict[UUID, Any]:
        found = await self._database.fetch(scope, statement, **values)
        return {row["id"]: entity(row) for row in found if scope.covers(row["merchant_id"])}


def _kept_notice_of(row: Record) -> KeptNotice:
    return KeptNotice(
        notice=rows.notice_of(row),
        state=NoticeState(row["state"]),
        refusal=row["refusal"],
        merchant_id=row["merchant_id"],
        payment_id=row["payment_id"],
        dispute_id=row["dispute_id"],
    )
