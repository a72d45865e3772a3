"""Early fraud warnings in the graph."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.disputes.enums import FraudType, Network, WarningAction, WarningStatus
from api.fields import batched
from api.found import in_order
from api.money import Money
from api.node import Node, identifier
from domain.disputes import early_fraud_warning as warnings
from domain.disputes.actions import available_warning_actions
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.ids import Prefix

if TYPE_CHECKING:
    from api.merchants.types import Merchant
    from api.payments.children import Refund
    from api.payments.types import Payment

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]
RefundOf: TypeAlias = Annotated["Refund", strawberry.lazy("api.payments.children")]


async def _merchants(rows: list["EarlyFraudWarning"], reading: Reading) -> list[MerchantOf]:
    from api.merchants.types import merchant  # noqa: PLC0415 - so that merchants can show what concerns them

    found = await reading.reads.merchants.merchants(reading.scope, {row.entity.merchant_id for row in rows})
    return in_order(found, (row.entity.merchant_id for row in rows), merchant, "The merchant")


async def _payments(rows: list["EarlyFraudWarning"], reading: Reading) -> list[PaymentOf]:
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its warnings, and a warning its payment

    found = await reading.reads.payments.payments(reading.scope, {row.entity.payment_id for row in rows})
    return in_order(found, (row.entity.payment_id for row in rows), payment, "The payment")


async def _refunds(rows: list["EarlyFraudWarning"], reading: Reading) -> list[Optional[RefundOf]]:  # noqa: UP045 - an element type
    from api.payments.children import refund  # noqa: PLC0415 - as above

    ids = {row.entity.refund_id for row in rows if row.entity.refund_id is not None}
    found = await reading.reads.payments.refunds(reading.scope, ids) if ids else {}
    what = "The refund"
    shown = {id_: refund(found[id_]) if id_ in found else NotFound(what) for id_ in ids}
    return [shown[id_] if (id_ := row.entity.refund_id) else None for row in rows]  # pyright: ignore[reportReturnType] - an error concerns its own warning


@strawberry.type(description="Something that can be done about an early fraud warning, or why not.")
class WarningAvailableAction:
    """The verbs refuse by the same reasons."""

    action: WarningAction = attribute("What.")
    allowed: bool = attribute("Whether the mutation would be taken on now.")
    reason: str | None = attribute("Why not, when it is not allowed.")
    requires_approval: bool = attribute("Whether a second person has to approve the refund.")


async def _actions(rows: list["EarlyFraudWarning"], reading: Reading) -> list[list[WarningAvailableAction]]:
    scope, reads = reading.scope, reading.reads
    payments = await reads.payments.payments(scope, {row.entity.payment_id for row in rows})
    policies = await reads.approvals.policies(scope, {row.entity.merchant_id for row in rows})
    what = "The payment"
    return [  # pyright: ignore[reportReturnType] - an error concerns its own warning
        [
            WarningAvailableAction(
                action=one.action, allowed=one.allowed, reason=one.reason, requires_approval=one.requires_approval
            )
            for one in available_warning_actions(
                row.entity,
                payments[row.entity.payment_id],
                reading.actor,
                policies.get(row.entity.merchant_id, []),
            )
        ]
        if row.entity.payment_id in payments
        else NotFound(what)
        for row in rows
    ]


@strawberry.type(description="An issuer calls a payment fraud before anybody disputes it: Visa TC40, Mastercard SAFE.")
class EarlyFraudWarning(Node):
    """A refund in time may keep it from becoming a dispute."""

    entity: strawberry.Private[warnings.EarlyFraudWarning]
    id: strawberry.ID = identifier(Prefix.WARNING)
    status: WarningStatus = derived("What became of it.", "entity.status")
    network: Network = derived("The network that passed it on.", "entity.network")
    fraud_type: FraudType = derived("How the card was misused.", "entity.fraud_type")
    amount: Money = derived(
        "What was reported as fraud.", Money, minor="entity.amount.minor", of="entity.amount.currency"
    )
    reported_at: datetime = derived("When the issuer reported it.", "entity.reported_at")
    created_at: datetime = derived("When we heard of it.", "entity.created_at")
    updated_at: datetime = derived("When it last changed.", "entity.updated_at")
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant that was paid.")(_merchants)
    payment: PaymentOf = batched(Permission.PAYMENTS_READ, "The payment that it is about.")(_payments)
    refund: RefundOf | None = batched(Permission.PAYMENTS_READ, "The refund that answered it, if one did.")(_refunds)
    available_actions: list[WarningAvailableAction] = batched(
        Permission.PAYMENTS_READ, "What you can do about it now, and why not."
    )(_actions)


def early_fraud_warning(entity: warnings.EarlyFraudWarning) -> EarlyFraudWarning:
    """A warning as the graph shows it."""
    return EarlyFraudWarning(entity=entity)
