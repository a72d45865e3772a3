"""What disputes need of storage and of the world, at most seven methods each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.kernel.unit import Unit, Units

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.ports import ApprovalPolicies, ApprovalRequests
    from domain.disputes.dispute import Dispute
    from domain.disputes.dispute_policy import DisputePolicy
    from domain.disputes.early_fraud_warning import EarlyFraudWarning, WarningNotice
    from domain.disputes.evidence import Evidence
    from domain.disputes.gateway import DisputeGateways
    from domain.disputes.note import Note
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.response import DisputeResponse
    from domain.disputes.stage import DisputeStage
    from domain.disputes.storage import EvidenceFiles, ObjectStorage, VirusScanner
    from domain.identity.actor import Actor
    from domain.identity.ports import Audit
    from domain.kernel.clock import Clock
    from domain.kernel.idempotency import IdempotencyKeys
    from domain.kernel.money import Currency
    from domain.ledger.ports import Ledger
    from domain.merchants.ports import FeePlans, Merchants
    from domain.payments.ports import Operations, PaymentPorts, Payments, Refunds
    from domain.payments.refund import Refund


class Disputes(Protocol):
    """The disputes that the unit's actor can see."""

    async def for_update(self, dispute_id: UUID) -> Dispute:
        """The dispute, locked until the unit ends; raise `NotFound`."""
        ...

    async def of_case(self, merchant_id: UUID, gateway: str, case_reference: str) -> Dispute | None:
        """The dispute of a gateway's case, locked until the unit ends, if there is one.

        By the reference that it has, and by any that a notice of it gave: one that was recorded by hand has had another
        before its gateway told of it.
        """
        ...

    async def get(self, dispute_id: UUID) -> Dispute:
        """The dispute as it is; raise `NotFound`."""
        ...

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> list[UUID]:
        """The disputes of a payment, the oldest first."""
        ...

    async def add(self, dispute: Dispute) -> Dispute:
        """A new one with its events; returned without them. Raises `Contention` when its case is there already."""
        ...

    async def save(self, dispute: Dispute) -> Dispute:
        """A changed one with its events; returned without them. Raises `Contention` when another has its case."""
        ...


class DisputeQueue(Protocol):
    """What of disputes and warnings the clock has something to do with."""

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Disputes that are to be warned of or to expire by then, the most urgent first."""
        ...

    async def acceptable(self, at: datetime, limit: int) -> list[UUID]:
        """Disputes that their merchants' policies may accept, the oldest first.

        Those of which the gateway has taken no answer are left alone for a day.
        """
        ...

    async def misstated(self, limit: int) -> list[UUID]:
        """Payments of which the disputes say that more was lost twice than was, the oldest first."""
        ...

    async def prevented(self, limit: int) -> list[Refund]:
        """Refunds that were to prevent a dispute and came through, with warnings before them that are still open."""
        ...


class Notices(Protocol):
    """What networks have said."""

    async def take(self, notice: DisputeNotice) -> bool:
        """Keep a notice, matched to nothing yet; false when the same one was kept before."""
        ...

    async def apply(self, notice_id: UUID, dispute: Dispute) -> None:
        """It tells of this dispute."""
        ...

    async def refuse(self, notice_id: UUID, merchant_id: UUID, payment_id: UUID, reason: str) -> None:
        """It contradicts what is known, and is kept for staff."""
        ...

    async def of_dispute(self, dispute: Dispute) -> list[DisputeNotice]:
        """All that tell of a dispute."""
        ...

    async def unmatched(self, limit: int) -> list[DisputeNotice]:
        """Those of payments that were not known when they came, and are by now; the oldest first."""
        ...

    async def told_of(self, notice_id: UUID) -> UUID | None:
        """The dispute that a notice told of, if it was applied."""
        ...

    async def still_unmatched(self, notice_id: UUID) -> bool:
        """Whether nobody has matched it, locked until the unit ends."""
        ...


class StagedEvidence(Protocol):
    """The evidence of disputes, by stage."""

    async def of_stage(self, dispute: Dispute, stage: DisputeStage) -> Evidence | None:
        """The stage's evidence, if anything was ever staged."""
        ...

    async def save(self, evidence: Evidence) -> None:
        """A new or changed one."""
        ...


