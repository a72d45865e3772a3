"""Screening as payments ask for it: payments know of no rules, since fraud is above them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from domain.fraud.judging import judge_arrival, judge_authorized

if TYPE_CHECKING:
    from datetime import datetime

    from domain.fraud.expression import RuleLanguage
    from domain.fraud.ports import FraudUnit
    from domain.fraud.rule_shelf import RuleShelf
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit
    from domain.payments.screening import Arrival, Verdict


@dataclass(frozen=True, slots=True)
class FraudScreening:
    """Satisfies `domain.payments.screening.PaymentScreening`, and is what judging needs."""

    language: RuleLanguage
    shelf: RuleShelf

    @property
    def wants_card(self) -> bool:
        """Rules and lists ask for the card."""
        return True

    async def judge(self, unit: PaymentsUnit, arrival: Arrival, at: datetime) -> Verdict:
        """By the rules in force."""
        return await judge_arrival(self, _whole(unit), arrival, at)

    async def judge_authorized(self, unit: PaymentsUnit, payment: Payment, at: datetime) -> Verdict:
        """By the rules that awaited the gateway's score."""
        return await judge_authorized(self, _whole(unit), payment, at)


def _whole(unit: PaymentsUnit) -> FraudUnit:
    # Payments open their units and know a part of them by its name. What opens is one unit with the stores of every
    # context, in PostgreSQL and in memory alike; only here, above both contexts, may that be said.
    return cast("FraudUnit", unit)
