"""The stores of requests for approval and of policies, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import Contention
from tests.fakes.records import tell

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_action import ApprovalAction
    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.approvals.approval_request import ApprovalRequest
    from domain.kernel.money import Currency
    from tests.fakes.transaction import Transaction


class MemoryApprovalRequests:
    """Satisfies `ApprovalRequests`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.approval_requests

    async def for_update(self, request_id: UUID) -> ApprovalRequest:
        what = "The request for approval"
        self._transaction.get(self._table, request_id, what)
        await self._transaction.lock(request_id)
        return self._transaction.get(self._table, request_id, what)

    async def of_operation(self, operation_id: UUID) -> ApprovalRequest | None:
        found = [row for row in self._transaction.rows(self._table) if row.operation_id == operation_id]
        return found[0] if found else None

    async def add(self, request: ApprovalRequest) -> ApprovalRequest:
        return self._write(request)

    async def save(self, request: ApprovalRequest) -> ApprovalRequest:
        known = self._transaction.get(self._table, request.id, "The request for approval")
        if known.version != request.version - len(request.events):
            raise Contention("The request was changed at the same time; try again.")
        return self._write(request)

    async def overdue(self, at: datetime, limit: int) -> list[UUID]:
        due = [row for row in self._transaction.rows(self._table) if row.overdue(at)]
        return [row.id for row in sorted(due, key=lambda row: row.expires_at)][:limit]

    async def lease_due(self, at: datetime, limit: int) -> list[ApprovalRequest]:
        due = [
            (row.next_try_at, row)
            for row in self._transaction.rows(self._table)
            if row.next_try_at is not None and row.next_try_at <= at
        ]
        leased: list[ApprovalRequest] = []
        for _, row in sorted(due, key=lambda pair: pair[0]):
            if len(leased) < limit and self._transaction.try_lock(f"request {row.id}"):
                leased.append(row.tried(at))
                self._transaction.put(self._table, leased[-1])
        return leased

    def _write(self, request: ApprovalRequest) -> ApprovalRequest:
        saved = replace(request, events=())
        self._transaction.put(self._table, saved)
        tell(self._transaction, "approval_request", request)
        return saved


class MemoryApprovalPolicies:
    """Satisfies `ApprovalPolicies`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.approval_policies

    async def lock(self, merchant_id: UUID) -> None:
        known = merchant_id == PLATFORM or merchant_id in self._transaction.tables.merchants
        if not known or not self._transaction.visible(merchant_id):
            raise NotFound("The merchant", ("merchantId",))
        await self._transaction.lock(("policies", merchant_id))

    async def of(self, merchant_id: UUID, action: ApprovalAction) -> list[ApprovalPolicy]:
        seen = self._transaction.visible(merchant_id)
        return [p for p in self._table.values() if seen and (p.merchant_id, p.action) == (merchant_id, action)]

    async def put(self, policy: ApprovalPolicy) -> None:
        self._transaction.ensure_within(policy.merchant_id)
        key = (policy.merchant_id, policy.action, policy.threshold.currency.code if policy.threshold else None)
        self._transaction.later(lambda: self._table.__setitem__(key, policy))

    async def remove(self, merchant_id: UUID, action: ApprovalAction, currency: Currency | None) -> None:
        def forget() -> None:
            self._table.pop((merchant_id, action, currency and currency.code), None)

        if self._transaction.visible(merchant_id):
            self._transaction.later(forget)
