"""A gateway without a network: it takes every payment at once, so that only our own work is measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.payments.gateway import Outcome, OutcomeKind, TokenDescription
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType

if TYPE_CHECKING:
    from domain.kernel.clock import Clock
    from domain.payments.gateway import GatewayRequest

AUTHORIZED_FOR = timedelta(days=7)
CARD = PaymentMethod(
    type=PaymentMethodType.CARD,
    brand=CardBrand.VISA,
    last4="4242",
    bin="424242",
    country="DE",
    expiry_month=12,
    expiry_year=2030,
    funding=CardFunding.CREDIT,
    fingerprint="fp_4242",
)
RISK_SCORE = 12
RESPONSE_CODE = "approved"


class InProcessGateway:
    """Satisfies `domain.payments.gateway.Gateway`, for authorizations that capture at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def execute(self, request: GatewayRequest) -> Outcome:
        """Take the money."""
        return Outcome(
            kind=OutcomeKind.SUCCEEDED,
            amount=request.amount,
            gateway_reference=f"gw_{request.operation_id.hex}",
            response_code=RESPONSE_CODE,
            method=replace(CARD, token=request.token),
            risk_score=RISK_SCORE,
            authorization_expires_at=self._clock.now() + AUTHORIZED_FOR,
        )

    async def look_up(self, request: GatewayRequest) -> Outcome:
        """Nobody's answer is ever lost here."""
        raise NotImplementedError(request.operation_id)

    async def describe(self, token: str) -> TokenDescription | None:
        """The same card as ever."""
        return TokenDescription(method=replace(CARD, token=token))
