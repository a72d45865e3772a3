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
