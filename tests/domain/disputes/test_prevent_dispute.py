"""A warned payment is refunded once, whatever dies, and the warning says what became of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalRequest, ApprovalStatus
from domain.disputes.early_fraud_warning import WarningNotActionable, WarningStatus
from domain.disputes.prevent_dispute import PreventionResult
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.payments.errors import PaymentStateForbids
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationType
from domain.payments.refund import RefundReason, RefundStatus
from tests.builders.disputes import a_warning_notice
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from domain.merchants.merchant import Merchant
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

S = WarningStatus


@pytest.fixture
async def warning(desk: DisputeDesk) -> EarlyFraudWarning:
    """About a captured payment of 100 euros."""
    warned = await desk.be_warned(a_warning_notice(await desk.desk.captured()))
    assert warned is not None
    return warned


async def prevented(desk: DisputeDesk, warning: EarlyFraudWarning, key: str = "k") -> PreventionResult:
    result = await desk.prevent(warning, idempotency_key=key)
    assert isinstance(result, PreventionResult)
    return result


def refunded(desk: DisputeDesk) -> int:
    """What the gateway has given back."""
    return desk.desk.gateway.moved(OperationType.REFUND)


async def test_all_that_is_left_is_given_back(desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning) -> None:
    await desk.desk.refund(tables.payments[warning.payment_id], eur(30))
    result = await prevented(desk, warning)
    assert (result.replayed, result.refund.amount, result.refund.reason) == (
        False, eur(70), RefundReason.DISPUTE_PREVENTION,
    )  # fmt: skip
    assert (result.warning.status, result.warning.refund_id) == (S.REFUNDED, result.refund.id)
    assert tables.payments[warning.payment_id].refunded_minor == refunded(desk) == 10000
    names = [event.name for event in tables.events if event.subject_id == warning.id]
    assert names == ["early_fraud_warning.created", "early_fraud_warning.updated"]
    assert "disputes.prevent" in [record.action for record in tables.audit]
    assert_agreement(tables, desk.desk.gateway)
    assert_disputes_agree(tables, desk.gateway)


async def test_the_same_key_again(desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning) -> None:
    results = await asyncio.gather(*(prevented(desk, warning) for _ in range(8)))
    assert sum(not result.replayed for result in results) == 1
    assert {result.refund.id for result in results} == {result.warning.refund_id for result in results}
    assert (refunded(desk), len(tables.refunds)) == (10000, 1)
    other = await desk.be_warned(a_warning_notice(await desk.desk.captured()))
    assert other is not None
    with pytest.raises(IdempotencyConflict):
        await prevented(desk, other)


async def test_with_other_keys_it_is_refunded_once(
    desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning
) -> None:
    results = await asyncio.gather(
        *(prevented(desk, warning, f"key-{number}") for number in range(8)), return_exceptions=True
    )
    assert sum(isinstance(result, PreventionResult) for result in results) == 1
    assert all(isinstance(result, PreventionResult | PaymentStateForbids | WarningNotActionable) for result in results)
    assert refunded(desk) == 10000
    with pytest.raises(WarningNotActionable, match="refunded for this warning already"):
        await prevented(desk, warning, "one more")
    assert_agreement(tables, desk.desk.gateway)


@pytest.mark.parametrize(
    "point",
    [
        "prevent.intent.before_commit",
        "prevent.intent.committed",
        "refund.intent.before_commit",
        "refund.intent.committed",
        "outcome.before_commit",
        "outcome.committed",
        "prevent.outcome.before_commit",
        "prevent.outcome.committed",
    ],
)
async def test_a_crash_between_any_two_beats_and_then_the_same_request(
    desk: DisputeDesk, units: MemoryUnits, warning: EarlyFraudWarning, point: str
) -> None:
    units.die_at(point)
    with pytest.raises(Crash):
        await prevented(desk, warning)
    assert point in units.passed
    await desk.desk.resolve(after_seconds=60)
    result = await prevented(desk, warning)
    assert (result.warning.status, result.refund.status) == (S.REFUNDED, RefundStatus.SUCCEEDED)
    assert refunded(desk) == 10000
    assert_agreement(units.tables, desk.desk.gateway)
    assert_disputes_agree(units.tables, desk.gateway)


async def test_a_refund_that_fails_leaves_it_open_for_another(
    desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning
) -> None:
    desk.desk.gateway.next(an_outcome(OutcomeKind.FAILED))
    failed = await prevented(desk, warning)
    assert (failed.warning.status, failed.refund.status) == (S.OPEN, RefundStatus.FAILED)
    # The key stays with the refund that failed.
    assert (await prevented(desk, warning)).refund.id == failed.refund.id
    assert (await prevented(desk, warning, "another")).warning.status is S.REFUNDED
    assert refunded(desk) == 10000
    assert_disputes_agree(tables, desk.gateway)


@pytest.mark.parametrize("done", [True, False])
async def test_a_refund_of_which_nobody_knows_leaves_it_open_until_somebody_does(
    desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning, *, done: bool
) -> None:
    desk.desk.gateway.next(Fault.ANSWER_LOST if done else Fault.REQUEST_LOST)
    pending = await prevented(desk, warning)
    assert (pending.warning.status, pending.refund.status) == (S.OPEN, RefundStatus.PENDING)
    with pytest.raises(PaymentStateForbids, match="about to be refunded"):
        await prevented(desk, warning, "another")
    if not done:
        desk.desk.gateway.next(an_outcome(OutcomeKind.FAILED))
    await desk.desk.resolve(after_seconds=60)
    assert (await prevented(desk, warning)).warning.status is (S.REFUNDED if done else S.OPEN)
    if not done:
        assert (await prevented(desk, warning, "another")).warning.status is S.REFUNDED
    assert refunded(desk) == 10000
    assert_agreement(tables, desk.desk.gateway)


async def test_a_dispute_came_first(desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning) -> None:
    await desk.opened(tables.payments[warning.payment_id])
    with pytest.raises(WarningNotActionable, match="answer the dispute instead"):
        await prevented(desk, warning)
    assert (refunded(desk), [key for key in tables.claims if key[1] == "preventDispute"]) == (0, [])


@pytest.mark.parametrize("point", ["prevent.intent.committed", "refund.intent.committed", "outcome.committed"])
async def test_a_dispute_comes_between_two_beats(
    desk: DisputeDesk, units: MemoryUnits, warning: EarlyFraudWarning, point: str
) -> None:
    units.die_at(point)
    with pytest.raises(Crash):
        await prevented(desk, warning)
    payment = units.tables.payments[warning.payment_id]
    dispute = await desk.opened(payment)
    await desk.desk.resolve(after_seconds=60)
    result = await prevented(desk, warning)
    assert result.warning.status is S.DISPUTED
    # What the network took in time was not refunded as well; what was refunded before, is lost twice.
    before = point != "prevent.intent.committed"
    assert (result.refund.amount, refunded(desk)) == ((eur(100), 10000) if before else (eur(60), 6000))
    assert units.tables.disputes[dispute.id].double_loss == before
    assert_disputes_agree(units.tables, desk.gateway)


async def test_a_dispute_that_comes_all_the_same(desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning) -> None:
    refund_id = (await prevented(desk, warning)).refund.id
    dispute = await desk.opened(tables.payments[warning.payment_id])
    assert (dispute.double_loss_minor, dispute.withdrawn_minor) == (4000, 4000)
    now = tables.warnings[warning.id]
    assert (now.status, now.refund_id) == (S.DISPUTED, refund_id)
    assert_disputes_agree(tables, desk.gateway)


async def test_where_refunds_want_approval_nothing_moves_before_it(
    desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning
) -> None:
    await desk.want_approval(eur(50), ApprovalAction.REFUND_PAYMENT)
    request = await desk.prevent(warning, idempotency_key="k")
    assert isinstance(request, ApprovalRequest)
    assert (request.status, request.amount, refunded(desk)) == (ApprovalStatus.REQUIRES_REVIEW, eur(100), 0)
    assert await desk.prevent(warning, idempotency_key="k") == request
    assert tables.warnings[warning.id].status is S.OPEN
    assert (await desk.approve(request)).status is ApprovalStatus.SUCCEEDED
    # Also without anybody asking again.
    assert tables.warnings[warning.id].status is S.REFUNDED
    result = await prevented(desk, warning)
    assert (result.warning.status, result.replayed, refunded(desk)) == (S.REFUNDED, True, 10000)
    assert_agreement(tables, desk.desk.gateway)


async def test_a_payment_of_which_nothing_is_left(
    desk: DisputeDesk, tables: Tables, warning: EarlyFraudWarning
) -> None:
    await desk.desk.refund(tables.payments[warning.payment_id])
    with pytest.raises(PaymentStateForbids):
        await prevented(desk, warning)
    assert tables.warnings[warning.id].status is S.OPEN


async def test_who_may_not(desk: DisputeDesk, merchant: Merchant, warning: EarlyFraudWarning) -> None:
    for role in (MerchantRole.VIEWER, MerchantRole.DEVELOPER):
        desk.actor = an_actor(merchant, role=role)
        with pytest.raises(Forbidden, match="refunds:write"):
            await prevented(desk, warning)
    desk.actor = an_actor(a_merchant())
    with pytest.raises(NotFound, match="The early fraud warning"):
        await prevented(desk, warning)
    assert refunded(desk) == 0
