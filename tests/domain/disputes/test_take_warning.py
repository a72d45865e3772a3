"""A warning counts once however often it comes, and says whether a refund would still help."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.disputes.early_fraud_warning import WarningStatus
from tests.builders.disputes import a_warning_notice
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits


async def test_once_however_often(desk: DisputeDesk, tables: Tables) -> None:
    notice = a_warning_notice(await desk.desk.captured())
    warnings = await asyncio.gather(*(desk.be_warned(notice) for _ in range(5)))
    assert len([warning for warning in warnings if warning is not None]) == 1
    assert await desk.be_warned(notice) is None
    (warning,) = tables.warnings.values()
    assert (warning.status, warning.notice_id) == (WarningStatus.OPEN, notice.notice_id)
    assert [event.name for event in tables.events if event.subject_id == warning.id] == ["early_fraud_warning.created"]
    assert [record.action for record in tables.audit][-1] == "disputes.take_warning"
    assert_disputes_agree(tables, desk.gateway)


async def test_about_a_payment_that_is_disputed_by_now(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    for _ in range(2):
        await desk.opened(payment, amount=replace(payment.money(1000)))
    warning = await desk.be_warned(a_warning_notice(payment))
    assert warning is not None
    assert (warning.status, tables.warnings[warning.id]) == (WarningStatus.DISPUTED, warning)
    names = [event.name for event in tables.events if event.subject_id == warning.id]
    assert names == ["early_fraud_warning.created", "early_fraud_warning.updated"]
    assert_disputes_agree(tables, desk.gateway)


async def test_about_a_payment_that_nobody_knows_it_waits(desk: DisputeDesk, tables: Tables) -> None:
    notice = a_warning_notice(payment_reference="nobody's")
    for _ in range(3):
        assert await desk.be_warned(notice) is None
    assert (len(tables.parked_warnings), tables.warnings) == (1, {})


@pytest.mark.parametrize("point", ["dispute.warning.before_commit", "dispute.warning.committed"])
async def test_a_crash_and_then_the_same_again(desk: DisputeDesk, units: MemoryUnits, point: str) -> None:
    notice = a_warning_notice(await desk.desk.captured())
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.be_warned(notice)
    await desk.be_warned(notice)
    assert len(units.tables.warnings) == 1
    assert_disputes_agree(units.tables, desk.gateway)
