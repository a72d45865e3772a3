"""The write side of approvals: requests with their events, and the merchants' policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.approvals import rows, tables
from adapters.postgres.merchants.tables import merchants
from adapters.postgres.statement import Statement, update_row
from adapters.postgres.versioned import VersionedTable
from domain.approvals.approval_request import ApprovalStatus
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.approvals.approval_action import ApprovalAction
    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.approvals.approval_request import ApprovalRequest
    from domain.kernel.money import Currency

_R = tables.approval_requests
_P = tables.approval_policies
_DECISION = (
    "status",
    "decided_by_kind",
    "decided_by_id",
    "decided_by_name",
    "reason",
    "failure",
    "decided_at",
    "finished_at",
    "tries",
    "next_try_at",
    "version",
)
_WRITTEN = VersionedTable(_R, "approval_request", "The request", rows.request_values, _DECISION)
_LOCK = Statement(select(_R).where(_R.c.id == bindparam("id")).with_for_update())
_OF_OPERATION = Statement(select(_R).where(_R.c.operation_id == bindparam("operation_id")))
_OVERDUE = Statement(
    select(_R.c.id)
    .where(_R.c.status == ApprovalStatus.REQUIRES_REVIEW.value, _R.c.expires_at <= bindparam("at"))
    .order_by(_R.c.expires_at)
    .limit(bindparam("most"))
)
_DUE = Statement(
    select(_R)
    .where(_R.c.next_try_at <= bindparam("at"))
    .order_by(_R.c.next_try_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = update_row(_R, "tries", "next_try_at")
_LOCK_MERCHANT = Statement(
    select(merchants.c.id).where(merchants.c.id == bindparam("id")).with_for_update(key_share=True)
)
# The platform has no row of its own to lock; the number is that of nothing else.
_LOCK_PLATFORM = "SELECT pg_advisory_xact_lock(hashtextextended('approval_policies of the platform', 0))"
_POLICIES = Statement(
    select(_P).where(_P.c.merchant_id == bindparam("merchant_id"), _P.c.action == bindparam("action"))
)
_new_policy = insert(_P).values({column.key: bindparam(column.key, type_=column.type) for column in _P.columns})
_PUT = Statement(
    _new_policy.on_conflict_do_update(
        index_elements=["merchant_id", "action", "currency"],
        set_={name: _new_policy.excluded[name] for name in ("threshold_minor", "role")},
    )
)
_REMOVE = Statement(
    delete(_P).where(
        _P.c.merchant_id == bindparam("merchant_id"),
        _P.c.action == bindparam("action"),
        _P.c.currency == bindparam("currency"),
    )
)


class ApprovalRequestStore:
    """Satisfies `domain.approvals.ports.ApprovalRequests` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def for_update(self, request_id: UUID) -> ApprovalRequest:
        """The request, locked until the unit ends; raise `NotFound`."""
        row = await self._connection.fetchrow(_LOCK.sql, *_LOCK.args(id=request_id))
        if row is None:
            what = "The request for approval"
            raise NotFound(what)
        return rows.request_of(row)

    async def of_operation(self, operation_id: UUID) -> ApprovalRequest | None:
        """The request that the operation carries out, as it is; nothing when none does."""
        row = await self._connection.fetchrow(_OF_OPERATION.sql, *_OF_OPERATION.args(operation_id=operation_id))
        return None if row is None else rows.request_of(row)

    async def add(self, request: ApprovalRequest) -> ApprovalRequest:
        """A new one with its events; returned without them."""
        return await _WRITTEN.add(self._connection, self._events, request)

    async def save(self, request: ApprovalRequest) -> ApprovalRequest:
        """A changed one with its events; returned without them. The version must be the one that was loaded."""
        return await _WRITTEN.save(self._connection, self._events, request)

    async def overdue(self, at: datetime, limit: int) -> list[UUID]:
        """Requests that nobody decided in time, the oldest first."""
        found = await self._connection.fetch(_OVERDUE.sql, *_OVERDUE.args(at=at, most=limit))
        return [row["id"] for row in found]

    async def lease_due(self, at: datetime, limit: int) -> list[ApprovalRequest]:
        """Approved requests that are due to be carried out, moved on so that nobody else does so at the same time."""
        found = await self._connection.fetch(_DUE.sql, *_DUE.args(at=at, most=limit))
        leased = [rows.request_of(row).tried(at) for row in found]
        for request in leased:
            values = rows.request_values(request)
            keys = {"key_merchant_id": request.merchant_id, "key_id": request.id}
            await self._connection.execute(_LEASE.sql, *_LEASE.args(**values, **keys))
        return leased


class ApprovalPolicyStore:
    """Satisfies `domain.approvals.ports.ApprovalPolicies` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def lock(self, merchant_id: UUID) -> None:
        """Let nobody else change the policies of a merchant, or the platform's; raise `NotFound` for neither."""
        if merchant_id == PLATFORM:
            await self._connection.execute(_LOCK_PLATFORM)
            return
        if await self._connection.fetchrow(_LOCK_MERCHANT.sql, *_LOCK_MERCHANT.args(id=merchant_id)) is None:
            what = "The merchant"
            raise NotFound(what, ("merchantId",))

    async def of(self, merchant_id: UUID, action: ApprovalAction) -> list[ApprovalPolicy]:
        """The merchant's policies for an action, one at most for each currency."""
        arguments = _POLICIES.args(merchant_id=merchant_id, action=action.value)
        return [rows.policy_of(row) for row in await self._connection.fetch(_POLICIES.sql, *arguments)]

    async def put(self, policy: ApprovalPolicy) -> None:
        """Keep it, in the place of the one for the same action and currency."""
        await self._connection.execute(_PUT.sql, *_PUT.args(**rows.policy_values(policy)))

    async def remove(self, merchant_id: UUID, action: ApprovalAction, currency: Currency | None) -> None:
        """Forget the one for this action and currency, if there is one."""
        code = rows.currency_code(currency)
        arguments = _REMOVE.args(merchant_id=merchant_id, action=action.value, currency=code)
        await self._connection.execute(_REMOVE.sql, *arguments)
