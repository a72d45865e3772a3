"""What is known of the card before a payment is made: asked of the gateway, once for each token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit
from domain.payments.method import PaymentMethod, PaymentMethodType
from domain.payments.token_memory import KnownToken

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from domain.payments.ports import PaymentPorts, PaymentsUnit


async def card_behind(ports: PaymentPorts, actor: Actor, merchant_id: UUID, token: str) -> KnownToken | None:
    """The card, as the merchant's gateway describes it; nothing when it knows no such token, or cannot say now.

    The gateway is asked with no transaction open. Raises `NotFound` for a merchant that the actor cannot see.
    """
    if (known := ports.tokens.recall(merchant_id, token)) is not None:
        return known

    async def name_of_gateway(unit: PaymentsUnit) -> str:
        return (await unit.merchants.get(merchant_id)).gateway

    gateway = await in_unit(ports.units, actor, "describe", name_of_gateway)
    described = await ports.gateways.get(gateway).describe(token)
    if described is None or described.method is None:
        # Neither is kept: the gateway may be well again, or know the token, in a moment.
        return None
    known = KnownToken(gateway=gateway, method=described.method)
    ports.tokens.keep(merchant_id, token, known)
    return known


def method_of(ports: PaymentPorts, merchant: Merchant, token: str, card: KnownToken | None) -> PaymentMethod:
    """How the customer pays. What another gateway said of the token, before the merchant left it, is forgotten."""
    if card is not None and card.gateway == merchant.gateway:
        return card.method
    ports.tokens.forget(merchant.id, token)
    return PaymentMethod(type=PaymentMethodType.CARD, token=token)
