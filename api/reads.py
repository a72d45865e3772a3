"""The read side of every context, as the graph needs it; each context says in its own `reads.py` what that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.approvals.reads import ApprovalReads
    from api.audit.reads import AuditReads
    from api.disputes.reads import DisputeReads
    from api.fraud.reads import FraudReads
    from api.identity.reads import IdentityReads
    from api.ledger.reads import LedgerReads
    from api.merchants.reads import MerchantReads
    from api.payments.reads import PaymentReads
    from api.reconciliation.reads import ReconciliationReads
    from api.settlements.bank_account_reads import BankAccountReads
    from api.settlements.file_reads import PaymentFileReads
    from api.settlements.payout_reads import PayoutReads
    from api.settlements.reads import SettlementReads


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """The read side of every context."""

    payments: PaymentReads
    merchants: MerchantReads
    ledger: LedgerReads
    audit: AuditReads
    identity: IdentityReads
    approvals: ApprovalReads
    disputes: DisputeReads
    fraud: FraudReads
    bank_accounts: BankAccountReads
    reconciliation: ReconciliationReads
    settlements: SettlementReads
    payouts: PayoutReads
    payment_files: PaymentFileReads
