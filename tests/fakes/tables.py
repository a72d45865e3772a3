"""What is committed: the stores' contents, shared by all in-memory units, and the locks on them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.fraud_tables import FraudTables
from tests.fakes.payment_files import PaymentFileTables
from tests.fakes.reconciliation import ReconciliationTables
from tests.fakes.settlements import SettlementTables

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_action import ApprovalAction
    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.approvals.approval_request import ApprovalRequest
    from domain.audit.audit_record import AuditRecord
    from domain.audit.seal import Seal
    from domain.disputes.dispute import Dispute
    from domain.disputes.dispute_policy import DisputePolicy
    from domain.disputes.early_fraud_warning import EarlyFraudWarning, WarningNotice
    from domain.disputes.evidence import Evidence
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.note import Note
    from domain.disputes.response import DisputeResponse
    from domain.disputes.stage import DisputeStage
    from domain.kernel.events import Event
    from domain.kernel.idempotency import KeyClaim
    from domain.ledger.entry import Entry
    from domain.merchants.fee_plan_version import FeePlanVersion
    from domain.merchants.merchant import Merchant
    from domain.payments.capture import Capture
    from domain.payments.customer import Customer
    from domain.payments.operation import Operation
    from domain.payments.origin import Origin
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_reveal import BankAccountReveal
    from domain.settlements.payout import Payout
    from domain.settlements.payout_attempt import PayoutAttempt
    from domain.settlements.payout_policy import PayoutPolicy
    from tests.fakes.disputes import NoticeRow

ClaimKey = tuple["UUID", str, str]
PolicyKey = tuple["UUID", "ApprovalAction", str | None]


@dataclass(slots=True, kw_only=True)
class Tables:
    """Rows by id, and logs in the order of their commits."""

    payments: dict[UUID, Payment] = field(default_factory=dict)
    operations: dict[UUID, Operation] = field(default_factory=dict)
    captures: dict[UUID, Capture] = field(default_factory=dict)
    refunds: dict[UUID, Refund] = field(default_factory=dict)
    customers: dict[UUID, Customer] = field(default_factory=dict)
    origins: dict[UUID, Origin] = field(default_factory=dict)
    merchants: dict[UUID, Merchant] = field(default_factory=dict)
    fee_plan_versions: list[FeePlanVersion] = field(default_factory=list)
    folded_entries: int = 0
    approval_requests: dict[UUID, ApprovalRequest] = field(default_factory=dict)
    approval_policies: dict[PolicyKey, ApprovalPolicy] = field(default_factory=dict)
    disputes: dict[UUID, Dispute] = field(default_factory=dict)
    notices: dict[UUID, NoticeRow] = field(default_factory=dict)
    evidence: dict[tuple[UUID, DisputeStage], Evidence] = field(default_factory=dict)
    evidence_files: dict[UUID, EvidenceFile] = field(default_factory=dict)
    responses: dict[UUID, DisputeResponse] = field(default_factory=dict)
    notes: dict[UUID, Note] = field(default_factory=dict)
    warnings: dict[UUID, EarlyFraudWarning] = field(default_factory=dict)
    parked_warnings: dict[tuple[str, str], tuple[datetime, WarningNotice]] = field(default_factory=dict)
    dispute_policies: dict[tuple[UUID, str], DisputePolicy] = field(default_factory=dict)
    gateway_cursors: dict[str, str] = field(default_factory=dict)
    colleagues: dict[UUID, frozenset[UUID] | None] = field(default_factory=dict)
    fraud: FraudTables = field(default_factory=FraudTables)
    settlements: SettlementTables = field(default_factory=SettlementTables)
    reconciliation: ReconciliationTables = field(default_factory=ReconciliationTables)
    payment_files: PaymentFileTables = field(default_factory=PaymentFileTables)
    bank_accounts: dict[UUID, BankAccount] = field(default_factory=dict)
    bank_account_reveals: dict[UUID, BankAccountReveal] = field(default_factory=dict)
    payouts: dict[UUID, Payout] = field(default_factory=dict)
    payout_attempts: list[PayoutAttempt] = field(default_factory=list)
    payout_policies: dict[str, PayoutPolicy] = field(default_factory=dict)
    claims: dict[ClaimKey, KeyClaim] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    audit: list[AuditRecord] = field(default_factory=list)
    seals: list[tuple[Seal, list[AuditRecord]]] = field(default_factory=list)
    advisory: set[str] = field(default_factory=set)
    locks: defaultdict[object, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    def balance_minor(self, account: str) -> int:
        """Debits less credits of an account, over all merchants and currencies."""
        return sum(p.amount.minor for entry in self.entries for p in entry.postings if p.account.name == account)
