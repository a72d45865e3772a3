"""A dispute loses twice only what its payment does, also when that was made up for after the dispute was heard."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.disputes.notice import NoticeType
from domain.kernel.errors import Unavailable
from domain.payments.gateway import OutcomeKind
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.payments.payment import Payment
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits


async def being_refunded(desk: DisputeDesk) -> Payment:
    """Of 100 euros 80 are on their way back, and nobody knows whether they arrive."""
    payment = await desk.desk.captured()
    desk.desk.gateway.next(Fault.REQUEST_LOST)
    await desk.desk.refund(payment, eur(80))
    return payment


async def the_refund_fails(desk: DisputeDesk) -> None:
    desk.desk.gateway.next(an_outcome(OutcomeKind.FAILED))
    await desk.desk.resolve(after_seconds=60)


async def doubtful(desk: DisputeDesk) -> Dispute:
    """A dispute over 40 of them, half of which is lost twice until the refund fails."""
    dispute = await desk.opened(await being_refunded(desk))
    assert dispute.double_loss_minor == 2000
    return dispute


def losses(tables: Tables, *disputes: Dispute) -> list[int]:
    return [tables.disputes[dispute.id].double_loss_minor for dispute in disputes]


async def test_once_the_refund_has_failed_nothing_is_lost_twice(desk: DisputeDesk, tables: Tables) -> None:
    dispute = await doubtful(desk)
    assert await desk.recount() == 0
    await the_refund_fails(desk)
    assert await desk.recount() == 1
    now = tables.disputes[dispute.id]
    assert (now.double_loss, now.withdrawn_minor) == (False, 4000)
    event = tables.events[-1]
    assert (event.name, event.data) == ("dispute.updated", {"change": "double_loss", "double_loss_minor": 0})
    assert tables.audit[-1].action == "disputes.recount"
    assert await desk.recount() == 0
    assert_disputes_agree(tables, desk.gateway)


async def test_it_is_the_same_when_the_refund_fails_before_the_dispute(desk: DisputeDesk, tables: Tables) -> None:
    before = await being_refunded(desk)
    await the_refund_fails(desk)
    first = await desk.opened(before)
    second = await doubtful(desk)
    await the_refund_fails(desk)
    await desk.recount()
    assert losses(tables, first, second) == [0, 0]


async def test_a_capture_that_comes_late_makes_up_for_it(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.authorized()
    await desk.desk.capture(payment, eur(30), final=False)
    dispute = await desk.opened(payment)
    for captured, lost in ((4, 600), (10, 0)):
        await desk.desk.capture(payment, eur(captured), final=False)
        assert await desk.recount() == 1
        assert losses(tables, dispute) == [lost]


async def test_of_two_disputes_the_last_loses_twice(desk: DisputeDesk, tables: Tables) -> None:
    payment = await being_refunded(desk)
    later = await desk.opened(payment, minutes=9, amount=eur(50))
    assert losses(tables, later) == [3000]
    # Heard second and opened first: what is left is shared out anew.
    first = await desk.opened(payment, minutes=1, amount=eur(40))
    assert losses(tables, first, later) == [2000, 5000]
    await the_refund_fails(desk)
    assert await desk.recount() == 1
    assert losses(tables, first, later) == [0, 0]
    assert_disputes_agree(tables, desk.gateway)


async def test_what_one_dispute_gives_back_covers_the_other(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    first = await desk.opened(payment, amount=eur(70))
    second = await desk.opened(payment, minutes=1, amount=eur(50))
    assert losses(tables, first, second) == [0, 2000]
    await desk.hear_of(first, NoticeType.WON, amount=eur(70))
    assert losses(tables, first, second) == [0, 0]
    assert await desk.recount() == 0
    assert_disputes_agree(tables, desk.gateway)


@pytest.mark.parametrize("point", ["losses.tell.before_commit", "losses.tell.committed"])
async def test_a_crash_and_then_the_next_run(desk: DisputeDesk, units: MemoryUnits, point: str) -> None:
    dispute = await doubtful(desk)
    await the_refund_fails(desk)
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.recount()
    await desk.recount()
    assert losses(units.tables, dispute) == [0]
    assert_disputes_agree(units.tables, desk.gateway)


async def test_two_workers_tell_it_once(desk: DisputeDesk, tables: Tables) -> None:
    await doubtful(desk)
    await the_refund_fails(desk)
    assert sum(await asyncio.gather(*(desk.recount() for _ in range(3)))) == 1
    assert_disputes_agree(tables, desk.gateway)


async def test_one_that_cannot_be_told_holds_up_no_other(desk: DisputeDesk, units: MemoryUnits) -> None:
    disputes = [await doubtful(desk), await doubtful(desk)]
    for _ in disputes:
        desk.desk.gateway.next(an_outcome(OutcomeKind.FAILED))
    await desk.desk.resolve(after_seconds=60)
    units.raise_at("losses.tell.before_commit", Unavailable("The database does not answer now."))
    with pytest.raises(ExceptionGroup, match="could not be recounted"):
        await desk.recount()
    assert sorted(losses(units.tables, *disputes)) == [0, 2000]
    assert await desk.recount() == 1
