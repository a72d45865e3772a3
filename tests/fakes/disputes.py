"""The stores of disputes, of what networks said and of what merchants answer, in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.early_fraud_warning import WarningStatus
from domain.disputes.kept_notice import NoticeState
from domain.disputes.stage import ANSWERABLE
from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention
from domain.payments.operation import OperationStatus
from domain.payments.refund import RefundReason, RefundStatus
from tests.fakes.records import tell

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.dispute_policy import DisputePolicy
    from domain.disputes.early_fraud_warning import EarlyFraudWarning, WarningNotice
    from domain.disputes.evidence import Evidence
    from domain.disputes.note import Note
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.response import DisputeResponse
    from domain.disputes.stage import DisputeStage
    from domain.kernel.money import Currency
    from domain.payments.refund import Refund
    from tests.fakes.transaction import Transaction

_FIRST_WARNING, _LAST_WARNING = 72, 24


class AlreadyThere(Exception):
    """A row that there may be one of was written twice."""


class MemoryDisputes:
    """Satisfies `Disputes` and `DisputeQueue`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.disputes

    async def get(self, dispute_id: UUID) -> Dispute:
        return self._transaction.get(self._table, dispute_id, "The dispute")

    async def for_update(self, dispute_id: UUID) -> Dispute:
        await self.get(dispute_id)
        await self._transaction.lock(dispute_id)
        return await self.get(dispute_id)

    async def of_case(self, merchant_id: UUID, gateway: str, case_reference: str) -> Dispute | None:
        for dispute in self._transaction.rows(self._table):
            if (dispute.merchant_id, dispute.gateway, dispute.case_reference) == (merchant_id, gateway, case_reference):
                return await self.for_update(dispute.id)
        notices = self._transaction.rows(self._transaction.tables.notices)
        had = {
            row.dispute_id
            for row in notices
            if (row.notice.gateway, row.notice.case_reference) == (gateway, case_reference)
        }
        renamed = sorted(
            row.id for row in self._transaction.rows(self._table) if row.id in had and row.merchant_id == merchant_id
        )
        return await self.for_update(renamed[0]) if renamed else None

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> list[UUID]:
        rows = self._transaction.rows(self._table)
        return sorted(row.id for row in rows if (row.merchant_id, row.payment_id) == (merchant_id, payment_id))

    async def add(self, dispute: Dispute) -> Dispute:
        case = (dispute.merchant_id, dispute.gateway, dispute.case_reference)
        await self._transaction.lock(("case", *case))
        if await self.of_case(*case) is not None:
            raise Contention("The case was opened at the same time; try again.")
        return self._write(dispute)

    async def save(self, dispute: Dispute) -> Dispute:
        if not dispute.events:
            return dispute
        if (await self.get(dispute.id)).version != dispute.version - len(dispute.events):
            raise Contention("The dispute was changed at the same time; try again.")
        case = (dispute.merchant_id, dispute.gateway, dispute.case_reference)
        await self._transaction.lock(("case", *case))
        rows = [row for row in self._transaction.rows(self._table) if row.id != dispute.id]
        if any((row.merchant_id, row.gateway, row.case_reference) == case for row in rows):
            raise Contention("The case was opened at the same time; try again.")
        return self._write(dispute)

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        due = [row for row in self._transaction.rows(self._table) if _due(row, at)]
        return [row.id for row in sorted(due, key=lambda row: (row.respond_by, row.id))][:limit]

    async def acceptable(self, at: datetime, limit: int) -> list[UUID]:
        tables = self._transaction.tables
        refused = {
            response.dispute_id
            for response in self._transaction.rows(tables.responses)
            if response.status is OperationStatus.FAILED and response.requested_at > at - timedelta(days=1)
        }
        found = [
            row.id
            for row in self._transaction.rows(self._table)
            if row.id not in refused
            and any(p.accepts(row) for p in tables.dispute_policies.values() if p.merchant_id == row.merchant_id)
        ]
        return sorted(found)[:limit]

    async def misstated(self, limit: int) -> list[UUID]:
        told: Counter[UUID] = Counter()
        for row in self._transaction.rows(self._table):
            told[row.payment_id] += row.double_loss_minor
        payments = self._transaction.rows(self._transaction.tables.payments)
        return sorted(row.id for row in payments if told[row.id] not in {0, row.double_loss_minor})[:limit]

    async def prevented(self, limit: int) -> list[Refund]:
        tables = self._transaction.tables
        warned = [row for row in self._transaction.rows(tables.warnings) if row.status is WarningStatus.OPEN]
        found = {
            refund.payment_id: refund
            for refund in sorted(self._transaction.rows(tables.refunds), key=lambda one: one.id, reverse=True)
            if (refund.reason, refund.status) == (RefundReason.DISPUTE_PREVENTION, RefundStatus.SUCCEEDED)
            and any(w.payment_id == refund.payment_id and w.created_at <= refund.created_at for w in warned)
        }
        return sorted(found.values(), key=lambda one: one.id)[:limit]

    def _write(self, dispute: Dispute) -> Dispute:
        saved = replace(dispute, events=())
        self._transaction.put(self._table, saved)
        tell(self._transaction, "dispute", dispute)
        return saved


