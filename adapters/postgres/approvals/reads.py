"""Lists and look-ups of requests and policies; every read is scoped."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.approvals import rows, tables
from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.keyset import Key, cursor_of, slice_of
from adapters.postgres.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.filter import ApprovalRequestFilter
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice

_UUIDS = ARRAY(Uuid())
_R = tables.approval_requests
_P = tables.approval_policies
_BY_IDS = Statement(select(_R).where(_R.c.id == any_(bindparam("ids", type_=_UUIDS))))
_OF_MERCHANTS = Statement(
    select(_P)
    .where(_P.c.merchant_id == any_(bindparam("ids", type_=_UUIDS)))
    .order_by(_P.c.merchant_id, _P.c.action, _P.c.currency)
)


class ApprovalReads:
    """The read side of approvals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, scope: Scope, wanted: ApprovalRequestFilter, request: PageRequest) -> Slice[ApprovalRequest]:
        """One page, newest first; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.any_of("status", wanted.status)
        conditions.any_of("action", wanted.action)
        conditions.add("subject_id = {}::uuid", wanted.subject_id)
        conditions.add("requested_by_id = {}::uuid", wanted.requested_by)
        conditions.any_of("currency", wanted.currency)
        conditions.span("amount_scaled", wanted.amount, "bigint")
        conditions.span("requested_at", wanted.requested_at, "timestamptz")
        page = newest_first("approval_requests", conditions, request)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(page, *conditions.arguments)
        return slice_of(found, request, rows.request_of)

    @staticmethod
    def cursor(request: ApprovalRequest) -> str:
        """Where a request stands in a list."""
        return cursor_of(Key.ID, 0, request.id)

    async def requests(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, ApprovalRequest]:
        """Requests by id; what is missing does not exist for this scope."""
        found = await self._database.fetch(scope, _BY_IDS, ids=list(ids))
        return {row["id"]: rows.request_of(row) for row in found if scope.covers(row["merchant_id"])}

    async def policies(self, scope: Scope, merchant_ids: Collection[UUID]) -> dict[UUID, list[ApprovalPolicy]]:
        """Each merchant's policies, by action and currency; of merchants beyond the scope there are none."""
        found = await self._database.fetch(scope, _OF_MERCHANTS, ids=list(merchant_ids))
        policies: defaultdict[UUID, list[ApprovalPolicy]] = defaultdict(list)
        for row in found:
            if scope.covers(row["merchant_id"]):
                policies[row["merchant_id"]].append(rows.policy_of(row))
        return policies
