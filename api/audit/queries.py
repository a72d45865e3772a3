"""The queries of the audit log, and of what runs by the clock."""

from typing import Annotated

import strawberry

from api.audit.jobs import jobs as all_jobs
from api.audit.types import AuditRecord, audit_record
from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument, attribute
from api.fields import query
from api.identifiers import narrowed
from api.spans import DateTimeRange, moments
from domain.audit import filter as audit_filter
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, split_id
from domain.kernel.paging import PageRequest


@strawberry.input(description="Which audit records. Everything given must hold; a list means any of.")
class AuditFilter:
    """For `auditLog`."""

    merchant_ids: list[strawberry.ID] | None = attribute("That concern these merchants.", default=None)
    action: list[str] | None = attribute("Of these actions.", default=None)
    actor_id: strawberry.ID | None = attribute("Of this person or client.", default=None)
    subject_id: strawberry.ID | None = attribute("Done to this object.", default=None)
    occurred_at: DateTimeRange | None = attribute("Done then.", default=None)


@query(Permission.AUDIT_READ, "Who did what, newest first.")
async def log(
    reading: Reading,
    filter: Annotated[AuditFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[AuditRecord]:
    """By filter."""
    given = filter or AuditFilter()
    wanted = audit_filter.AuditFilter(
        action=None if given.action is None else tuple(given.action),
        actor_id=split_id(given.actor_id, ("filter", "actorId"))[1] if given.actor_id is not None else None,
        subject_id=split_id(given.subject_id, ("filter", "subjectId"))[1] if given.subject_id is not None else None,
        occurred_at=moments(given.occurred_at),
    )
    reads = reading.reads.audit
    scope = narrowed(reading.scope, Prefix.MERCHANT, given.merchant_ids, "filter", "merchantIds")
    page = await reads.search(scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, audit_record, reads.cursor)


@strawberry.type
class AuditQueries:
    """The fields that the audit log adds to Query."""

    audit_log = log
    jobs = all_jobs
