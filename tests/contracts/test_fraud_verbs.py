"""The verbs on rules, and payments that are judged by them, many at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.carry_out_requests import CarryOutRequests, carry_out_requests
from domain.fraud.carry_out_publication import CarryOutPublication, carry_out_publication
from domain.fraud.rule import RuleAction
from domain.kernel.ids import PLATFORM
from domain.payments.create_payment import NewCustomer
from domain.payments.payment import PaymentStatus
from tests.builders.identity import a_staff_actor
from tests.builders.payments import an_outcome
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.fraud_desk import FraudDesk
from tests.fakes.gateway import StandInGateway

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from tests.contracts.house import House

S = PaymentStatus
MARY = NewCustomer(email="mary@example.com")


@pytest.fixture
def fraud(house: House, merchant: Merchant) -> FraudDesk:
    clock = SettableClock()
    return FraudDesk(Desk(house.units, merchant, StandInGateway(clock), clock))


async def test_publications_at_once_are_all_in_force(fraud: FraudDesk) -> None:
    for author in (fraud.desk.merchant.id, PLATFORM):
        rules = [await fraud.create("true", merchant_id=author) for _ in range(3)]
        await asyncio.gather(*(fraud.publish(rule) for rule in rules))
        in_force = await fraud.in_force(author)
        assert {rule.rule_id for rule in in_force.rules} == {rule.id for rule in rules}
        assert in_force.revision == 3


async def test_a_publication_that_was_approved_twice_is_made_once(fraud: FraudDesk, house: House) -> None:
    await fraud.want_approval(PLATFORM)
    rule = await fraud.create("true", merchant_id=PLATFORM)
    requests = [await fraud.ask_to_publish(rule) for _ in range(3)]
    done = await asyncio.gather(*(fraud.approve(request, a_staff_actor()) for request in requests))
    assert {request.status for request in done} == {ApprovalStatus.SUCCEEDED}
    events = [name for _, _, name in await house.events(rule.id)]
    assert events == ["fraud_rule.created", "fraud_rule.published"]
    assert (await fraud.in_force(PLATFORM)).revision == 1


async def test_what_was_disabled_after_an_approved_publication_stays_so(fraud: FraudDesk, house: House) -> None:
    await fraud.want_approval(PLATFORM)
    rule = await fraud.create("true", merchant_id=PLATFORM)
    told, untold, waiting = [await fraud.ask_to_publish(rule) for _ in range(3)]
    async with house.units.begin(JOBS, "contract") as unit:
        await unit.approvals.save(untold.approve(fraud.other_staff, fraud.desk.clock.now()))
        await unit.commit()
    command = CarryOutPublication(operation_id=untold.operation_id)
    # Its process dies here, and nobody writes down that it is done.
    assert (await carry_out_publication(fraud.ports, fraud.other_staff, command)).published == 1
    assert (await fraud.approve(told)).status is ApprovalStatus.SUCCEEDED
    disabled = await fraud.disable(rule)
    fraud.desk.clock.at += timedelta(seconds=60)
    assert await carry_out_requests(fraud.approvals, JOBS, CarryOutRequests()) == 1
    late = await fraud.approve(waiting)
    assert (late.status, late.failure and "disabled since" in late.failure) == (ApprovalStatus.FAILED, True)
    async with house.units.begin(JOBS, "contract") as unit:
        done = await unit.approvals.of_operation(untold.operation_id)
        assert done is not None
        assert (done.status, await unit.fraud_rules.for_update(rule.id)) == (ApprovalStatus.SUCCEEDED, disabled)
    events = [name for _, _, name in await house.events(rule.id)]
    assert events == ["fraud_rule.created", "fraud_rule.published", "fraud_rule.disabled"]
    assert (await fraud.in_force(PLATFORM)).rules == ()


async def test_payments_of_one_customer_at_once_are_counted_one_after_the_other(fraud: FraudDesk) -> None:
    await fraud.published('count(email, "1h") >= 3', action=RuleAction.BLOCK)
    results = await asyncio.gather(*(fraud.desk.create(customer=MARY) for _ in range(6)))
    statuses = sorted(result.payment.status for result in results)
    assert statuses == [S.AUTHORIZED] * 3 + [S.DECLINED] * 3


async def test_lists_and_rules_of_both_authors(fraud: FraudDesk) -> None:
    assert (await fraud.desk.create(customer=MARY)).payment.status is S.AUTHORIZED
    await fraud.put("blocked_emails", "mary@example.com", merchant_id=PLATFORM)
    assert (await fraud.desk.create(customer=MARY)).payment.status is S.DECLINED
    other = NewCustomer(email="ada@example.com")
    rule = await fraud.published('customer.email == "ada@example.com"', action=RuleAction.BLOCK)
    assert (await fraud.desk.create(customer=other)).payment.status is S.DECLINED
    await fraud.disable(rule)
    assert (await fraud.desk.create(customer=other)).payment.status is S.AUTHORIZED


@pytest.mark.parametrize(("risk_score", "status"), [(70, S.IN_REVIEW), (69, S.CAPTURED), (None, S.CAPTURED)])
async def test_the_gateways_score_holds_or_lets_go(
    fraud: FraudDesk, house: House, risk_score: int | None, status: PaymentStatus
) -> None:
    rule = await fraud.published("gateway.score >= 70")
    fraud.desk.gateway.next(an_outcome(risk_score=risk_score))
    payment = await fraud.desk.captured()
    assert payment.status is status
    async with house.units.begin(fraud.actor, "contract") as unit:
        screening = await unit.screenings.of_payment(payment.merchant_id, payment.id)
        review = await unit.fraud_reviews.of_payment(payment.merchant_id, payment.id)
    assert screening is not None
    assert (screening.judged_again_at is not None, screening.awaits_score) == (True, False)
    assert (review and review.rule_ids) == ((rule.id,) if status is S.IN_REVIEW else None)
    assert bool(await house.postings()) is (status is S.CAPTURED)
