"""A warning whose refund has come through is settled, also when whoever asked never asks again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.disputes.early_fraud_warning import WarningStatus
from domain.disputes.prevent_dispute import PreventionResult
from domain.kernel.errors import Unavailable
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationType
from domain.payments.refund import RefundReason, RefundStatus
from tests.builders.disputes import a_warning_notice
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

S = WarningStatus


async def warned(desk: DisputeDesk) -> EarlyFraudWarning:
    warning = await desk.be_warned(a_warning_notice(await desk.desk.captured()))
    assert warning is not None
    return warning


@pytest.fixture
async def warning(desk: DisputeDesk) -> EarlyFraudWarning:
    """About a captured payment of 100 euros."""
    return await warned(desk)


@pytest.mark.parametrize(
    "point",
    [
        "refund.intent.committed",
        "outcome.before_commit",
        "outcome.committed",
        "prevent.outcome.before_commit",
        "prevent.outcome.committed",
    ],
)
async def test_a_crash_between_any_two_beats_of_the_refund(
    desk: DisputeDesk, units: MemoryUnits, warning: EarlyFraudWarning, point: str
) -> None:
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.prevent(warning, idempotency_key="k")
    assert point in units.passed
    await desk.desk.resolve(after_seconds=60)
    await desk.settle()
    now = units.tables.warnings[warning.id]
    (refund,) = units.tables.refunds.values()
    assert (now.status, now.refund_id, refund.status) == (S.REFUNDED, refund.id, RefundStatus.SUCCEEDED)
    assert desk.desk.gateway.moved(OperationType.REFUND) == 10000
    assert await desk.settle() == 0
    # Whoever does ask again finds it done.
    again = await desk.prevent(warning, idempotency_key="k")
    assert isinstance(again, PreventionResult)
    assert (again.warning, again.replayed) == (now, True)
    assert_agreement(units.tables, desk.desk.gateway)
    assert_disputes_agree(units.tables, desk.gateway)


@pytest.mark.parametrize("point", ["prevent.outcome.before_commit", "prevent.outcome.committed"])
async def test_the_job_dies_too(desk: DisputeDesk, units: MemoryUnits, warning: EarlyFraudWarning, point: str) -> None:
    desk.desk.gateway.next(Fault.ANSWER_LOST)
    await desk.prevent(warning)
    await desk.desk.resolve(after_seconds=60)
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.settle()
    await desk.settle()
    assert units.tables.warnings[warning.id].status is S.REFUNDED
    assert_disputes_agree(units.tables, desk.gateway)


async def test_an_unknown_outcome_that_becomes_known(
    desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning
) -> None:
    second = await desk.be_warned(a_warning_notice(tables.payments[warning.payment_id]))
    assert second is not None
    desk.desk.gateway.next(Fault.ANSWER_LOST)
    await desk.prevent(warning)
    assert await desk.settle() == 0
    await desk.desk.resolve(after_seconds=60)
    assert sum(await asyncio.gather(*(desk.settle() for _ in range(3)))) >= 1
    assert {tables.warnings[one.id].status for one in (warning, second)} == {S.REFUNDED}
    assert [event.name for event in tables.events].count("early_fraud_warning.updated") == 2
    assert_disputes_agree(tables, desk.gateway)


async def test_a_refund_that_failed_leaves_the_warning_open(
    desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning
) -> None:
    desk.desk.gateway.next(Fault.REQUEST_LOST)
    await desk.prevent(warning)
    desk.desk.gateway.next(an_outcome(OutcomeKind.FAILED))
    await desk.desk.resolve(after_seconds=60)
    assert await desk.settle() == 0
    assert tables.warnings[warning.id].status is S.OPEN


async def test_what_did_not_answer_it_leaves_it_open(
    desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning
) -> None:
    """A refund for another reason, and one that was made before anybody warned."""
    payment = tables.payments[warning.payment_id]
    await desk.desk.refund(payment, eur(10))
    other = await desk.desk.captured()
    await desk.desk.refund(other, eur(10), reason=RefundReason.DISPUTE_PREVENTION)
    desk.desk.clock.pass_by(1)
    later = await desk.be_warned(a_warning_notice(other))
    assert later is not None
    assert await desk.settle() == 0
    assert {row.status for row in tables.warnings.values()} == {S.OPEN}


async def test_a_dispute_came_before_the_job(desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning) -> None:
    desk.desk.gateway.next(Fault.ANSWER_LOST)
    await desk.prevent(warning)
    await desk.desk.resolve(after_seconds=60)
    await desk.opened(tables.payments[warning.payment_id])
    assert await desk.settle() == 0
    assert tables.warnings[warning.id].status is S.DISPUTED
    assert_disputes_agree(tables, desk.gateway)


async def test_one_that_cannot_be_settled_holds_up_no_other(desk: DisputeDesk, units: MemoryUnits) -> None:
    for warning in [await warned(desk), await warned(desk)]:
        desk.desk.gateway.next(Fault.ANSWER_LOST)
        await desk.prevent(warning)
    await desk.desk.resolve(after_seconds=60)
    units.raise_at("prevent.outcome.before_commit", Unavailable("The database does not answer now."))
    with pytest.raises(ExceptionGroup, match="could not be settled"):
        await desk.settle()
    assert sorted(row.status.value for row in units.tables.warnings.values()) == ["OPEN", "REFUNDED"]
    assert await desk.settle() == 1
