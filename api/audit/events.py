"""Events of objects that show no timeline of their own."""

from datetime import datetime

import strawberry

from api.audit.types import id_of_subject
from api.derivation import derived
from api.node import Node, identifier
from domain.audit import event_line
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix

SUBJECTS = {
    "early_fraud_warning": Permission.DISPUTES_READ,
    "approval_request": Permission.APPROVALS_READ,
    "fraud_rule": Permission.FRAUD_READ,
    "bank_account": Permission.BANK_ACCOUNTS_READ,
    "payout": Permission.PAYOUTS_READ,
    "reconciliation_item": Permission.RECONCILIATION_READ,
    "remittance": Permission.RECONCILIATION_READ,
    "statement_import": Permission.RECONCILIATION_READ,
    "settlement": Permission.SETTLEMENTS_READ,
    "reserve_hold": Permission.SETTLEMENTS_READ,
}
"""What such events happen to, as the events call it, and the permission to see it."""


@strawberry.type(description="Something that happened to an object that is no payment, dispute or fraud review.")
class Event(Node):
    """One event; those of payments, disputes and fraud reviews have types of their own."""

    entity: strawberry.Private[event_line.EventLine]
    id: strawberry.ID = identifier(Prefix.EVENT)
    sequence: int = derived("Its place among the object's events, from 1 without gaps.", "entity.sequence")
    name: str = derived("The event's name, as it travels to every sink: early_fraud_warning.updated.", "entity.name")
    occurred_at: datetime = derived("When it happened.", "entity.occurred_at")
    actor: str = derived("Who or what caused it.", "entity.actor_name")
    subject_type: str = derived("The kind of object that it happened to.", "entity.subject_type")
    subject_id: strawberry.ID | None = derived(
        "The object's id; `node` resolves it.", id_of_subject, "entity.subject_type", "entity.subject_id"
    )


def event(entity: event_line.EventLine) -> Event:
    """An event as the graph shows it."""
    return Event(entity=entity)
