"""`Notices`: each kept once, matched to its dispute once, or refused with a reason."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.kernel.ids import new_uuid
from tests.builders.disputes import a_notice
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy
from tests.builders.payments import a_payment
from tests.contracts.house import SYSTEM, House

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment


async def test_a_notice_is_kept_once(house: House) -> None:
    notice = a_notice(dispute_amount=jpy(6400), respond_by=after(60))
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.notices.take(notice)
        await unit.commit()
    again = replace(notice, id=new_uuid(MORNING), amount=eur(1))
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert not await unit.notices.take(again)
        assert await unit.notices.take(replace(again, gateway="another"))
        assert await unit.notices.take(replace(again, id=new_uuid(MORNING), notice_id="ntc_2"))
        assert await unit.notices.still_unmatched(notice.id)
        assert await unit.notices.told_of(notice.id) is None


async def test_two_at_once_keep_one(house: House) -> None:
    notice = a_notice()
    taken: list[bool] = []

    async def take() -> None:
        async with house.units.begin(SYSTEM, "contract") as unit:
            taken.append(await unit.notices.take(replace(notice, id=new_uuid(MORNING))))
            await unit.commit()

    await asyncio.gather(*(take() for _ in range(5)))
    assert sorted(taken) == [False, False, False, False, True]


async def test_what_is_applied_tells_of_its_dispute(house: House, dispute: Dispute) -> None:
    full_notice = a_notice(dispute_amount=jpy(6400), respond_by=after(60))
    short = a_notice(minutes=1, network_case_id=None, arn=None)
    async with house.units.begin(SYSTEM, "contract") as unit:
        for notice in (full_notice, short):
            await unit.notices.take(notice)
            await unit.notices.apply(notice.id, dispute)
        await unit.notices.take(a_notice())
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        told = await unit.notices.of_dispute(dispute)
        assert sorted(told, key=lambda notice: notice.occurred_at) == [full_notice, short]
        assert await unit.notices.told_of(short.id) == dispute.id
        assert not await unit.notices.still_unmatched(short.id)
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        assert await unit.notices.of_dispute(dispute) == []


async def test_what_is_refused_waits_for_nothing(house: House, payment: Payment, dispute: Dispute) -> None:
    notice = a_notice(payment_reference=payment.gateway_reference or "")
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.notices.take(notice)
        await unit.notices.refuse(notice.id, payment.merchant_id, payment.id, "It is in JPY.")
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.notices.unmatched(9) == []
        assert await unit.notices.of_dispute(dispute) == []
        assert await unit.notices.told_of(notice.id) is None
        assert not await unit.notices.still_unmatched(notice.id)


async def test_of_what_waits_only_that_whose_payment_is_known_by_now(house: House, merchant: Merchant) -> None:
    said = [a_notice(minutes=minutes, payment_reference="sim_77") for minutes in (3, 1, 2)]
    strange = [a_notice(payment_reference="nobody's"), a_notice(payment_reference="sim_77", gateway="another")]
    async with house.units.begin(SYSTEM, "contract") as unit:
        for notice in (*said, *strange):
            await unit.notices.take(notice)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.notices.unmatched(9) == []
        await unit.payments.add(a_payment(merchant_id=merchant.id, gateway_reference="sim_77"))
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.notices.unmatched(9) == [said[1], said[2], said[0]]
        assert await unit.notices.unmatched(2) == [said[1], said[2]]


async def test_whoever_matches_a_notice_keeps_the_others_away(house: House, dispute: Dispute) -> None:
    notice = a_notice()
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.notices.take(notice)
        await unit.commit()

    async def other() -> bool:
        async with house.units.begin(SYSTEM, "other") as unit:
            return await unit.notices.still_unmatched(notice.id)

    async with house.units.begin(SYSTEM, "one") as unit:
        assert await unit.notices.still_unmatched(notice.id)
        waiting = asyncio.create_task(other())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await unit.notices.apply(notice.id, dispute)
        await unit.commit()
    assert not await waiting
