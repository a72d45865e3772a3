"""What came before its payment was known finds it later, once, and holds up nothing else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.disputes.kept_notice import NoticeState
from domain.disputes.match_notices import MatchNotices, match_notices
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from tests.builders.disputes import a_notice, a_warning_notice
from tests.builders.money import eur
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

T, S = NoticeType, DisputeStage
# What the stand-in calls its first payment.
FIRST = "ref_1"


async def test_they_wait_for_their_payment(desk: DisputeDesk, tables: Tables) -> None:
    await desk.hear(a_notice(T.WON, minutes=1, payment_reference=FIRST))
    await desk.hear(a_notice(T.OPENED, payment_reference=FIRST))
    await desk.be_warned(a_warning_notice(payment_reference=FIRST))
    assert await desk.match() == 0
    payment = await desk.desk.captured()
    assert payment.gateway_reference == FIRST
    assert await desk.match() == 3
    (dispute,), (warning,) = tables.disputes.values(), tables.warnings.values()
    assert (dispute.status, dispute.payment_id, dispute.fee_minor) == (DisputeStatus.WON, payment.id, 1500)
    assert (warning.payment_id, warning.status.value, tables.parked_warnings) == (payment.id, "DISPUTED", {})
    assert {kept.state for kept in tables.notices.values()} == {NoticeState.APPLIED}
    assert await desk.match() == 0
    assert_disputes_agree(tables, desk.gateway)


async def test_what_is_refused_once_its_payment_is_known(desk: DisputeDesk, tables: Tables) -> None:
    await desk.hear(a_notice(payment_reference=FIRST, amount=eur(101)))
    await desk.desk.captured()
    assert await desk.match() == 1
    (kept,) = tables.notices.values()
    assert (kept.state, kept.refusal) == (NoticeState.REFUSED, "The notice disputes more than the payment.")
    assert (await desk.match(), tables.disputes) == (0, {})


async def test_what_nobody_will_ever_know_is_in_nobody_s_way(desk: DisputeDesk, tables: Tables) -> None:
    for minutes in range(5):
        await desk.hear(a_notice(minutes=minutes, payment_reference="nobody's"))
        await desk.be_warned(a_warning_notice(payment_reference="nobody's"))
    await desk.hear(a_notice(minutes=9, payment_reference=FIRST))
    await desk.be_warned(a_warning_notice(payment_reference=FIRST))
    await desk.desk.captured()
    assert await match_notices(desk.ports, JOBS, MatchNotices(limit=1)) == 2
    assert (len(tables.disputes), len(tables.warnings), len(tables.parked_warnings)) == (1, 1, 5)


async def test_several_workers_at_once(desk: DisputeDesk, tables: Tables) -> None:
    for number in range(6):
        await desk.hear(a_notice(minutes=number, payment_reference=FIRST))
        await desk.be_warned(a_warning_notice(payment_reference=FIRST))
    await desk.desk.captured()
    assert sum(await asyncio.gather(*(desk.match() for _ in range(4)))) == 12
    assert (len(tables.disputes), len(tables.warnings)) == (1, 6)
    assert_disputes_agree(tables, desk.gateway)


@pytest.mark.parametrize(
    "point",
    [
        "dispute.match.before_commit",
        "dispute.match.committed",
        "dispute.unpark.before_commit",
        "dispute.unpark.committed",
    ],
)
async def test_a_crash_and_then_the_next_run(desk: DisputeDesk, units: MemoryUnits, point: str) -> None:
    await desk.hear(a_notice(payment_reference=FIRST))
    await desk.be_warned(a_warning_notice(payment_reference=FIRST))
    await desk.desk.captured()
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.match()
    await desk.match()
    assert (len(units.tables.disputes), len(units.tables.warnings), units.tables.parked_warnings) == (1, 1, {})
    assert_disputes_agree(units.tables, desk.gateway)


async def test_one_that_fails_holds_up_no_other(desk: DisputeDesk, units: MemoryUnits) -> None:
    for number in range(3):
        await desk.hear(a_notice(minutes=number, payment_reference=FIRST))
    await desk.be_warned(a_warning_notice(payment_reference=FIRST))
    await desk.desk.captured()
    units.raise_at("dispute.match.before_commit", ZeroDivisionError())
    with pytest.raises(ExceptionGroup, match="could not be matched") as group:
        await desk.match()
    assert group.group_contains(ZeroDivisionError)
    waiting = [kept for kept in units.tables.notices.values() if kept.state is NoticeState.UNMATCHED]
    assert (len(waiting), len(units.tables.warnings)) == (1, 1)
    assert await desk.match() == 1


async def test_a_warning_that_came_again_meanwhile_is_one(desk: DisputeDesk, tables: Tables) -> None:
    notice = a_warning_notice(payment_reference=FIRST)
    await desk.be_warned(notice)
    await desk.desk.captured()
    assert await desk.be_warned(notice) is not None
    await desk.match()
    assert (len(tables.warnings), tables.parked_warnings) == (1, {})
    assert_disputes_agree(tables, desk.gateway)
