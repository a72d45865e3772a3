"""A payment's relations, each read once for all payments of a level."""

from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.connection import After, Connection, First, connection
from api.context import Reading
from api.found import in_order
from api.fraud.links import By, LinkedPayment, PaymentLinks, pages_of, summaries_of
from api.fraud.screenings import Screening, screening
from api.fraud.sight import sight_of
from api.ledger.types import LedgerEntry, ledger_entry
from api.payments.children import Capture, Operation, Refund, capture, operation, refund
from api.payments.customers import Customer, customer
from api.payments.events import PaymentEvent, payment_event
from api.payments.parts import AvailableAction, PaymentOrigin, available_action
from domain.identity.permission import Permission
from domain.kernel.paging import PageRequest
from domain.payments import actions

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.disputes.warnings import EarlyFraudWarning
    from api.fraud.reviews import FraudReview
    from api.merchants.types import Merchant
    from api.payments.types import Payment
    from api.settlements.types import Settlement

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
WarningOf: TypeAlias = Annotated["EarlyFraudWarning", strawberry.lazy("api.disputes.warnings")]
ReviewOf: TypeAlias = Annotated["FraudReview", strawberry.lazy("api.fraud.reviews")]
MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
SettlementOf: TypeAlias = Annotated["Settlement", strawberry.lazy("api.settlements.types")]


async def merchants(payments: list["Payment"], reading: Reading) -> list[MerchantOf]:
    """The merchants that are paid."""
    from api.merchants.types import merchant  # noqa: PLC0415 - merchants and payments show each other

    found = await reading.reads.merchants.merchants(reading.scope, {payment.entity.merchant_id for payment in payments})
    return in_order(found, (payment.entity.merchant_id for payment in payments), merchant, "The merchant")


async def customers(payments: list["Payment"], reading: Reading) -> list[Optional[Customer]]:  # noqa: UP045 - an element type
    """Who pays."""
    ids = {payment.entity.customer_id for payment in payments if payment.entity.customer_id is not None}
    found = await reading.reads.payments.customers(reading.scope, ids) if ids else {}
    shown = {id_: customer(entity, reading.actor) for id_, entity in found.items()}
    return [shown.get(id_) if (id_ := payment.entity.customer_id) else None for payment in payments]


async def origins(payments: list["Payment"], reading: Reading) -> list[Optional[PaymentOrigin]]:  # noqa: UP045
    """Where they came from, for those who may see personal data there."""
    shown = [payment for payment in payments if reading.actor.may(Permission.CUSTOMERS_PII, payment.entity.merchant_id)]
    if not shown:
        return [None] * len(payments)
    found = await reading.reads.payments.origins_of(reading.scope, [payment.entity for payment in shown])
    may_see = {payment.entity.id for payment in shown}
    return [
        PaymentOrigin(entity=found[id_]) if (id_ := payment.entity.id) in may_see and id_ in found else None
        for payment in payments
    ]


async def captures(payments: list["Payment"], reading: Reading) -> list[list[Capture]]:
    """Captures, oldest first."""
    found = await reading.reads.payments.captures_of(reading.scope, [payment.entity for payment in payments])
    return [[capture(entity) for entity in entities] for entities in found]


async def refunds(payments: list["Payment"], reading: Reading) -> list[list[Refund]]:
    """Refunds, oldest first."""
    found = await reading.reads.payments.refunds_of(reading.scope, [payment.entity for payment in payments])
    return [[refund(entity) for entity in entities] for entities in found]


async def operations(payments: list["Payment"], reading: Reading) -> list[list[Operation]]:
    """Calls to gateways, oldest first."""
    found = await reading.reads.payments.operations_of(reading.scope, [payment.entity for payment in payments])
    return [[operation(entity) for entity in entities] for entities in found]


