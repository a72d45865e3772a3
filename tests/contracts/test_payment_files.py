"""Files for banks, in memory and on PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.kernel.unit import Contention
from domain.settlements.file_errors import DeliveryInDoubt, NotDelivered
from domain.settlements.payment_file import LEASE, MOST_ATTEMPTS, PaymentFileStatus
from domain.settlements.payout import PayoutStatus
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.builders.payment_files import a_payment_file
from tests.contracts.house import SYSTEM, names
from tests.fakes.clock import SettableClock
from tests.fakes.payment_file_desk import PaymentFileDesk

if TYPE_CHECKING:
    from tests.contracts.house import House


@pytest.fixture
def desk(house: House) -> PaymentFileDesk:
    return PaymentFileDesk(house.units, SettableClock())


async def test_from_approval_to_the_bank(house: House, desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    payouts = [await desk.approved(account, eur(n)) for n in (10, 20)]
    await desk.prepare()
    file = await desk.file_of(payouts[0])
    assert (file.control_sum, file.payout_count, file.status) == (eur(30), 2, PaymentFileStatus.PREPARED)
    assert await desk.deliver() == 1
    assert desk.folder.files == {file.object_name: await desk.content_of(file)}
    assert (await desk.file_of(payouts[1])).status is PaymentFileStatus.DELIVERED
    for payout in payouts:
        assert (await desk.payout(payout)).status is PayoutStatus.IN_TRANSIT
        assert names(await house.events(payout.id))[-1] == "payout.in_transit"
    told = [record.action for record in await house.records() if record.subject_type == "payment_file"]
    assert told == ["payment_files.prepare", "payment_files.deliver"]


async def test_the_one_that_waits_longest_is_taken_first_and_by_one_alone(house: House) -> None:
    files = [a_payment_file(at=after(seconds)) for seconds in (30, 10, 20)]
    async with house.units.begin(SYSTEM, "contract") as unit:
        for file in files:
            await unit.payment_files.add(file, b"sealed")
        await unit.commit()
    async with house.units.begin(SYSTEM, "first") as unit, house.units.begin(SYSTEM, "second") as other:
        assert await unit.payment_files.next_due(after(9)) is None
        assert await unit.payment_files.next_due(after(25)) == files[1]
        assert await other.payment_files.next_due(after(25)) == files[2]


async def test_what_is_kept_is_found_again(house: House) -> None:
    file = a_payment_file()
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payment_files.add(file, b"sealed")
        await unit.commit()
    taken = file.begin(MORNING)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payment_files.save(taken)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.payment_files.for_update(file.id) == taken
        assert await unit.payment_files.content(file.id) == b"sealed"
        with pytest.raises(NotFound):
            await unit.payment_files.content(new_uuid(MORNING))
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.payment_files.next_due(taken.next_try_at or MORNING) == taken


async def test_a_payout_is_in_one_file_ever(house: House, desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    payout = await desk.approved(account)
    files = [a_payment_file() for _ in range(2)]
    async with house.units.begin(SYSTEM, "contract") as unit:
        for file in files:
            await unit.payment_files.add(file, b"sealed")
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        ((found, where),) = await unit.file_payouts.unfiled("EUR", 10)
        assert (found, where) == (payout, account)
        assert await unit.file_payouts.unfiled("USD", 10) == []
        await unit.file_payouts.keep_filed([found.put_in_file(files[0].id, files[0].execution_on, MORNING)])
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.file_payouts.unfiled("EUR", 10) == []
        assert [one.id for one in await unit.file_payouts.of_file(files[0].id)] == [payout.id]
        with pytest.raises(Contention):
            await unit.file_payouts.keep_filed([found.put_in_file(files[1].id, files[1].execution_on, MORNING)])


async def test_payouts_of_a_file_that_failed_are_stranded_until_they_have_failed_too(desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    payouts = [await desk.approved(account) for _ in range(2)]
    await desk.prepare()
    desk.folder.refusals = [NotDelivered("No")] * MOST_ATTEMPTS
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(ExceptionGroup):
            await desk.deliver(payouts=1)
        desk.clock.pass_by(3600)
    assert await desk.deliver(payouts=1) == 1
    assert await desk.deliver(payouts=1) == 0
    assert (await desk.file_of(payouts[0])).status is PaymentFileStatus.FAILED
    assert {(await desk.payout(one)).failure_code for one in payouts} == {"NARR"}


async def test_a_doubt_ends_with_the_next_attempt(desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    payout = await desk.approved(account)
    await desk.prepare()
    desk.folder.losses = [DeliveryInDoubt("The connection was cut")]
    with pytest.raises(ExceptionGroup):
        await desk.deliver()
    assert (await desk.file_of(payout)).doubts == 1
    assert (await desk.payout(payout)).status is PayoutStatus.APPROVED
    desk.clock.pass_by(LEASE.seconds)
    await desk.deliver()
    assert len(desk.folder.files) == 1
    assert (await desk.payout(payout)).status is PayoutStatus.IN_TRANSIT


async def test_whoever_holds_suspended_merchants_and_held_accounts_back(desk: PaymentFileDesk) -> None:
    merchant, account = await desk.merchant()
    payout = await desk.approved(account)
    await desk.hold(merchant.id)
    assert await desk.prepare() == 0
    await desk.hold(merchant.id, release=True)
    assert await desk.prepare() == 1
    assert (await desk.payout(payout)).filed


async def test_several_workers_file_and_deliver_each_payout_once(desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    payouts = [await desk.approved(account, eur(n)) for n in range(1, 10)]
    await asyncio.gather(*(desk.prepare(most_payouts=2) for _ in range(3)))
    await asyncio.gather(*(desk.deliver() for _ in range(3)))
    assert len(desk.folder.deliveries) == len(desk.folder.files)
    assert {(await desk.payout(one)).status for one in payouts} == {PayoutStatus.IN_TRANSIT}
    assert {(await desk.payout(one)).attempt_count for one in payouts} == {1}
