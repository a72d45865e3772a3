"""The audit log, read back; every read is scoped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.audit.seal_store import record_of
from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.keyset import Key, cursor_of, slice_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.audit.audit_record import AuditRecord
    from domain.audit.filter import AuditFilter
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice


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

    @staticmethod
    def cursor(record: AuditRecord) -> str:
        """Where a record stands in a list."""
        return cursor_of(Key.ID, 0, record.id)