def _due(dispute: Dispute, at: datetime) -> bool:
    if dispute.status not in ANSWERABLE or dispute.response_pending or dispute.respond_by is None:
        return False
    left, warned = dispute.respond_by - at, dispute.warned_hours
    if left <= timedelta(0):
        return True
    if warned is None:
        return left <= timedelta(hours=_FIRST_WARNING)
    return warned > _LAST_WARNING and left <= timedelta(hours=_LAST_WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A notice, and what became of it."""

    notice: DisputeNotice
    state: NoticeState = NoticeState.UNMATCHED
    merchant_id: UUID | None = None
    payment_id: UUID | None = None
    dispute_id: UUID | None = None
    refusal: str | None = None

    @property
    def id(self) -> UUID:
        """The notice's."""
        return self.notice.id


class MemoryNotices:
    """Satisfies `Notices`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.notices

    async def take(self, notice: DisputeNotice) -> bool:
        name = (notice.gateway, notice.notice_id)
        await self._transaction.lock(("notice", *name))
        if any((row.notice.gateway, row.notice.notice_id) == name for row in self._table.values()):
            return False
        self._transaction.put(self._table, NoticeRow(notice=notice))
        return True

    async def apply(self, notice_id: UUID, dispute: Dispute) -> None:
        known = self._kept(notice_id)
        changed = {"merchant_id": dispute.merchant_id, "payment_id": dispute.payment_id, "dispute_id": dispute.id}
        self._transaction.put(self._table, replace(known, state=NoticeState.APPLIED, **changed))

    async def refuse(self, notice_id: UUID, merchant_id: UUID, payment_id: UUID, reason: str) -> None:
        changed = {"merchant_id": merchant_id, "payment_id": payment_id, "refusal": reason}
        self._transaction.put(self._table, replace(self._kept(notice_id), state=NoticeState.REFUSED, **changed))

    async def of_dispute(self, dispute: Dispute) -> list[DisputeNotice]:
        return [row.notice for row in self._transaction.rows(self._table) if row.dispute_id == dispute.id]

    async def unmatched(self, limit: int) -> list[DisputeNotice]:
        references = {(p.gateway, p.gateway_reference) for p in self._transaction.tables.payments.values()}
        waiting = [
            row.notice
            for row in self._transaction.rows(self._table)
            if row.state is NoticeState.UNMATCHED and (row.notice.gateway, row.notice.payment_reference) in references
        ]
        return sorted(waiting, key=lambda notice: notice.received_at)[:limit]

    async def told_of(self, notice_id: UUID) -> UUID | None:
        row = self._table.get(notice_id)
        return row.dispute_id if row is not None and self._transaction.visible(row.merchant_id) else None

    async def still_unmatched(self, notice_id: UUID) -> bool:
        await self._transaction.lock(notice_id)
        return self._kept(notice_id).state is NoticeState.UNMATCHED

    def _kept(self, notice_id: UUID) -> NoticeRow:
        return self._transaction.get(self._table, notice_id, "The notice")


class MemoryEvidence:
    """Satisfies `StagedEvidence`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.evidence
        self._own: dict[tuple[UUID, DisputeStage], Evidence] = {}

    async def of_stage(self, dispute: Dispute, stage: DisputeStage) -> Evidence | None:
        key = (dispute.id, stage)
        found = self._own.get(key, self._table.get(key))
        return found if found is not None and self._transaction.visible(found.merchant_id) else None

    async def save(self, evidence: Evidence) -> None:
        self._transaction.ensure_within(evidence.merchant_id)
        key = (evidence.dispute_id, evidence.stage)
        known = self._own.get(key, self._table.get(key))
        assert known is None or known.sha256 is None, "submitted evidence never changes"
        self._own[key] = evidence
        self._transaction.later(lambda: self._table.__setitem__(key, evidence))


class MemoryResponses:
    """Satisfies `Responses`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.responses

    async def get(self, response_id: UUID) -> DisputeResponse:
        return self._transaction.get(self._table, response_id, "The answer")

    async def add(self, response: DisputeResponse) -> None:
        if any(row.open and row.dispute_id == response.dispute_id for row in self._transaction.rows(self._table)):
            raise AlreadyThere
        self._transaction.put(self._table, response)

    async def save(self, response: DisputeResponse) -> None:
        self._transaction.put(self._table, response)

    async def lease_due(self, at: datetime, limit: int) -> list[DisputeResponse]:
        due = [
            (row.next_check_at, row)
            for row in self._transaction.rows(self._table)
            if row.next_check_at is not None and row.next_check_at <= at
        ]
        leased: list[DisputeResponse] = []
        for _, row in sorted(due, key=lambda pair: pair[0]):
            if len(leased) < limit and self._transaction.try_lock(f"response {row.id}"):
                leased.append(row.checked(at))
                await self.save(leased[-1])
        return leased


class MemoryNotes:
    """Satisfies `Notes`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, note: Note) -> None:
        self._transaction.put(self._transaction.tables.notes, note)


