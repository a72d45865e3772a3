"""Payments are judged by the rules in force, in the language that rules are written in, within their own transactions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.cel.language import CelLanguage
from app.approved_actions import approved_publications
from app.screening import FraudScreening
from domain.approvals.approval_action import ApprovalAction
from domain.fraud.review import ReviewStatus
from domain.fraud.rule import RuleAction
from domain.fraud.rule_shelf import RuleShelf
from domain.kernel.ids import PLATFORM
from domain.payments.create_payment import NewCustomer
from domain.payments.decline import DeclineCode
from domain.payments.payment import CaptureMode, PaymentStatus
from domain.payments.screening import PaymentScreening, ScreeningDecision
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.fraud_desk import FraudDesk
from tests.fakes.gateway import StandInGateway
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from domain.payments.payment import Payment

S = PaymentStatus
MARY = NewCustomer(email="mary@example.com")


@pytest.fixture
def fraud() -> FraudDesk:
    """A merchant whose rules are written in CEL."""
    merchant, clock = a_merchant(), SettableClock()
    units = MemoryUnits(clock)
    units.tables.merchants[merchant.id] = merchant
    desk = FraudDesk(Desk(units, merchant, StandInGateway(clock), clock))
    screening = FraudScreening(CelLanguage(), RuleShelf())
    desk.desk.ports = replace(desk.desk.ports, screening=screening)
    desk.ports = replace(desk.ports, language=screening.language, shelf=screening.shelf, payments=desk.desk.ports)
    return desk


async def bought(fraud: FraudDesk, minor: int = 10_000) -> Payment:
    """A payment of mary@example.com, to be captured at once."""
    amount = replace(eur(1), minor=minor)
    result = await fraud.desk.create(amount, capture_mode=CaptureMode.AUTOMATIC, customer=MARY)
    return result.payment


def test_it_is_what_payments_ask_for(fraud: FraudDesk) -> None:
    screening: PaymentScreening = fraud.desk.ports.screening
    assert screening.wants_card
    assert set(approved_publications(fraud.ports)) == {ApprovalAction.PUBLISH_FRAUD_RULE}


async def test_what_is_blocked_never_reaches_the_gateway(fraud: FraudDesk) -> None:
    await fraud.published("payment.amount_minor > 5000", merchant_id=PLATFORM, action=RuleAction.BLOCK)
    blocked = await bought(fraud)
    assert (blocked.status, blocked.decline_code) == (S.DECLINED, DeclineCode.FRAUD_SUSPECTED)
    assert fraud.desk.gateway.effects == []
    assert (await bought(fraud, 5000)).status is S.CAPTURED


async def test_what_is_held_is_reviewed(fraud: FraudDesk) -> None:
    rule = await fraud.published('velocity("email", "1h").count >= 1')
    assert (await bought(fraud)).status is S.CAPTURED
    held = await bought(fraud)
    assert (held.status, held.captured_minor) == (S.IN_REVIEW, 0)
    async with fraud.ports.units.begin(fraud.actor, "test") as unit:
        review = await unit.fraud_reviews.of_payment(held.merchant_id, held.id)
        screening = await unit.screenings.of_payment(held.merchant_id, held.id)
    assert review is not None
    assert screening is not None
    assert (review.status, review.rule_ids) == (ReviewStatus.OPEN, (rule.id,))
    assert (screening.decision, screening.merchant.decided_by) == (ScreeningDecision.REVIEW, (rule.id,))


async def test_a_rule_that_fails_on_a_payment_lets_it_pass(fraud: FraudDesk) -> None:
    await fraud.published("1 / (payment.amount_minor - 10000) > 0", action=RuleAction.BLOCK)
    payment = await bought(fraud)
    assert payment.status is S.CAPTURED
    async with fraud.ports.units.begin(fraud.actor, "test") as unit:
        screening = await unit.screenings.of_payment(payment.merchant_id, payment.id)
    assert screening is not None
    (result,) = screening.merchant.results
    assert (result.outcome.value, "zero" in (result.message or "")) == ("FAILED", True)
