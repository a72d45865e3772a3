"""What networks say of cases and payments, as they would send it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from domain.disputes.early_fraud_warning import EarlyFraudWarning, FraudType, WarningNotice, new_warning
from domain.disputes.evidence import Evidence, ListedFile
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.gateway import ResponseKind
from domain.disputes.network import Network
from domain.disputes.note import Audience, Note
from domain.disputes.notice import DisputeNotice, NoticeSource, NoticeType
from domain.disputes.response import DisputeResponse
from domain.disputes.stage import DisputeStage
from domain.identity.actor import ActorKind, Realm
from domain.kernel.ids import new_uuid
from domain.payments.operation import OperationStatus
from tests.builders.moments import MORNING, after
from tests.builders.money import eur

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.payments.payment import Payment


def a_notice(
    type_: NoticeType = NoticeType.OPENED,
    stage: DisputeStage = DisputeStage.CHARGEBACK,
    *,
    minutes: int = 0,
    **more: Any,
) -> DisputeNotice:
    """A notice of a Visa fraud case over 40 euros, so many minutes after the noon of the tests."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "gateway": "simulator",
        "notice_id": f"ntc_{uuid4()}",
        "source": NoticeSource.WEBHOOK,
        "type": type_,
        "stage": stage,
        "case_reference": "simd_1",
        "payment_reference": "sim_1",
        "network": Network.VISA,
        "network_case_id": "9000000001",
        "arn": "74537604221222132710572",
        "reason_code": "10.4",
        "amount": eur(40),
        "occurred_at": after(60 * minutes),
        "received_at": after(60 * minutes),
    }
    return DisputeNotice(**{**values, **more})


def a_notice_of(payment: Payment, type_: NoticeType, stage: DisputeStage, **more: Any) -> DisputeNotice:
    """A notice of a case about a payment that exists."""
    values: dict[str, Any] = {"payment_reference": payment.gateway_reference, **more}
    return a_notice(type_, stage, **values)


def a_warning_notice(payment: Payment | None = None, **more: Any) -> WarningNotice:
    """Visa's issuer says that 100 euros were paid with a stolen card."""
    values: dict[str, Any] = {
        "gateway": "simulator",
        "notice_id": f"efw_{uuid4()}",
        "payment_reference": payment.gateway_reference if payment else "sim_1",
        "network": Network.VISA,
        "fraud_type": FraudType.STOLEN_CARD,
        "amount": eur(100),
        "reported_at": after(0),
    }
    return WarningNotice(**{**values, **more})


def a_warning(**values: Any) -> EarlyFraudWarning:
    """A saved warning of that kind that nobody has answered."""
    ids = {name: values.pop(name, None) or new_uuid(MORNING) for name in ("warning_id", "merchant_id", "payment_id")}
    fresh = new_warning(a_warning_notice(), ids["warning_id"], ids["merchant_id"], ids["payment_id"], MORNING)
    return replace(fresh, events=(), **values)


def a_response(dispute: Dispute, kind: ResponseKind = ResponseKind.COUNTER, **values: Any) -> DisputeResponse:
    """An answer to the dispute's present stage on its way, as of the morning."""
    known = values.get("status") in {OperationStatus.SUCCEEDED, OperationStatus.FAILED}
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": dispute.merchant_id,
        "dispute_id": dispute.id,
        "payment_id": dispute.payment_id,
        "stage": dispute.stage,
        "kind": kind,
        "status": OperationStatus.PENDING,
        "gateway": dispute.gateway,
        "sha256": "0" * 64 if kind is ResponseKind.COUNTER else None,
        "requested_by": "Ada Lovelace",
        "requested_at": MORNING,
        "completed_at": MORNING if known else None,
        "next_check_at": None if known else after(30),
    }
    return DisputeResponse(**{**defaults, **values})


def a_listed_file(number: int = 1, **values: Any) -> ListedFile:
    """A picture of the delivery; each number is another file."""
    defaults: dict[str, Any] = {
        "id": UUID(int=number),
        "kind": EvidenceKind.SHIPPING_PROOF,
        "name": f"delivery-{number}.png",
        "content_type": "image/png",
        "size_bytes": 1000 + number,
        "sha256": f"{number:064x}",
    }
    return ListedFile(**{**defaults, **values})


def some_evidence(dispute: Dispute, **values: Any) -> Evidence:
    """A receipt in words, staged for the present stage."""
    defaults: dict[str, Any] = {
        "merchant_id": dispute.merchant_id,
        "dispute_id": dispute.id,
        "stage": dispute.stage,
        "texts": {EvidenceKind.RECEIPT: "Order 1, one bicycle."},
        "updated_at": MORNING,
    }
    return Evidence(**{**defaults, **values})


def a_note(dispute: Dispute, **values: Any) -> Note:
    """The merchant to staff."""
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": dispute.merchant_id,
        "dispute_id": dispute.id,
        "audience": Audience.MERCHANT,
        "author_kind": ActorKind.USER,
        "author_id": new_uuid(MORNING),
        "author_name": "Ada Lovelace",
        "author_realm": Realm.MERCHANT,
        "text": "We have asked the carrier.",
        "created_at": MORNING,
    }
    return Note(**{**defaults, **values})