class Responses(Protocol):
    """Answers on their way to gateways."""

    async def get(self, response_id: UUID) -> DisputeResponse:
        """The answer; raise `NotFound`."""
        ...

    async def add(self, response: DisputeResponse) -> None:
        """A new one, before the gateway is called."""
        ...

    async def save(self, response: DisputeResponse) -> None:
        """A changed one."""
        ...

    async def lease_due(self, at: datetime, limit: int) -> list[DisputeResponse]:
        """Open answers whose next check is due, moved on so that nobody else asks at the same time."""
        ...


class Notes(Protocol):
    """The threads of disputes."""

    async def add(self, note: Note) -> None:
        """A new note."""
        ...


class Warnings(Protocol):
    """Early fraud warnings."""

    async def for_update(self, warning_id: UUID) -> EarlyFraudWarning:
        """The warning, locked until the unit ends; raise `NotFound`."""
        ...

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> list[EarlyFraudWarning]:
        """All about a payment, locked until the unit ends, the oldest first."""
        ...

    async def add(self, warning: EarlyFraudWarning) -> bool:
        """A new one with its events; false when the same one was added before."""
        ...

    async def save(self, warning: EarlyFraudWarning) -> EarlyFraudWarning:
        """A changed one with its events; returned without them."""
        ...

    async def park(self, notice: WarningNotice, at: datetime) -> None:
        """Keep one about a payment that is not known, until it is."""
        ...

    async def parked(self, limit: int) -> list[WarningNotice]:
        """Those whose payments are known by now, the oldest first."""
        ...

    async def unpark(self, notice: WarningNotice) -> bool:
        """It waits no longer; false when somebody else has said so."""
        ...


class DisputePolicies(Protocol):
    """What merchants do not fight about."""

    async def of_merchant(self, merchant_id: UUID) -> list[DisputePolicy]:
        """One for each currency."""
        ...

    async def save(self, policy: DisputePolicy) -> None:
        """A new or changed one."""
        ...

    async def remove(self, merchant_id: UUID, currency: Currency) -> None:
        """None for that currency."""
        ...


class Colleagues(Protocol):
    """The people who can be given a dispute."""

    async def ensure(self, user_id: UUID, merchant_id: UUID) -> None:
        """Raise `NotFound` for anybody who is neither staff nor with the merchant."""
        ...


class GatewayCursors(Protocol):
    """How far gateways' notices have been read."""

    async def get(self, gateway: str) -> str | None:
        """The cursor; None before the first reading."""
        ...

    async def save(self, gateway: str, cursor: str, at: datetime) -> None:
        """Read up to there."""
        ...


class DisputesUnit(Unit, Protocol):
    """One transaction over all that a dispute touches."""

    @property
    def disputes(self) -> Disputes: ...  # noqa: D102 - named as its type
    @property
    def dispute_queue(self) -> DisputeQueue: ...  # noqa: D102
    @property
    def notices(self) -> Notices: ...  # noqa: D102
    @property
    def evidence(self) -> StagedEvidence: ...  # noqa: D102
    @property
    def evidence_files(self) -> EvidenceFiles: ...  # noqa: D102
    @property
    def responses(self) -> Responses: ...  # noqa: D102
    @property
    def notes(self) -> Notes: ...  # noqa: D102
    @property
    def warnings(self) -> Warnings: ...  # noqa: D102
    @property
    def dispute_policies(self) -> DisputePolicies: ...  # noqa: D102
    @property
    def colleagues(self) -> Colleagues: ...  # noqa: D102
    @property
    def gateway_cursors(self) -> GatewayCursors: ...  # noqa: D102
    @property
    def payments(self) -> Payments: ...  # noqa: D102
    @property
    def operations(self) -> Operations: ...  # noqa: D102
    @property
    def refunds(self) -> Refunds: ...  # noqa: D102
    @property
    def merchants(self) -> Merchants: ...  # noqa: D102
    @property
    def fee_plans(self) -> FeePlans: ...  # noqa: D102
    @property
    def ledger(self) -> Ledger: ...  # noqa: D102
    @property
    def keys(self) -> IdempotencyKeys: ...  # noqa: D102
    @property
    def approvals(self) -> ApprovalRequests: ...  # noqa: D102
    @property
    def approval_policies(self) -> ApprovalPolicies: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputePorts:
    """What the verbs of this context are given. `payments` is for those that refund."""

    clock: Clock
    units: Units[Actor, DisputesUnit]
    gateways: DisputeGateways
    storage: ObjectStorage
    scanner: VirusScanner
    payments: PaymentPorts
