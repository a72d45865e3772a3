"""Lines of the audit log."""

from __future__ import annotations

from typing import Any

from domain.audit.audit_record import AuditRecord
from domain.kernel.ids import new_uuid
from tests.builders.moments import MORNING


def an_audit_record(**values: Any) -> AuditRecord:
    """Somebody captured a payment."""
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "actor_kind": "USER",
        "actor_id": new_uuid(MORNING),
        "actor_name": "Ada Lovelace",
        "action": "payments.capture",
        "subject_type": "payment",
        "subject_id": new_uuid(MORNING),
        "occurred_at": MORNING,
        "address": "192.0.2.7",
        "data": {"amount_minor": 4000, "currency": "EUR"},
    }
    return AuditRecord(**{**defaults, **values})
