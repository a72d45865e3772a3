"""A dispute's whole life tells the same story in memory and in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalRequest, ApprovalStatus
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.payments.errors import RefundExceedsCaptured
from domain.payments.gateway import OutcomeKind
from tests.builders.disputes import a_notice, a_warning_notice
from tests.builders.money import eur
from tests.contracts.house import House, names
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.gateway import StandInGateway

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant

T, S, D = NoticeType, DisputeStage, DisputeStatus


@pytest.fixture
def desk(house: House, merchant: Merchant) -> DisputeDesk:
    clock = SettableClock()
    return DisputeDesk(Desk(house.units, merchant, StandInGateway(clock), clock))


async def test_a_whole_life(house: House, desk: DisputeDesk) -> None:
    payment = await desk.desk.captured()
    warning = await desk.be_warned(a_warning_notice(payment))
    dispute = await desk.opened(payment, S.INQUIRY)
    dispute = await desk.hear_of(dispute, T.OPENED, S.CHARGEBACK, minutes=1)
    with pytest.raises(RefundExceedsCaptured):
        await desk.desk.refund(payment, eur("60.01"))
    await desk.upload(await desk.staged(dispute))
    desk.gateway.fail_next(OutcomeKind.UNKNOWN, taken=False)
    assert (await desk.submit(dispute, idempotency_key="k")).dispute.response_pending
    assert await desk.resolve(after_seconds=2) == 1
    again = await desk.submit(dispute, idempotency_key="k")
    assert (again.replayed, again.dispute.status) == (True, D.UNDER_REVIEW)
    won = await desk.hear_of(dispute, T.WON, S.CHARGEBACK, minutes=2)
    await desk.desk.refund(payment, eur(80))
    more = await desk.hear_of(won, T.OPENED, S.PRE_ARBITRATION, minutes=3, amount=eur(30))
    assert (more.withdrawn_minor, more.double_loss_minor, more.fee_minor) == (3000, 1000, 1500)
    await desk.want_approval(eur(30))
    request = await desk.accept(more)
    assert isinstance(request, ApprovalRequest)
    assert (await desk.approve(request)).status is ApprovalStatus.SUCCEEDED
    assert warning is not None
    assert names(await house.events(warning.id)) == ["early_fraud_warning.created", "early_fraud_warning.updated"]
    events = await house.events(dispute.id)
    assert [sequence for _, sequence, _ in events] == list(range(1, len(events) + 1))
    assert [name.removeprefix("dispute.") for name in names(events)] == [
        "created", "updated", "funds_withdrawn", "updated", "updated", "evidence_submitted",
        "updated", "closed", "funds_reinstated", "updated", "funds_withdrawn", "updated", "updated", "closed",
    ]  # fmt: skip
    sums: Counter[str] = Counter()
    for _, account, _, minor in await house.postings():
        sums[account] += minor
    assert sums == {
        "gateway_clearing:simulator": 10000 - 8000 - 3000,
        "pending": -(10000 - 175 - 8000 - 3000 - 1500),
        "fees_revenue": -175 - 1500,
    }
    actions = Counter(record.action for record in await house.records())
    assert actions["disputes.take_notice"] == 4
    assert actions["disputes.respond"] == 2


@pytest.mark.parametrize("hand_first", [True, False])
@pytest.mark.parametrize("network_case_id", ["9000000001", None])
async def test_what_was_taken_down_and_what_the_gateway_tells_is_one_case(
    house: House, desk: DisputeDesk, network_case_id: str | None, *, hand_first: bool
) -> None:
    payment = await desk.desk.captured()
    told = a_notice(payment_reference=payment.gateway_reference, network_case_id=network_case_id)
    steps: list[Callable[[], Awaitable[Dispute | None]]] = [
        lambda: desk.record(payment, amount=eur(40), occurred_at=told.occurred_at),
        lambda: desk.hear(told),
    ]
    first, second = [await step() for step in (steps if hand_first else reversed(steps))]
    assert first is not None
    assert second is not None
    assert (first.id, second.case_reference, second.withdrawn_minor, second.fee_minor) == (
        second.id, "simd_1", 4000, 1500,
    )  # fmt: skip
    sums: Counter[str] = Counter()
    for _, account, _, minor in await house.postings():
        sums[account] += minor
    assert sums == {
        "gateway_clearing:simulator": 10000 - 4000,
        "pending": -(10000 - 175 - 4000 - 1500),
        "fees_revenue": -175 - 1500,
    }
    won = await desk.hear_of(second, T.WON)
    assert (won.id, won.withdrawn_minor) == (second.id, 0)


async def test_by_the_clock_and_in_the_wrong_order(house: House, desk: DisputeDesk) -> None:
    await desk.hear(a_notice(T.LOST, payment_reference="ref_1", minutes=1))
    await desk.hear(a_notice(T.OPENED, payment_reference="ref_1"))
    await desk.desk.captured()
    assert await desk.match() == 2
    await desk.accept_up_to(eur(20))
    small, large = await desk.opened(amount=eur(20)), await desk.opened()
    assert await desk.accept_by_policy() == 1
    assert await desk.watch(after_seconds=60 * 24 * 3600) == 1
    assert names(await house.events(small.id))[-1] == names(await house.events(large.id))[-1] == "dispute.closed"
    assert len(await house.postings()) == 3 * (4 + 4)