class MemoryWarnings:
    """Satisfies `Warnings`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.warnings
        self._parked = transaction.tables.parked_warnings

    async def for_update(self, warning_id: UUID) -> EarlyFraudWarning:
        what = "The early fraud warning"
        self._transaction.get(self._table, warning_id, what)
        await self._transaction.lock(warning_id)
        return self._transaction.get(self._table, warning_id, what)

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> list[EarlyFraudWarning]:
        rows = self._transaction.rows(self._table)
        found = sorted(row.id for row in rows if (row.merchant_id, row.payment_id) == (merchant_id, payment_id))
        return [await self.for_update(warning_id) for warning_id in found]

    async def add(self, warning: EarlyFraudWarning) -> bool:
        name = (warning.merchant_id, warning.gateway, warning.notice_id)
        await self._transaction.lock(("warning", *name))
        if any((row.merchant_id, row.gateway, row.notice_id) == name for row in self._table.values()):
            return False
        self._write(warning)
        return True

    async def save(self, warning: EarlyFraudWarning) -> EarlyFraudWarning:
        return self._write(warning) if warning.events else warning

    async def park(self, notice: WarningNotice, at: datetime) -> None:
        self._transaction.ensure_within(None)
        parked = self._parked
        self._transaction.later(lambda: parked.setdefault((notice.gateway, notice.notice_id), (at, notice)))

    async def parked(self, limit: int) -> list[WarningNotice]:
        references = {(p.gateway, p.gateway_reference) for p in self._transaction.tables.payments.values()}
        waiting = [kept for kept in self._parked.values() if (kept[1].gateway, kept[1].payment_reference) in references]
        return [notice for _, notice in sorted(waiting, key=lambda kept: kept[0])][:limit]

    async def unpark(self, notice: WarningNotice) -> bool:
        name = (notice.gateway, notice.notice_id)
        await self._transaction.lock(("parked", *name))
        parked = self._parked
        self._transaction.later(lambda: parked.pop(name, None))
        return name in parked

    def _write(self, warning: EarlyFraudWarning) -> EarlyFraudWarning:
        saved = replace(warning, events=())
        self._transaction.put(self._table, saved)
        tell(self._transaction, "early_fraud_warning", warning)
        return saved


class MemoryDisputePolicies:
    """Satisfies `DisputePolicies`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.dispute_policies
        self._own: dict[tuple[UUID, str], DisputePolicy | None] = {}

    async def of_merchant(self, merchant_id: UUID) -> list[DisputePolicy]:
        seen = {**self._table, **self._own} if self._transaction.visible(merchant_id) else {}
        own = [policy for policy in seen.values() if policy is not None and policy.merchant_id == merchant_id]
        return sorted(own, key=lambda policy: policy.accept_up_to.currency.code)

    async def save(self, policy: DisputePolicy) -> None:
        self._transaction.ensure_within(policy.merchant_id)
        key = (policy.merchant_id, policy.accept_up_to.currency.code)
        self._own[key] = policy
        self._transaction.later(lambda: self._table.__setitem__(key, policy))

    async def remove(self, merchant_id: UUID, currency: Currency) -> None:
        key = (merchant_id, currency.code)
        if self._transaction.visible(merchant_id):
            self._own[key] = None
            self._transaction.later(lambda: self._table.pop(key, None))


class MemoryColleagues:
    """Satisfies `Colleagues`; `colleagues` are people's merchants by their ids, None of staff."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def ensure(self, user_id: UUID, merchant_id: UUID) -> None:
        merchants = self._transaction.tables.colleagues.get(user_id, frozenset())
        if merchants is not None and merchant_id not in merchants:
            raise NotFound("The person", ("assigneeId",))


class MemoryCursors:
    """Satisfies `GatewayCursors`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, gateway: str) -> str | None:
        return self._transaction.tables.gateway_cursors.get(gateway)

    async def save(self, gateway: str, cursor: str, at: datetime) -> None:
        del at
        cursors = self._transaction.tables.gateway_cursors
        self._transaction.later(lambda: cursors.__setitem__(gateway, cursor))
