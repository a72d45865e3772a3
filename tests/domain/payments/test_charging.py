"""What captures and refunds cost: by the plan of the moment, and what was posted stays as it was."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from domain.ledger.entry import EntryKind
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.fee_plan_version import first_version
from domain.merchants.region import Region
from domain.payments.charging import sale_of
from domain.payments.method import CardBrand, PaymentMethodType
from tests.builders.merchants import a_fee_plan, a_merchant
from tests.builders.money import eur, kwd
from tests.builders.payments import a_method, an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.fee_desk import FeeDesk

if TYPE_CHECKING:
    from domain.kernel.money import Money
    from domain.merchants.merchant import Merchant
    from tests.fakes.clock import SettableClock
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

CHARGES_REFUNDS = FeePlan(
    rates=(FeeRate(currency="EUR", percentage=Decimal(1), refund_fee_minor=30),), returns_fee_on_refund=True
)


@pytest.fixture
def fees(units: MemoryUnits, merchant: Merchant, clock: SettableClock) -> FeeDesk:
    """Whoever changes the merchant's plan."""
    units.tables.fee_plan_versions.append(first_version(merchant))
    return FeeDesk(units=units, merchant=merchant, clock=clock)


def test_what_a_rate_looks_at() -> None:
    visa = a_method(type=PaymentMethodType.CARD, brand=CardBrand.VISA, country="FR")
    sale = sale_of(visa, a_merchant(country="DE"), kwd(1))
    assert (sale.amount, sale.method, sale.brand, sale.region) == (kwd(1), "CARD", "VISA", Region.REGIONAL)
    pix = a_method(type=PaymentMethodType.PIX, brand=None, country=None)
    sale = sale_of(pix, a_merchant(), eur(1))
    assert (sale.method, sale.brand, sale.region) == ("PIX", None, None)


async def test_a_capture_costs_what_the_plan_of_its_moment_says(desk: Desk, fees: FeeDesk, tables: Tables) -> None:
    before = await desk.authorized(eur(100))
    fees.clock.pass_by(60)
    await fees.change(a_fee_plan("1", 10))
    # Authorized before and captured after the change.
    assert (await desk.capture(before)).payment.fee_minor == 100 + 10
    assert (await desk.captured(eur(100))).fee_minor == 100 + 10
    assert len([entry for entry in tables.entries if entry.kind is EntryKind.CAPTURE]) == 2


async def test_a_plan_that_was_waiting_begins_by_itself(desk: Desk, fees: FeeDesk) -> None:
    at = fees.clock.now()
    await fees.change(a_fee_plan("1", 10), at.replace(hour=12))
    assert (await desk.captured(eur(100))).fee_minor == 150 + 25
    fees.clock.pass_by(3 * 3600)
    assert (await desk.captured(eur(100))).fee_minor == 100 + 10


async def test_what_was_posted_is_never_touched(
    desk: Desk, fees: FeeDesk, tables: Tables, gateway: StandInGateway
) -> None:
    payment = await desk.captured(eur(100))
    posted, captures = list(tables.entries), dict(tables.captures)
    fees.clock.pass_by(60)
    await fees.change(CHARGES_REFUNDS)
    assert (tables.entries, tables.captures) == (posted, captures)
    assert tables.payments[payment.id] == payment
    assert_agreement(tables, gateway)


async def test_a_refund_gives_back_by_the_plan_of_the_capture_and_costs_by_its_own(
    desk: Desk, fees: FeeDesk, tables: Tables, gateway: StandInGateway
) -> None:
    kept = await desk.captured(eur(100))
    fees.clock.pass_by(60)
    await fees.change(CHARGES_REFUNDS)
    refunded = (await desk.refund(kept, eur(40))).payment
    assert (refunded.fee_minor, refunded.returned_fee_minor, refunded.refund_fee_minor) == (175, 0, 30)
    returned = await desk.captured(eur(100))
    fees.clock.pass_by(60)
    await fees.change(a_fee_plan())
    refunded = (await desk.refund(returned, eur(40))).payment
    assert (refunded.fee_minor, refunded.returned_fee_minor, refunded.refund_fee_minor) == (100, 40, 0)
    assert_agreement(tables, gateway)


async def test_each_refund_costs_the_same_and_all_give_back_the_fee(desk: Desk, fees: FeeDesk, tables: Tables) -> None:
    await fees.change(CHARGES_REFUNDS)
    payment = await desk.captured(eur("0.99"))
    assert payment.fee_minor == 1
    refunds = [(await desk.refund(payment, eur("0.33"))).refund for _ in range(3)]
    assert [refund.fee_minor for refund in refunds] == [30, 30, 30]
    assert sum(refund.returned_fee_minor for refund in refunds) == 1
    after_all = tables.payments[payment.id]
    assert (after_all.returned_fee_minor, after_all.refund_fee_minor) == (1, 90)
    # The merchant owes more than it was paid: that is what a refund of next to nothing costs.
    assert tables.balance_minor("pending") == 90
    entry = tables.entries[-1]
    names = [posting.account.name for posting in entry.postings]
    assert names[:2] == ["pending", "gateway_clearing:simulator"]
    assert set(names[2:]) == {"pending", "fees_revenue"}


@pytest.mark.parametrize(
    ("plan", "amount", "fee"),
    [
        (FeePlan(rates=(FeeRate(currency="KWD", percentage=Decimal("2.25"), minimum_minor=150),)), kwd("1.000"), 150),
        (FeePlan(rates=(FeeRate(currency="KWD", percentage=Decimal("2.25"), minimum_minor=150),)), kwd("20.000"), 450),
        (FeePlan(rates=(FeeRate(brand="AMEX", percentage=Decimal(5)),)), eur(100), 0),
    ],
)
async def test_plans_of_all_kinds(desk: Desk, fees: FeeDesk, plan: FeePlan, amount: Money, fee: int) -> None:
    await fees.change(plan)
    assert (await desk.captured(amount)).fee_minor == fee


async def test_what_the_gateway_says_of_the_card_counts_at_once(
    desk: Desk, fees: FeeDesk, gateway: StandInGateway
) -> None:
    rates = (
        FeeRate(percentage=Decimal(1)),
        FeeRate(brand="AMEX", percentage=Decimal(3)),
        FeeRate(brand="AMEX", region="INTERNATIONAL", percentage=Decimal(4)),
    )
    await fees.change(FeePlan(rates=rates))
    for country, fee in (("DE", 300), ("US", 400)):
        card = a_method(type=PaymentMethodType.CARD, brand=CardBrand.AMEX, country=country)
        gateway.next(an_outcome(method=card))
        assert (await desk.captured(eur(100))).fee_minor == fee
        gateway.next(an_outcome(method=card))
        later = await desk.authorized(eur(100))
        assert (await desk.capture(later)).payment.fee_minor == fee
