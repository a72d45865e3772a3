"""What the graph needs to read of the audit log; PostgreSQL satisfies it. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from domain.audit.audit_record import AuditRecord
    from domain.audit.event_line import EventLine
    from domain.audit.filter import AuditFilter
    from domain.audit.job_run import JobRun
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice


class AuditReads(Protocol):
    """The read side of the audit log."""

    async def search(self, scope: Scope, wanted: AuditFilter, request: PageRequest) -> Slice[AuditRecord]:
        """One page of records, newest first."""
        ...

    async def records(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, AuditRecord]:
        """Records by id."""
        ...

    async def events(self, scope: Scope, ids: Collection[UUID], subject_type: str) -> dict[UUID, EventLine]:
        """Events of that kind of objects, by id."""
        ...

    async def jobs(self, scope: Scope) -> list[JobRun]:
        """Every job that ever ran, by name."""
        ...

    def cursor(self, record: AuditRecord) -> str:
        """Where a record stands in a list."""
        ...
