"""The payment in the graph: plain attributes of its row, and relations resolved a level at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import strawberry

from api.connection import Connection
from api.derivation import derived
from api.fields import batched
from api.fraud.links import LinkedPayment, PaymentLinks
from api.fraud.screenings import Screening
from api.ledger.types import LedgerEntry
from api.money import Money
from api.node import Node, identifier
from api.payments import relations
from api.payments.children import Capture, Operation, Refund
from api.payments.customers import Customer
from api.payments.enums import CaptureMode, DeclineCode, PaymentStatus
from api.payments.events import PaymentEvent
from api.payments.parts import (
    AvailableAction,
    Metadata,
    NextAction,
    PaymentMethod,
    PaymentOrigin,
    next_action,
)
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.payments import payment as payments

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.disputes.warnings import EarlyFraudWarning
    from api.fraud.reviews import FraudReview
    from api.merchants.types import Merchant
    from api.settlements.types import Settlement

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
WarningOf: TypeAlias = Annotated["EarlyFraudWarning", strawberry.lazy("api.disputes.warnings")]
ReviewOf: TypeAlias = Annotated["FraudReview", strawberry.lazy("api.fraud.reviews")]
MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
SettlementOf: TypeAlias = Annotated["Settlement", strawberry.lazy("api.settlements.types")]
READ = Permission.PAYMENTS_READ
# What relations take of a payment.
_KEYS = ("entity.id", "entity.merchant_id", "entity.customer_id", "entity.currency")


def _amount(description: str, minor: str) -> Any:  # noqa: ANN401 - a dataclass field
    return derived(description, Money, minor=f"entity.{minor}", of="entity.currency")


def _metadata(pairs: Mapping[str, str]) -> list[Metadata]:
    return [Metadata(key=key, value=value) for key, value in pairs.items()]


@strawberry.type(description="A payment: what was authorized, captured and given back, and what may still happen.")
class Payment(Node):
    """Amounts are of the payment's own currency."""

    entity: strawberry.Private[payments.Payment]
    id: strawberry.ID = identifier(Prefix.PAYMENT)
    status: PaymentStatus = derived("Where it stands.", "entity.status")
    capture_mode: CaptureMode = derived(
        "Whether the money is taken with the authorization or later.", "entity.capture_mode"
    )
    amount: Money = _amount("What was asked for.", "amount_minor")
    amount_authorized: Money = _amount("What the issuer set aside.", "authorized_minor")
    amount_capturable: Money = _amount("What can be captured now.", "capturable_minor")
    amount_captured: Money = _amount("What was taken.", "captured_minor")
    amount_refunded: Money = _amount("What was given back.", "refunded_minor")
    amount_refundable: Money = _amount("What can be refunded now.", "refundable_minor")
    amount_disputed: Money = _amount("What is disputed and withdrawn.", "disputed_minor")
    method: PaymentMethod = derived("How the customer pays.", PaymentMethod, entity="entity.method")
    reference: str | None = derived("The merchant's own reference.", "entity.reference")
    description: str | None = derived("The merchant's own description.", "entity.description")
    metadata: list[Metadata] = derived(
        "The merchant's own data.",
        _metadata,
        "entity.metadata",
    )
    gateway: str | None = derived("The gateway that it went through.", "entity.gateway")
    decline_code: DeclineCode | None = derived("Why it was refused.", "entity.decline_code")
    decline_message: str | None = derived("What to do about the refusal.", "entity.decline_message")
    next_action: NextAction | None = derived("What the customer has to do before it goes on.", next_action, "entity")
    risk_score: int | None = derived("The gateway's risk score, 0 to 100.", "entity.risk_score")
    has_unknown_outcome: bool = derived(
        "Whether a gateway's answer was lost and is being asked for.", bool, "entity.unknown_operations"
    )
    created_at: datetime = derived("When it was created.", "entity.created_at")
    updated_at: datetime = derived("When it last changed.", "entity.updated_at")
    authorized_at: datetime | None = derived("When it was authorized.", "entity.authorized_at")
    captured_at: datetime | None = derived("When it was first captured.", "entity.captured_at")
    authorization_expires_at: datetime | None = derived(
        "Until when it can be captured.", "entity.authorization_expires_at"
    )
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant that is paid.", *_KEYS)(relations.merchants)
    customer: Customer | None = batched(Permission.CUSTOMERS_READ, "Who pays.", *_KEYS)(relations.customers)
    origin: PaymentOrigin | None = batched(
        READ, "Where it came from, if that is known; null without the permission customers:pii.", *_KEYS
    )(relations.origins)
    captures: list[Capture] = batched(READ, "Its captures, oldest first.", *_KEYS)(relations.captures)
    refunds: list[Refund] = batched(READ, "Its refunds, oldest first.", *_KEYS)(relations.refunds)
    operations: list[Operation] = batched(READ, "Its calls to gateways, oldest first.", *_KEYS)(relations.operations)
    disputes: list[DisputeOf] = batched(Permission.DISPUTES_READ, "Its disputes, oldest first.", *_KEYS)(
        relations.disputes
    )
    early_fraud_warnings: list[WarningOf] = batched(
        Permission.DISPUTES_READ, "Its early fraud warnings, oldest first.", *_KEYS
    )(relations.warnings)
    ledger_entries: list[LedgerEntry] = batched(Permission.LEDGER_READ, "What it posted to the ledger.", *_KEYS)(
        relations.ledger_entries
    )
    settlements: list[SettlementOf] = batched(
        Permission.SETTLEMENTS_READ, "The settlements with a line of it, oldest first.", *_KEYS
    )(relations.settlements)
    timeline: Connection[PaymentEvent] = batched(READ, "All that happened to it, oldest first.", *_KEYS)(
        relations.timelines
    )
    screening: Screening | None = batched(
        Permission.FRAUD_READ, "What screening found of it; null when nobody screened it.", *_KEYS
    )(relations.screenings)
    fraud_review: ReviewOf | None = batched(Permission.FRAUD_READ, "Its fraud review, if it was held for one.", *_KEYS)(
        relations.reviews
    )
    links: list[PaymentLinks] = batched(
        Permission.FRAUD_READ,
        "How many other payments share its card, e-mail address, IP address, customer and device.",
        *_KEYS,
    )(relations.links)
    linked_payments: Connection[LinkedPayment] = batched(
        Permission.FRAUD_READ,
        "The other payments that share something with it, newest first; of each thing 1,000 at most.",
        *_KEYS,
    )(relations.linked_payments)
    available_actions: list[AvailableAction] = batched(READ, "What you can do with it now, and why not the rest.")(
        relations.available_actions
    )


def payment(entity: payments.Payment) -> Payment:
    """A payment as the graph shows it."""
    return Payment(entity=entity)
