"""What a stretch of the demo's past left behind, as rows of the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.postgres.fraud import review_rows, screening_rows
from adapters.postgres.payments import rows
from domain.fraud.fraud_list import ListEntry
from domain.payments.origin import Origin

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from app.demo.seed.identifiers import Identifiers
    from domain.fraud.list_kind import ListKind
    from domain.fraud.review import FraudReview
    from domain.fraud.review_note import ReviewNote
    from domain.fraud.screening import Screening
    from domain.fraud.trace import Trace
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.ledger.entry import Entry
    from domain.payments.capture import Capture
    from domain.payments.customer import Customer
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund

Row = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class History:
    """Collects; `journal` holds the gateway's lines."""

    identifiers: Identifiers
    customers: list[Customer] = field(default_factory=list)
    origins: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    operations: list[Row] = field(default_factory=list)
    captures: list[Row] = field(default_factory=list)
    refunds: list[Row] = field(default_factory=list)
    ledger_entries: list[Row] = field(default_factory=list)
    ledger_postings: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    audit_records: list[Row] = field(default_factory=list)
    screenings: list[Row] = field(default_factory=list)
    traces: list[Row] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)
    review_notes: list[Row] = field(default_factory=list)
    list_entries: list[Row] = field(default_factory=list)
    journal: list[Row] = field(default_factory=list)

    def customer_rows(self) -> list[Row]:
        """The customers' columns."""
        return [
            {
                "merchant_id": customer.merchant_id,
                "id": customer.id,
                "email": customer.email,
                "email_key": customer.email and customer.email.lower(),
                "name": customer.name,
                "country": customer.country,
                "created_at": customer.created_at,
            }
            for customer in self.customers
        ]

    def keep_payment(self, payment: Payment, causes: list[Actor]) -> None:
        """A payment as it ended up, and each of its events with who caused it."""
        self.payments.append(rows.payment_values(payment))
        self._keep_events("payment", payment, causes)

    def keep_review(self, review: FraudReview, causes: list[Actor]) -> None:
        """A review as it ended up, and each of its events with who caused it."""
        self.reviews.append(review_rows.review_values(review))
        self._keep_events("fraud_review", review, causes)

    def _keep_events(self, kind: str, subject: Payment | FraudReview, causes: list[Actor]) -> None:
        for sequence, (event, cause) in enumerate(zip(subject.events, causes, strict=True), 1):
            self.events.append(
                {
                    "merchant_id": subject.merchant_id,
                    # Sorted by their sequence: several may happen in one millisecond.
                    "id": self.identifiers.numbered(event.occurred_at, sequence),
                    "subject_type": kind,
                    "subject_id": subject.id,
                    "sequence": sequence,
                    "name": event.type.value,
                    "occurred_at": event.occurred_at,
                    "actor_kind": cause.kind.value,
                    "actor_id": cause.id,
                    "actor_name": cause.name,
                    "data": dict(event.data),
                }
            )

    def keep_screening(self, screening: Screening, trace: Trace) -> None:
        """What was found of a payment, and by what it is counted."""
        self.screenings.append(screening_rows.screening_values(screening))
        self.traces.append(screening_rows.trace_values(trace))

    def keep_note(self, note: ReviewNote) -> None:
        """What somebody wrote on a review."""
        self.review_notes.append(review_rows.note_values(note))

    def keep_list_entry(self, entry: ListEntry, kind: ListKind) -> None:
        """What is on a list from now on."""
        self.list_entries.append({**{name: getattr(entry, name) for name in ListEntry.__slots__}, "kind": kind.value})

    def keep_origin(self, payment: Payment, origin: Origin) -> None:
        """Where a payment came from."""
        values = {name: getattr(origin, name) for name in Origin.__slots__}
        self.origins.append({"merchant_id": payment.merchant_id, "payment_id": payment.id, **values})

    def keep_operation(self, operation: Operation) -> None:
        """An operation as it ended up."""
        self.operations.append(rows.operation_values(operation))

    def keep_capture(self, capture: Capture) -> None:
        """A capture as it ended up."""
        self.captures.append(rows.capture_values(capture))

    def keep_refund(self, refund: Refund) -> None:
        """A refund as it ended up."""
        self.refunds.append(rows.refund_values(refund))

    def post(self, entry: Entry) -> None:
        """A ledger entry with its postings."""
        self.ledger_entries.append(
            {
                "merchant_id": entry.merchant_id,
                "id": entry.id,
                "kind": entry.kind.value,
                "payment_id": entry.payment_id,
                "operation_id": entry.operation_id,
                "dispute_id": entry.dispute_id,
                "settlement_id": entry.settlement_id,
                "payout_id": entry.payout_id,
                "posted_at": entry.posted_at,
            }
        )
        for position, posting in enumerate(entry.postings):
            self.ledger_postings.append(
                {
                    "merchant_id": entry.merchant_id,
                    "entry_id": entry.id,
                    "position": position,
                    "account": posting.account.name,
                    "currency": posting.amount.currency.code,
                    "amount_minor": posting.amount.minor,
                    "posted_at": entry.posted_at,
                }
            )

    def audit(
        self,
        actor: Actor,
        action: str,
        subject: tuple[str, UUID],
        merchant_id: UUID | None,
        at: datetime,
        data: dict[str, JsonValue],
    ) -> None:
        """A line of the audit log."""
        self.audit_records.append(
            {
                "id": self.identifiers.new(at),
                "merchant_id": merchant_id,
                "actor_kind": actor.kind.value,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "action": action,
                "subject_type": subject[0],
                "subject_id": subject[1],
                "occurred_at": at,
                "address": actor.address,
                "data": data,
            }
        )