async def disputes(payments: list["Payment"], reading: Reading) -> list[list[DisputeOf]]:
    """Disputes, oldest first."""
    from api.disputes.types import dispute  # noqa: PLC0415 - a dispute shows its payment, and a payment its disputes

    found = await reading.reads.disputes.disputes_of(reading.scope, [payment.entity for payment in payments])
    return [[dispute(entity) for entity in entities] for entities in found]


async def warnings(payments: list["Payment"], reading: Reading) -> list[list[WarningOf]]:
    """Early fraud warnings, oldest first."""
    from api.disputes.warnings import early_fraud_warning  # noqa: PLC0415 - as above

    found = await reading.reads.disputes.warnings_of(reading.scope, [payment.entity for payment in payments])
    return [[early_fraud_warning(entity) for entity in entities] for entities in found]


async def screenings(payments: list["Payment"], reading: Reading) -> list[Optional[Screening]]:  # noqa: UP045
    """What screening found of them."""
    found = await reading.reads.fraud.screenings_of(reading.scope, [payment.entity for payment in payments])
    language, actor = reading.context.fraud.language, reading.actor
    return [
        screening(found[id_], sight_of(actor, payment.entity.merchant_id, language))
        if (id_ := payment.entity.id) in found
        else None
        for payment in payments
    ]


async def reviews(payments: list["Payment"], reading: Reading) -> list[Optional[ReviewOf]]:  # noqa: UP045
    """The reviews that they are, or were, held for."""
    from api.fraud.reviews import fraud_review  # noqa: PLC0415 - a review shows its payment, and a payment its review

    found = await reading.reads.fraud.reviews_of(reading.scope, [payment.entity for payment in payments])
    shown = {id_: fraud_review(entity, reading.actor) for id_, entity in found.items()}
    return [shown.get(payment.entity.id) for payment in payments]


async def links(payments: list["Payment"], reading: Reading, by: By = None) -> list[list[PaymentLinks]]:
    """How many other payments share what with them."""
    return await summaries_of([payment.entity for payment in payments], reading, by)


async def linked_payments(
    payments: list["Payment"], reading: Reading, by: By = None, first: First = None, after: After = None
) -> list[Connection[LinkedPayment]]:
    """The other payments that share something with them."""
    request = PageRequest.of(first=first, after=after)
    return await pages_of([payment.entity for payment in payments], reading, by, request)


async def ledger_entries(payments: list["Payment"], reading: Reading) -> list[list[LedgerEntry]]:
    """What they posted, oldest first."""
    found = await reading.reads.ledger.entries_of(reading.scope, [payment.entity for payment in payments])
    return [[ledger_entry(entity) for entity in entities] for entities in found]


async def settlements(payments: list["Payment"], reading: Reading) -> list[list[SettlementOf]]:
    """The settlements with a line of them, oldest first."""
    from api.settlements.types import settlement  # noqa: PLC0415 - a settlement's lines show their payments

    reads = reading.reads.settlements
    found = await reads.settlements_of_payments(reading.scope, [payment.entity for payment in payments])
    return [[settlement(entity) for entity in entities] for entities in found]


async def available_actions(payments: list["Payment"], reading: Reading) -> list[list[AvailableAction]]:
    """What the viewer may do with them, by the same reasons as the verbs."""
    policies = await reading.reads.approvals.policies(
        reading.scope, {payment.entity.merchant_id for payment in payments}
    )
    return [
        [
            available_action(action)
            for action in actions.available_actions(
                payment.entity, reading.actor, policies.get(payment.entity.merchant_id, [])
            )
        ]
        for payment in payments
    ]


async def timelines(
    payments: list["Payment"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[PaymentEvent]]:
    """All that happened to them, oldest first."""
    request = PageRequest.of(first=first, after=after)
    pages = await reading.reads.payments.timelines(reading.scope, [payment.entity for payment in payments], request)
    return [
        connection(
            page,
            lambda line, currency=payment.entity.currency: payment_event(line, currency),
            lambda line: str(line.sequence),
        )
        for payment, page in zip(payments, pages, strict=True)
    ]
