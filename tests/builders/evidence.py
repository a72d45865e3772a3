"""Reason codes and what is known of payments, for tests of how disputes are answered."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from domain.disputes.category import DisputeCategory
from domain.disputes.compelling_evidence import EarlierPayment, PaymentFacts
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.network import Network
from domain.disputes.reason_codes.reason_code import ReasonCode
from domain.disputes.stage import DisputeStage
from domain.kernel.ids import new_uuid
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from datetime import datetime


def a_reason_code(**values: Any) -> ReasonCode:
    """A code that wants two things, one of two others, and is helped by two more; 20 days."""
    defaults: dict[str, Any] = {
        "network": Network.VISA,
        "code": "13.1",
        "name": "Merchandise Not Received",
        "category": DisputeCategory.PRODUCT_NOT_RECEIVED,
        "required": (EvidenceKind.RECEIPT, EvidenceKind.CUSTOMER_COMMUNICATION),
        "any_of": (EvidenceKind.SHIPPING_PROOF, EvidenceKind.SERVICE_PROOF),
        "helpful": (EvidenceKind.CUSTOMER_SIGNATURE, EvidenceKind.REBUTTAL_LETTER),
        "response_days": MappingProxyType({DisputeStage.INQUIRY: 10, DisputeStage.CHARGEBACK: 20}),
        "source": "A manual, a section",
    }
    return ReasonCode(**{**defaults, **values})


def payment_facts(created_at: datetime = MORNING, **values: Any) -> PaymentFacts:
    """A payment of one customer from one device to one address."""
    defaults: dict[str, Any] = {
        "payment_id": new_uuid(created_at),
        "amount": eur(40),
        "fingerprint": "fp_1",
        "ip_address": "203.0.113.7",
        "device_id": "device-1234567890",
        "customer_account": "ada@example.com",
        "shipping_address": "1 Main Street, 12345 Springfield, US",
    }
    return PaymentFacts(created_at=created_at, **{**defaults, **values})


def an_earlier_payment(
    created_at: datetime, *, disputed: bool = False, fraud_reported: bool = False, **values: Any
) -> EarlierPayment:
    """An earlier payment of the same customer."""
    return EarlierPayment(facts=payment_facts(created_at, **values), disputed=disputed, fraud_reported=fraud_reported)
