"""The payment in the graph: plain attributes of its row, and relations resolved a level at a time."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry
from strawberry.types import Info

from api.connection import Connection
from api.describing import attribute
from api.fields import PERMISSION, batched
from api.ledger.types import LedgerEntry
from api.money import Money, money
from api.node import Node
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
    RedirectAction,
    available_action,
    payment_method,
)
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id
from domain.payments import payment as payments
from domain.payments.actions import available_actions

if TYPE_CHECKING:
    from api.merchants.types import Merchant

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
READ = Permission.PAYMENTS_READ


@strawberry.type(description="A payment: what was authorized, captured and given back, and what may still happen.")
class Payment(Node):
    """Amounts are of the payment's own currency."""

    entity: strawberry.Private[payments.Payment]
    status: PaymentStatus = attribute("Where it stands.")
    capture_mode: CaptureMode = attribute("Whether the money is taken with the authorization or later.")
    amount: Money = attribute("What was asked for.")
    amount_authorized: Money = attribute("What the issuer set aside.")
    amount_capturable: Money = attribute("What can be captured now.")
    amount_captured: Money = attribute("What was taken.")
    amount_refunded: Money = attribute("What was given back.")
    amount_refundable: Money = attribute("What can be refunded now.")
    amount_disputed: Money = attribute("What is disputed and withdrawn.")
    method: PaymentMethod = attribute("How the customer pays.")
    reference: str | None = attribute("The merchant's own reference.")
    description: str | None = attribute("The merchant's own description.")
    metadata: list[Metadata] = attribute("The merchant's own data.")
    gateway: str | None = attribute("The gateway that it went through.")
    decline_code: DeclineCode | None = attribute("Why it was refused.")
    decline_message: str | None = attribute("What to do about the refusal.")
    next_action: NextAction | None = attribute("What the customer has to do before it goes on.")
    risk_score: int | None = attribute("The gateway's risk score, 0 to 100.")
    has_unknown_outcome: bool = attribute("Whether a gateway's answer was lost and is being asked for.")
    created_at: datetime = attribute("When it was created.")
    updated_at: datetime = attribute("When it last changed.")
    authorized_at: datetime | None = attribute("When it was authorized.")
    captured_at: datetime | None = attribute("When it was first captured.")
    authorization_expires_at: datetime | None = attribute("Until when it can be captured.")
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant that is paid.")(relations.merchants)
    customer: Customer | None = batched(Permission.CUSTOMERS_READ, "Who pays.")(relations.customers)
    captures: list[Capture] = batched(READ, "Its captures, oldest first.")(relations.captures)
    refunds: list[Refund] = batched(READ, "Its refunds, oldest first.")(relations.refunds)
    operations: list[Operation] = batched(READ, "Its calls to gateways, oldest first.")(relations.operations)
    ledger_entries: list[LedgerEntry] = batched(Permission.LEDGER_READ, "What it posted to the ledger.")(
        relations.ledger_entries
    )
    timeline: Connection[PaymentEvent] = batched(READ, "All that happened to it, oldest first.")(relations.timelines)

    @strawberry.field(description="What you can do with it now, and why not the rest.", metadata={PERMISSION: READ})
    def available_actions(self, info: Info) -> list[AvailableAction]:
        """By the same reasons as the verbs."""
        return [available_action(action) for action in available_actions(self.entity, info.context.actor)]


def payment(entity: payments.Payment) -> Payment:
    """A payment as the graph shows it."""
    currency = entity.currency
    url = entity.next_action_url
    return Payment(
        id=strawberry.ID(format_id(Prefix.PAYMENT, entity.id)),
        entity=entity,
        status=entity.status,
        capture_mode=entity.capture_mode,
        amount=money(entity.amount_minor, currency),
        amount_authorized=money(entity.authorized_minor, currency),
        amount_capturable=money(entity.capturable_minor, currency),
        amount_captured=money(entity.captured_minor, currency),
        amount_refunded=money(entity.refunded_minor, currency),
        amount_refundable=money(entity.refundable_minor, currency),
        amount_disputed=money(entity.disputed_minor, currency),
        method=payment_method(entity.method),
        reference=entity.reference,
        description=entity.description,
        metadata=[Metadata(key=key, value=value) for key, value in entity.metadata.items()],
        gateway=entity.gateway,
        decline_code=entity.decline_code,
        decline_message=entity.decline_message,
        next_action=RedirectAction(url=url, expires_at=entity.next_action_expires_at) if url else None,
        risk_score=entity.risk_score,
        has_unknown_outcome=entity.unknown_operations > 0,
        created_at=entity.created_at,
        updated_at=entity.updated_at,
        authorized_at=entity.authorized_at,
        captured_at=entity.captured_at,
        authorization_expires_at=entity.authorization_expires_at,
    )
