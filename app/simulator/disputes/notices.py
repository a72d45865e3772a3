"""What the gateway tells of disputes and warnings: documents that anybody may come to know first."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from app.simulator.disputes.case import Case
    from app.simulator.disputes.console_request import Alarm
    from app.simulator.payment import Payment
    from domain.disputes.notice import NoticeType


def case_document(case: Case) -> dict[str, Any]:
    """The whole case as of its stage."""
    return {
        "stage": case.stage.lower(),
        "case_reference": case.reference,
        "gateway_reference": case.payment_reference,
        "network": case.network.lower(),
        "network_case_id": case.network_case_id,
        "arn": case.arn,
        "reason_code": case.reason_code,
        "amount_minor": case.amount_minor,
        "currency": case.currency,
        "dispute_amount_minor": case.dispute_amount_minor,
        "dispute_currency": case.dispute_currency,
        "respond_by": case.respond_by.isoformat(),
    }


def dispute_notice(case: Case, kind: NoticeType, now: datetime) -> dict[str, Any]:
    """One thing that the network said about a case."""
    return {
        "notice_id": _new_id(),
        "kind": "dispute",
        "type": kind.lower(),
        **case_document(case),
        "occurred_at": now.isoformat(),
    }


def warning_notice(payment: Payment, alarm: Alarm, now: datetime) -> dict[str, Any]:
    """An early fraud warning."""
    return {
        "notice_id": _new_id(),
        "kind": "early_fraud_warning",
        "gateway_reference": payment.reference,
        "network": alarm.network.lower(),
        "fraud_type": alarm.fraud_type.lower(),
        "amount_minor": alarm.amount_minor or payment.captured_minor,
        "currency": payment.currency,
        "reported_at": now.isoformat(),
    }


def _new_id() -> str:
    return f"ntc_{token_hex(16)}"
