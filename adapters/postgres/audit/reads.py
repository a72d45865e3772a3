"""The audit log, read back; every read is scoped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.audit import tables
from adapters.postgres.audit.job_runs import JobRunStore
from adapters.postgres.audit.seal_store import record_of
from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.hydration import hydrator
from adapters.postgres.keyset import Key, cursor_of, slice_of
from adapters.postgres.statement import Statement
from domain.audit.event_line import EventLine

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.audit.audit_record import AuditRecord
    from domain.audit.filter import AuditFilter
    from domain.audit.job_run import JobRun
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice


_UUIDS = ARRAY(Uuid())
_LINE = [tables.events.c[name] for name in EventLine.__slots__]
_EVENTS = Statement(
    select(*_LINE).where(
        tables.events.c.id == any_(bindparam("ids", type_=_UUIDS)),
        tables.events.c.subject_type == bindparam("subject_type"),
    )
)
_line_of = hydrator(EventLine, checked=False)


class AuditReads:
    """The read side of the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, scope: Scope, wanted: AuditFilter, request: PageRequest) -> Slice[AuditRecord]:
        """One page, newest first; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.any_of("action", wanted.action)
        conditions.add("actor_id = {}::uuid", wanted.actor_id)
        conditions.add("subject_id = {}::uuid", wanted.subject_id)
        conditions.span("occurred_at", wanted.occurred_at, "timestamptz")
        page = newest_first("audit_records", conditions, request)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(page, *conditions.arguments)
        return slice_of(found, request, record_of)

    async def records(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, AuditRecord]:
        """Records by id."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.add("id = ANY ({}::uuid[])", list(ids))
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(
                f"SELECT * FROM audit_records WHERE {conditions}",  # noqa: S608 - values are bound
                *conditions.arguments,
            )
        return {row["id"]: record_of(row) for row in found}

    async def events(self, scope: Scope, ids: Collection[UUID], subject_type: str) -> dict[UUID, EventLine]:
        """Events of that kind of objects, by id."""
        found = await self._database.fetch(scope, _EVENTS, ids=list(ids), subject_type=subject_type)
        return {row["id"]: _line_of(row) for row in found if scope.covers(row["merchant_id"])}

    async def jobs(self, scope: Scope) -> list[JobRun]:
        """Every job that ever ran, by name."""
        return await JobRunStore(self._database).jobs(scope)

    @staticmethod
    def cursor(record: AuditRecord) -> str:
        """Where a record stands in a list."""
        return cursor_of(Key.ID, 0, record.id)
