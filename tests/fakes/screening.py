"""A screening that says what a test wants, and remembers what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.payments.screening import ALLOWED, Arrival, ScreeningDecision, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit

BLOCKED = Verdict(decision=ScreeningDecision.BLOCK)
CHALLENGED = Verdict(decision=ScreeningDecision.REQUEST_3DS, request_3ds=True)
REVIEWED = Verdict(decision=ScreeningDecision.REVIEW)
AWAITING = Verdict(decision=ScreeningDecision.ALLOW, awaits_score=True)


class ScriptedScreening:
    """Satisfies `PaymentScreening`: `first` of new payments, `then` of authorized ones."""

    wants_card = True

    def __init__(self, first: Verdict = ALLOWED, then: Verdict = ALLOWED) -> None:
        self.first = first
        self.then = then
        self.arrivals: list[Arrival] = []
        self.authorized: list[Payment] = []

    async def judge(self, unit: PaymentsUnit, arrival: Arrival, at: datetime) -> Verdict:
        """What was scripted, once the payment is there."""
        del at
        assert (await unit.payments.get(arrival.payment.id)).id == arrival.payment.id
        self.arrivals.append(arrival)
        return self.first

    async def judge_authorized(self, unit: PaymentsUnit, payment: Payment, at: datetime) -> Verdict:
        """What was scripted."""
        del unit, at
        self.authorized.append(payment)
        return self.then
