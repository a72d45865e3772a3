"""Files on their way to the bank, in memory."""

from __future__ import annotations

import asyncio

import pytest

from domain.settlements.file_errors import DeliveryInDoubt, NotDelivered
from domain.settlements.payment_file import LEASE, MOST_ATTEMPTS, PaymentFile, PaymentFileStatus
from domain.settlements.payout import Payout, PayoutStatus
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.crash import Crash
from tests.fakes.payment_file_desk import PaymentFileDesk
from tests.fakes.unit import MemoryUnits

HOUR = 3600


@pytest.fixture
def desk() -> PaymentFileDesk:
    clock = SettableClock()
    return PaymentFileDesk(MemoryUnits(clock), clock)


async def _filed(desk: PaymentFileDesk, count: int = 2) -> tuple[list[Payout], PaymentFile]:
    _, account = await desk.merchant()
    payouts = [await desk.approved(account, eur(n + 1)) for n in range(count)]
    await desk.prepare()
    return payouts, await desk.file_of(payouts[0])


async def _statuses(desk: PaymentFileDesk, payouts: list[Payout]) -> set[PayoutStatus]:
    return {(await desk.payout(payout)).status for payout in payouts}


async def test_what_has_arrived_is_in_transit(desk: PaymentFileDesk) -> None:
    payouts, file = await _filed(desk)
    desk.clock.pass_by(10)
    assert await desk.deliver() == 1
    delivered = await desk.file_of(payouts[0])
    assert (delivered.status, delivered.delivered_at, delivered.doubts) == (
        PaymentFileStatus.DELIVERED,
        desk.clock.now(),
        1,
    )
    assert desk.folder.files == {file.object_name: await desk.content_of(file)}
    assert await _statuses(desk, payouts) == {PayoutStatus.IN_TRANSIT}
    sent = await desk.payout(payouts[0])
    assert (sent.sent_at, sent.attempt_count) == (desk.clock.now(), 1)
    told = [event.name for event in desk.units.tables.events if event.subject_id == sent.id]
    assert told == ["payout.created", "payout.approved", "payout.in_transit"]
    (line,) = [one for one in desk.units.tables.audit if one.action == "payment_files.deliver"]
    assert (line.subject_id, line.data["payouts"]) == (file.id, 2)


async def test_again_it_delivers_nothing(desk: PaymentFileDesk) -> None:
    await _filed(desk)
    await desk.deliver()
    desk.clock.pass_by(24 * HOUR)
    assert await desk.deliver() == 0
    assert len(desk.folder.deliveries) == 1


async def test_two_workers_never_deliver_one_file_at_once(desk: PaymentFileDesk) -> None:
    for _ in range(3):
        await _filed(desk, 1)
    await asyncio.gather(*(desk.deliver() for _ in range(3)))
    assert len(desk.folder.deliveries) == len(desk.folder.files) == 3


async def test_an_attempt_that_surely_failed_is_repeated_later_and_said(desk: PaymentFileDesk) -> None:
    payouts, file = await _filed(desk)
    desk.folder.refusals = [NotDelivered("The storage refuses the file: PermissionDenied")]
    with pytest.raises(ExceptionGroup) as raised:
        await desk.deliver()
    (error,) = raised.value.exceptions
    assert error.__notes__[0].startswith("pyf_")
    missed = await desk.file_of(payouts[0])
    assert (missed.status, missed.attempts, missed.doubts) == (PaymentFileStatus.PREPARED, 1, 0)
    assert missed.last_error == "The storage refuses the file: PermissionDenied"
    assert await desk.deliver() == 0
    assert await _statuses(desk, payouts) == {PayoutStatus.APPROVED}
    desk.clock.pass_by(60)
    assert await desk.deliver() == 1
    assert (await desk.file_of(payouts[0])).last_error is None
    assert desk.folder.deliveries == [file.object_name] * 2


async def test_one_file_s_trouble_is_not_another_s(desk: PaymentFileDesk) -> None:
    first, _ = await _filed(desk)
    second, _ = await _filed(desk)
    desk.folder.refusals = [NotDelivered("No")]
    with pytest.raises(ExceptionGroup):
        await desk.deliver()
    statuses = {(await desk.file_of(one[0])).status for one in (first, second)}
    assert statuses == {PaymentFileStatus.PREPARED, PaymentFileStatus.DELIVERED}


