"""What came of the sales afterwards: disputes, early fraud warnings, and what needed a second person's word."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from adapters.currencies import currency_of
from app.demo.seed.case_plots import Course, tell_case
from app.demo.seed.case_story import CaseStory
from app.demo.seed.desk import Desk, open_desk
from app.demo.seed.grievances import GRIEVANCES, Grievance
from app.demo.seed.merchants import MERCHANTS, DemoMerchant
from app.demo.seed.network_side import NetworkSide
from app.demo.seed.reviewed_story import NotYet
from app.demo.seed.sales import Sale, Sales, Wanted
from app.demo.seed.second_opinions import large_sales, tell_second_opinions
from app.demo.seed.story_clock import StoryClock
from app.simulator.disputes.console_request import Alarm
from domain.disputes.category import DisputeCategory
from domain.disputes.early_fraud_warning import FraudType
from domain.disputes.network import Network
from domain.disputes.set_dispute_policy import SetDisputePolicy, set_dispute_policy
from domain.identity.permission import MerchantRole
from domain.kernel.money import Money

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from app.demo.seed.people import Cast

SEED = 4_904
_BY_SLUG = {merchant.slug: merchant for merchant in MERCHANTS}
_FORGIVES = _BY_SLUG["kaffeewerk"]
_FORGIVEN_UP_TO = Money(15_00, currency_of("EUR"))
_FORGIVEN = frozenset({DisputeCategory.DUPLICATE, DisputeCategory.CREDIT_NOT_PROCESSED})
_FORGIVES_SINCE = timedelta(days=75)
# Nobody goes to the bank for less.
_LEAST_MINOR = {"EUR": 20_00, "USD": 20_00, "GBP": 20_00, "JPY": 1_500, "KWD": 10_000}
_WARNED_BEFORE = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    merchant: DemoMerchant
    grievance: Grievance
    course: Course
    sale: Sale


@dataclass(frozen=True, slots=True, kw_only=True)
class _Warning:
    merchant: DemoMerchant
    sale: Sale
    reported_at: datetime
    fraud_type: FraudType
    heeded: bool


async def tell_aftermath(
    connection: FencedConnection, people: Cast, sales: Sales, now: datetime
) -> list[dict[str, Any]]:
    """All of it, in the connection's transaction, whose JSON is taken as asyncpg's pool takes it.

    Returns what the gateway has to remember. What there are not enough sales for is left out.
    """
    dice = Random(SEED)  # noqa: S311 - the demo is to look the same each time
    cases = _choose_cases(sales, now, dice)
    warnings = _choose_warnings(sales, now)
    large = large_sales(sales, now)
    clock = StoryClock(now)
    concerned = [*(case.sale for case in cases), *(one.sale for one in warnings), *large.values()]
    network = NetworkSide([sales.at_gateway(sale) for sale in concerned], clock, dice)
    desk = open_desk(connection, clock, network, people, dice)
    await _forgive_little(desk)
    named: dict[str, UUID] = {}
    for case in cases:
        dispute_id = await _tell_case(desk, case)
        if case.grievance.name is not None:
            named[case.grievance.name] = dispute_id
    for warning in warnings:
        await _tell_warning(desk, warning)
    await tell_second_opinions(desk, large, named)
    return network.journal()


def _choose_cases(sales: Sales, now: datetime, dice: Random) -> list[_Case]:
    cases: list[_Case] = []
    for slug, grievances in GRIEVANCES.items():
        merchant = _BY_SLUG[slug]
        for grievance in grievances:
            course = Course(grievance, merchant, now, dice)
            least = 0 if grievance.most_minor else _LEAST_MINOR[grievance.sold_in or merchant.merchant.currency]
            wanted = Wanted(
                merchant_id=merchant.merchant.id,
                network=grievance.network,
                before=course.begun_at - (_WARNED_BEFORE if grievance.warned else timedelta()),
                currency=grievance.sold_in,
                least_minor=0 if grievance.regular else grievance.least_minor or least,
                most_minor=grievance.most_minor,
                refunded=grievance.refunded,
                token=grievance.regular and grievance.regular.card.token,
            )
            if (sale := sales.give(wanted)) is not None:
                cases.append(_Case(merchant=merchant, grievance=grievance, course=course, sale=sale))
    # As they were opened: the gateway lists them in that order.
    return sorted(cases, key=lambda case: case.course.begun_at)


def _choose_warnings(sales: Sales, now: datetime) -> list[_Warning]:
    warnings: list[_Warning] = []
    for slug, network, ago, fraud_type, heeded in (
        ("kaffeewerk", Network.VISA, timedelta(hours=30), FraudType.CARD_NOT_PRESENT, False),
        ("northline", Network.MASTERCARD, timedelta(hours=20), FraudType.ACCOUNT_TAKEOVER, False),
        ("kaffeewerk", Network.MASTERCARD, timedelta(days=12), FraudType.STOLEN_CARD, True),
        ("harbour", Network.VISA, timedelta(days=9), FraudType.CARD_NOT_PRESENT, True),
    ):
        merchant = _BY_SLUG[slug]
        reported_at = now - ago
        wanted = Wanted(
            merchant_id=merchant.merchant.id,
            network=network,
            before=reported_at,
            least_minor=_LEAST_MINOR[merchant.merchant.currency],
        )
        if (sale := sales.give(wanted)) is not None:
            warnings.append(
                _Warning(merchant=merchant, sale=sale, reported_at=reported_at, fraud_type=fraud_type, heeded=heeded)
            )
    return warnings


async def _forgive_little(desk: Desk) -> None:
    """One merchant has always thought small claims not worth an answer."""
    desk.clock.at = desk.now - _FORGIVES_SINCE
    command = SetDisputePolicy(
        merchant_id=_FORGIVES.merchant.id,
        currency=_FORGIVEN_UP_TO.currency,
        accept_up_to=_FORGIVEN_UP_TO,
        categories=_FORGIVEN,
    )
    await set_dispute_policy(desk.disputes, desk.people.people_of(_FORGIVES, MerchantRole.OWNER)[0], command)


async def _tell_case(desk: Desk, case: _Case) -> UUID:
    story = CaseStory(desk, case.merchant, case.sale)
    if case.grievance.warned:
        alarm = Alarm(network=case.grievance.network, fraud_type=FraudType.CARD_NOT_PRESENT)
        await story.warn(case.course.begun_at - _WARNED_BEFORE, alarm)
    with suppress(NotYet):
        await tell_case(story, case.grievance, case.course)
    return story.dispute.id


async def _tell_warning(desk: Desk, warning: _Warning) -> None:
    story = CaseStory(desk, warning.merchant, warning.sale)
    await story.warn(warning.reported_at, Alarm(network=warning.sale.network, fraud_type=warning.fraud_type))
    if warning.heeded:
        await story.days_later(1)
        await story.prevent()
