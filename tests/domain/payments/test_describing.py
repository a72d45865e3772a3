"""The card behind a token is asked about once, with no transaction open, and never in the way of a payment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import NotFound
from domain.payments.describing import card_behind
from domain.payments.payment import PaymentStatus
from domain.payments.token_memory import KnownToken
from tests.builders.merchants import a_merchant
from tests.builders.payments import a_method
from tests.fakes.screening import ScriptedScreening

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

CARD = a_method(token="tok_1", last4="1881", fingerprint="fp_1")


@pytest.fixture
def screening(desk: Desk, gateway: StandInGateway) -> ScriptedScreening:
    gateway.cards["tok_1"] = CARD
    screening = ScriptedScreening()
    desk.ports = replace(desk.ports, screening=screening)
    return screening


async def test_it_is_known_to_screening_and_stays_with_the_payment(
    desk: Desk, screening: ScriptedScreening, tables: Tables
) -> None:
    payment = (await desk.create(token="tok_1")).payment
    assert screening.arrivals[0].payment.method == CARD
    assert tables.payments[payment.id].method == CARD


async def test_the_gateway_is_asked_once_for_each_token(
    desk: Desk, screening: ScriptedScreening, gateway: StandInGateway
) -> None:
    for _ in range(3):
        await desk.create(token="tok_1")
    assert gateway.asked_about == ["tok_1"]
    assert {arrival.payment.method.fingerprint for arrival in screening.arrivals} == {"fp_1"}


@pytest.mark.usefixtures("screening")
async def test_it_is_asked_with_no_transaction_open(desk: Desk, units: MemoryUnits, gateway: StandInGateway) -> None:
    describe = gateway.describe
    open_units: list[int] = []

    async def look(token: str) -> object:
        open_units.append(units.open)
        return await describe(token)

    gateway.describe = look  # pyright: ignore[reportAttributeAccessIssue]
    await desk.create(token="tok_1")
    assert open_units == [0]


@pytest.mark.parametrize("speechless", [True, False])
async def test_what_the_gateway_cannot_say_keeps_no_payment_and_is_asked_again(
    desk: Desk, screening: ScriptedScreening, gateway: StandInGateway, *, speechless: bool
) -> None:
    gateway.cards.clear()
    gateway.speechless = speechless
    assert (await desk.create(token="tok_1")).payment.status is PaymentStatus.AUTHORIZED
    gateway.cards["tok_1"], gateway.speechless = CARD, False
    await desk.create(token="tok_1")
    assert [arrival.payment.method.last4 for arrival in screening.arrivals] == [None, "1881"]
    assert screening.arrivals[0].payment.method.token == "tok_1"
    assert len(gateway.asked_about) == 2


async def test_nobody_asks_for_a_screening_that_does_not_want_it(desk: Desk, gateway: StandInGateway) -> None:
    gateway.cards["tok_1"] = CARD
    payment = (await desk.create(token="tok_1")).payment
    assert gateway.asked_about == []
    assert payment.method.last4 is None


async def test_what_another_gateway_said_before_is_not_believed(
    desk: Desk, screening: ScriptedScreening, merchant: Merchant
) -> None:
    desk.ports.tokens.keep(merchant.id, "tok_1", KnownToken(gateway="elsewhere", method=a_method(last4="0000")))
    for _ in range(2):
        await desk.create(token="tok_1")
    assert [arrival.payment.method.last4 for arrival in screening.arrivals] == [None, "1881"]


async def test_a_merchant_beyond_the_fence_is_not_found(desk: Desk, gateway: StandInGateway) -> None:
    with pytest.raises(NotFound):
        await card_behind(desk.ports, desk.actor, a_merchant().id, "tok_1")
    assert gateway.asked_about == []