async def test_what_surely_never_arrives_fails_with_its_payouts(desk: PaymentFileDesk) -> None:
    payouts, _ = await _filed(desk, 3)
    desk.folder.refusals = [NotDelivered("No")] * MOST_ATTEMPTS
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(ExceptionGroup):
            await desk.deliver(payouts=1)
        desk.clock.pass_by(HOUR)
    while await desk.deliver(payouts=1):
        pass
    assert (await desk.file_of(payouts[0])).status is PaymentFileStatus.FAILED
    failed = [await desk.payout(payout) for payout in payouts]
    assert {(one.status, one.failure_code) for one in failed} == {(PayoutStatus.FAILED, "NARR")}
    assert desk.units.tables.balance_minor("payouts_in_transit") == 0
    assert desk.folder.files == {}


async def test_what_may_have_arrived_is_tried_for_ever_and_arrives_once(desk: PaymentFileDesk) -> None:
    payouts, file = await _filed(desk)
    desk.folder.losses = [DeliveryInDoubt("The connection was cut")]
    with pytest.raises(ExceptionGroup):
        await desk.deliver()
    desk.folder.refusals = [NotDelivered("No")] * 2 * MOST_ATTEMPTS
    for _ in range(2 * MOST_ATTEMPTS):
        desk.clock.pass_by(HOUR)
        with pytest.raises(ExceptionGroup):
            await desk.deliver()
    waiting = await desk.file_of(payouts[0])
    assert (waiting.status, waiting.doubts) == (PaymentFileStatus.PREPARED, 1)
    assert await _statuses(desk, payouts) == {PayoutStatus.APPROVED}
    desk.clock.pass_by(HOUR)
    await desk.deliver()
    assert list(desk.folder.files) == [file.object_name]
    assert await _statuses(desk, payouts) == {PayoutStatus.IN_TRANSIT}


async def test_a_worker_that_dies_after_the_bank_has_it_is_followed_by_another(desk: PaymentFileDesk) -> None:
    payouts, file = await _filed(desk)
    desk.folder.losses = [Crash()]
    with pytest.raises(Crash):
        await desk.deliver()
    assert await desk.deliver() == 0, "it is leased"
    desk.clock.pass_by(LEASE.seconds)
    assert await desk.deliver() == 1
    assert desk.folder.deliveries == [file.object_name] * 2
    assert await _statuses(desk, payouts) == {PayoutStatus.IN_TRANSIT}
    sent = [event for event in desk.units.tables.events if event.name == "payout.in_transit"]
    assert len(sent) == len(payouts)


@pytest.mark.parametrize("point", ["take", "delivered", "missed"])
@pytest.mark.parametrize("moment", ["before_commit", "committed"])
async def test_a_crash_at_any_commit_loses_nothing_and_sends_nothing_twice(
    desk: PaymentFileDesk, point: str, moment: str
) -> None:
    payouts, file = await _filed(desk)
    if point == "missed":
        desk.folder.refusals = [NotDelivered("No")]
    desk.units.die_at(f"payment_file.{point}.{moment}")
    with pytest.raises(Crash):
        await desk.deliver()
    desk.clock.pass_by(HOUR)
    await desk.deliver()
    assert list(desk.folder.files) == [file.object_name]
    assert await _statuses(desk, payouts) == {PayoutStatus.IN_TRANSIT}
    for payout in payouts:
        assert (await desk.payout(payout)).attempt_count == 1


async def test_a_worker_that_comes_late_changes_nothing(desk: PaymentFileDesk) -> None:
    """Its lease is over, and another one has delivered the file meanwhile."""
    payouts, _ = await _filed(desk)
    slow = desk.folder.deliver

    class Slow:
        async def deliver(self, name: str, content: bytes) -> None:
            desk.clock.pass_by(LEASE.seconds)
            object.__setattr__(desk.ports, "delivery", desk.folder)
            await desk.deliver()
            await slow(name, content)
            raise NotDelivered("So it seemed")

    object.__setattr__(desk.ports, "delivery", Slow())
    with pytest.raises(ExceptionGroup):
        await desk.deliver()
    assert (await desk.file_of(payouts[0])).status is PaymentFileStatus.DELIVERED
    assert {(await desk.payout(one)).attempt_count for one in payouts} == {1}
