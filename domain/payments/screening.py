"""What payments need of whoever judges them: whether to go on, with which precautions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from domain.merchants.merchant import Merchant
    from domain.payments.customer import Customer
    from domain.payments.origin import Origin
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit


class ScreeningDecision(StrEnum):
    """What becomes of a payment that was looked at."""

    ALLOW = "ALLOW"
    REQUEST_3DS = "REQUEST_3DS"
    """Go on, once the customer has passed 3-D Secure."""
    REVIEW = "REVIEW"
    """Authorize, and hold the capture until somebody has decided."""
    BLOCK = "BLOCK"
    """Never ask the gateway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`request_3ds` holds beside a review too. `awaits_score`: part of it depends on the gateway's risk score.

    A payment that awaits the score is authorized without being captured, and judged again.
    """

    decision: ScreeningDecision
    request_3ds: bool = False
    awaits_score: bool = False

    @property
    def withholds_capture(self) -> bool:
        """Whether the authorization must not take the money."""
        return self.awaits_score or self.decision is ScreeningDecision.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A new payment, not saved yet, with all that is known of it before any gateway is asked."""

    payment: Payment
    merchant: Merchant
    customer: Customer | None = None
    origin: Origin | None = None


ALLOWED = Verdict(decision=ScreeningDecision.ALLOW)


class PaymentScreening(Protocol):
    """Judges payments within the transactions of their own verbs, and keeps there what it found."""

    @property
    def wants_card(self) -> bool:
        """Whether the gateway is to be asked, before a payment is judged, which card its token stands for."""
        ...

    async def judge(self, unit: PaymentsUnit, arrival: Arrival, at: datetime) -> Verdict:
        """Of a payment that was just added to the unit, before the gateway is asked."""
        ...

    async def judge_authorized(self, unit: PaymentsUnit, payment: Payment, at: datetime) -> Verdict:
        """Of a payment that was authorized without being captured; its `risk_score` is the gateway's, if it gave one.

        The decision is ALLOW or REVIEW; a review is opened with it, in the unit. Asked again, it says the same.
        """
        ...


class NoScreening:
    """Lets every payment pass, and keeps nothing."""

    wants_card = False

    async def judge(self, unit: PaymentsUnit, arrival: Arrival, at: datetime) -> Verdict:
        """Allowed."""
        del unit, arrival, at
        return ALLOWED

    async def judge_authorized(self, unit: PaymentsUnit, payment: Payment, at: datetime) -> Verdict:
        """Allowed."""
        del unit, payment, at
        return ALLOWED
