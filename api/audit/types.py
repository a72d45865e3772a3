"""Audit records as the graph shows them."""

from datetime import datetime
from uuid import UUID

import strawberry

from api.describing import attribute
from api.enums import described
from api.node import Node
from domain.audit import audit_record as records
from domain.identity.actor import ActorKind
from domain.kernel.ids import Prefix, format_id

described(
    ActorKind,
    "What acted.",
    USER="A person.",
    CLIENT="A machine with credentials of its own.",
    SYSTEM="Paydesk itself, by the clock.",
)

# How the ids of audited objects are written; what has no prefix of its own is shown as its kind alone.
_PREFIXES = {prefix.name.lower(): prefix for prefix in Prefix} | {
    "api_client": Prefix.CLIENT,
    "approval_request": Prefix.APPROVAL,
    "bank_statement": Prefix.STATEMENT,
    "early_fraud_warning": Prefix.WARNING,
    "evidence_file": Prefix.EVIDENCE,
    "fraud_review": Prefix.REVIEW,
    "fraud_rule": Prefix.RULE,
    "reconciliation_item": Prefix.RECONCILIATION,
    "reserve_hold": Prefix.RESERVE,
}
_ACTORS = {"USER": Prefix.USER, "CLIENT": Prefix.CLIENT}


def id_of_subject(subject_type: str, subject_id: UUID | None) -> strawberry.ID | None:
    """An object's id by its kind; None for none, and for a kind that has no ids in the graph."""
    prefix = _PREFIXES.get(subject_type)
    return strawberry.ID(format_id(prefix, subject_id)) if prefix and subject_id else None


@strawberry.type(description="Somebody did something to an object.")
class AuditRecord(Node):
    """One line of the log."""

    action: str = attribute("What was done: payments.capture.")
    actor_kind: ActorKind = attribute("What acted.")
    actor_id: strawberry.ID | None = attribute("The id of the person or client that acted.")
    actor_name: str = attribute("The name of whoever acted.")
    subject_type: str = attribute("The kind of object that it was done to.")
    subject_id: strawberry.ID | None = attribute("The object's id.")
    merchant_id: strawberry.ID | None = attribute("The merchant that it concerns.")
    occurred_at: datetime = attribute("When.")
    address: str | None = attribute("The network address that it came from.")


def audit_record(entity: records.AuditRecord) -> AuditRecord:
    """A record as the graph shows it."""
    acted = _ACTORS.get(entity.actor_kind)
    return AuditRecord(
        id=strawberry.ID(format_id(Prefix.AUDIT, entity.id)),
        action=entity.action,
        actor_kind=ActorKind(entity.actor_kind),
        actor_id=strawberry.ID(format_id(acted, entity.actor_id)) if acted and entity.actor_id else None,
        actor_name=entity.actor_name,
        subject_type=entity.subject_type,
        subject_id=id_of_subject(entity.subject_type, entity.subject_id),
        merchant_id=strawberry.ID(format_id(Prefix.MERCHANT, entity.merchant_id)) if entity.merchant_id else None,
        occurred_at=entity.occurred_at,
        address=entity.address,
    )
