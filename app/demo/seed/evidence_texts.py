"""What the demo's merchants write when they answer a dispute."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.demo.seed.merchants import DemoMerchant, Trade
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.rebuttal import RebuttalFacts, draft_rebuttal
from domain.disputes.template import Need

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.demo.seed.sales import Sale
    from domain.disputes.stage import DisputeStage
    from domain.disputes.template import Template
    from domain.kernel.money import Money

_K = EvidenceKind
_TEXTS = {
    _K.RECEIPT: "Order {order} of {paid}: {items}. The invoice went to the customer's address the same minute.",
    _K.SHIPPING_PROOF: (
        "Order {order} left our warehouse on {sent} with the parcel service, tracking {order}-P1.\n"
        "Delivered on {arrived} at the address that the customer gave, and signed for at the door."
    ),
    _K.SERVICE_PROOF: (
        "Booking {order} ({items}) was confirmed on {paid} and used from {sent} to {arrived}; the host's list of guests"
        " has the customer's name and signature."
    ),
    _K.ACCESS_LOG: (
        "The customer signed in on {paid}, shortly before the order, and on {arrived}, to look at its delivery; both"
        " times from the device that the account has been used from since last year."
    ),
    _K.CUSTOMER_COMMUNICATION: (
        "{arrived}, customer: All arrived, thank you.\n{arrived}, we: Glad to hear that. Your order number is {order}."
    ),
    _K.CUSTOMER_SIGNATURE: "The delivery note of order {order} was signed by the customer on {arrived}.",
    _K.PRODUCT_DESCRIPTION: (
        "{items}: sent just as offered on our page of {paid}, with photographs, measurements and materials."
    ),
    _K.REFUND_POLICY: (
        "Returns within 30 days, unused. The customer ticked the box beside these terms before paying on {paid}."
    ),
    _K.CANCELLATION_POLICY: (
        "Free cancellation until seven days before the start, as shown above the button and in the confirmation of"
        " {paid}. Nobody cancelled {order}."
    ),
    _K.SUBSCRIPTION_TERMS: (
        "The customer chose delivery every month on {paid}, and can end it in the account at any time. No cancellation"
        " of {order} reached us before the parcel left on {sent}."
    ),
    _K.REFUND_PROOF: "Nothing came back to us for order {order}, and no refund was promised in any message.",
    _K.PRIOR_TRANSACTIONS: (
        "The same customer ordered before with this card, from the same device and to the same address, and disputed"
        " none of those orders."
    ),
    _K.AUTHENTICATION_PROOF: "Address and security code of the card matched when {order} was paid on {paid}.",
    _K.AUTHORIZATION_PROOF: "The issuer approved the full amount of {order} on {paid}, with the code 00.",
    _K.TRANSACTION_RECORD: "Order {order}, paid on {paid}, submitted the day it was captured: {items}.",
    _K.DUPLICATE_EXPLANATION: (
        "Order {order} ({items}) and the one beside it on the statement are two orders of different things, placed on"
        " different days, each with its own invoice and parcel."
    ),
}
_WITHOUT_TEXT = frozenset(_K) - _TEXTS.keys()


def wanted_kinds(template: Template, merchant: DemoMerchant, *, complete: bool) -> list[EvidenceKind]:
    """What is handed in: all that is required and one of the alternatives, and when complete also what helps."""
    known = [item for item in template.fields if item.kind not in _WITHOUT_TEXT]
    required = [item.kind for item in known if item.need is Need.REQUIRED]
    helpful = [item.kind for item in known if item.need is Need.HELPFUL]
    one_of = [item.kind for item in known if item.need is Need.ONE_OF]
    # Travel is not sent by parcel.
    of_trade = _K.SERVICE_PROOF if merchant.trade is Trade.BOOKS else _K.SHIPPING_PROOF
    alternatives = [of_trade] if of_trade in one_of else one_of[:1]
    wanted = required + alternatives or helpful[:1]
    return [*dict.fromkeys(wanted + helpful[:2])] if complete else wanted[:1]


def evidence_texts(kinds: Collection[EvidenceKind], sale: Sale) -> dict[EvidenceKind, str]:
    """A text for each."""
    facts = {
        "order": sale.order,
        "items": sale.items,
        "paid": sale.paid_at.date().isoformat(),
        "sent": (sale.settled_at.date() + timedelta(days=1)).isoformat(),
        "arrived": (sale.settled_at.date() + timedelta(days=2)).isoformat(),
    }
    return {kind: _TEXTS[kind].format_map(facts) for kind in kinds}


def insistence(stage: DisputeStage) -> str:
    """What is added at a stage that follows an answer."""
    return (
        f"What we sent before {stage.lower().replace('_', '-')} still holds; the issuer has named nothing that speaks"
        " against it."
    )


def letter(
    template: Template, merchant: DemoMerchant, sale: Sale, amount: Money, case_reference: str, kinds: Collection[_K]
) -> str:
    """The rebuttal letter as the back office drafts it."""
    facts = RebuttalFacts(
        merchant_name=merchant.merchant.name,
        case_reference=case_reference,
        payment_reference=sale.order,
        amount=amount,
        paid_on=sale.paid_at.date(),
        last4=sale.last4,
        staged=kinds,
    )
    return draft_rebuttal(template, facts)
