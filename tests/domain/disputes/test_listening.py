"""The money of disputes: what is withdrawn and given back, what it leaves to refund, and what is lost twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.double_loss import shares
from domain.disputes.notice import NoticeType
from domain.disputes.reason_codes.catalogue import find_reason_code
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.kernel.errors import DomainError
from domain.payments.errors import PaymentStateForbids, RefundExceedsCaptured
from domain.payments.gateway import OutcomeKind
from tests.builders.disputes import a_notice_of
from tests.builders.merchants import a_fee_plan, a_merchant
from tests.builders.money import JPY, eur, jpy
from tests.builders.payments import an_outcome
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.dispute_agreement import assert_disputes_agree
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.gateway import Fault, StandInGateway
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment
    from tests.fakes.tables import Tables

T, S, D = NoticeType, DisputeStage, DisputeStatus


def held(tables: Tables, payment: Payment) -> tuple[int, int, int]:
    """What networks hold, what of it is beyond what was left, and what can still be refunded."""
    now = tables.payments[payment.id]
    return now.disputed_minor, now.double_loss_minor, now.refundable_minor


async def test_a_chargeback_takes_the_funds_and_the_fee(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    dispute = await desk.opened(payment)
    assert (dispute.withdrawn_minor, dispute.fee_minor, dispute.double_loss) == (4000, 1500, False)
    assert held(tables, payment) == (4000, 0, 6000)
    entry = tables.entries[-1]
    assert {(p.account.name, p.amount.minor) for p in entry.postings} == {
        ("pending", 4000), ("gateway_clearing:simulator", -4000), ("pending", 1500), ("fees_revenue", -1500),
    }  # fmt: skip
    assert (entry.dispute_id, entry.payment_id, entry.merchant_id) == (dispute.id, payment.id, payment.merchant_id)
    (event,) = [event for event in tables.events if event.name == "dispute.funds_withdrawn"]
    assert event.data == {
        "amount_minor": 4000, "currency": "EUR", "fee_minor": 1500, "double_loss_minor": 0, "stage": "CHARGEBACK",
    }  # fmt: skip
    (event,) = [event for event in tables.events if event.name == "payment.dispute_funds_withdrawn"]
    assert event.data == {
        "amount_minor": 4000, "currency": "EUR", "dispute_id": str(dispute.id), "double_loss_minor": 0,
    }  # fmt: skip
    assert_disputes_agree(tables, desk.gateway)


async def test_an_inquiry_takes_nothing_and_costs_nothing(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    dispute = await desk.opened(payment, S.INQUIRY)
    assert (dispute.withdrawn_minor, dispute.fee_minor, held(tables, payment)) == (0, 0, (0, 0, 10000))
    prevented = await desk.hear_of(dispute, T.PREVENTED)
    assert (prevented.status, prevented.fee_minor) == (D.PREVENTED, 0)
    assert_disputes_agree(tables, desk.gateway)


async def test_the_fee_is_paid_once_a_case(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    dispute = await desk.opened(payment, S.INQUIRY)
    for minutes, (type_, stage) in enumerate(
        [(T.OPENED, S.CHARGEBACK), (T.WON, S.CHARGEBACK), (T.OPENED, S.PRE_ARBITRATION), (T.LOST, S.ARBITRATION)]
    ):
        dispute = await desk.hear_of(dispute, type_, stage, minutes=minutes)
    assert (dispute.fee_minor, dispute.withdrawn_minor) == (1500, 4000)
    second = await desk.opened(payment, amount=eur(10))
    assert second.fee_minor == 1500
    assert tables.balance_minor("fees_revenue") == -3000 - 175
    assert_disputes_agree(tables, desk.gateway)


async def test_what_was_won_before_anybody_heard_of_it_costs_the_fee_too(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    won = await desk.hear(a_notice_of(payment, T.WON, S.CHARGEBACK))
    assert won is not None
    assert (won.status, won.fee_minor, won.withdrawn_minor) == (D.WON, 1500, 0)
    assert [entry.kind.value for entry in tables.entries] == ["CAPTURE", "DISPUTE", "DISPUTE_REVERSAL"]
    assert_disputes_agree(tables, desk.gateway)


async def test_a_plan_without_a_fee_for_the_currency(desk: DisputeDesk, tables: Tables, merchant: Merchant) -> None:
    payment = await desk.desk.captured(jpy(10000))
    dispute = await desk.opened(payment, amount=jpy(4000))
    assert (dispute.currency, dispute.withdrawn_minor, dispute.fee_minor) == (JPY, 4000, 0)
    tables.merchants[merchant.id] = replace(merchant, fee_plan=replace(a_fee_plan(), dispute_fees=()))
    assert (await desk.opened()).fee_minor == 0
    # A fee that is introduced later is not charged for what it was not agreed on.
    tables.merchants[merchant.id] = merchant
    later = await desk.hear_of(dispute, T.OPENED, S.PRE_ARBITRATION, amount=jpy(5000))
    assert (later.withdrawn_minor, later.fee_minor) == (5000, 0)
    assert_disputes_agree(tables, desk.gateway)


async def test_winning_gives_back_and_makes_refundable_again(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    dispute = await desk.opened(payment)
    with pytest.raises(RefundExceedsCaptured, match=r"At most 60.00 EUR can be refunded"):
        await desk.desk.refund(payment, eur("60.01"))
    won = await desk.hear_of(dispute, T.WON)
    assert (won.withdrawn_minor, won.fee_minor, held(tables, payment)) == (0, 1500, (0, 0, 10000))
    await desk.desk.refund(payment)
    assert held(tables, payment) == (0, 0, 0)
    assert_disputes_agree(tables, desk.gateway)


@pytest.mark.parametrize(("verdict", "back"), [(T.LOST, False), (T.WON, True), (T.WITHDRAWN, True)])
async def test_what_each_verdict_does_to_the_funds(
    desk: DisputeDesk, tables: Tables, verdict: NoticeType, *, back: bool
) -> None:
    payment = await desk.desk.captured()
    dispute = await desk.hear_of(await desk.opened(payment), verdict)
    assert dispute.status is D[verdict.name]
    assert held(tables, payment) == ((0, 0, 10000) if back else (4000, 0, 6000))
    assert_disputes_agree(tables, desk.gateway)


async def test_a_chargeback_of_everything_leaves_nothing_to_refund(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    await desk.opened(payment, amount=eur(100))
    with pytest.raises(PaymentStateForbids, match="refunded, disputed or about to be refunded"):
        await desk.desk.refund(payment, eur("0.01"))
    assert held(tables, payment) == (10000, 0, 0)


async def test_what_was_refunded_and_is_charged_back_is_lost_twice(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    await desk.desk.refund(payment, eur(80))
    dispute = await desk.opened(payment)
    assert (dispute.withdrawn_minor, dispute.double_loss_minor, dispute.double_loss) == (4000, 2000, True)
    assert held(tables, payment) == (2000, 2000, 0)
    assert_disputes_agree(tables, desk.gateway)
    won = await desk.hear_of(dispute, T.WON)
    assert (won.withdrawn_minor, won.double_loss_minor, held(tables, payment)) == (0, 0, (0, 0, 2000))
    again = await desk.hear_of(dispute, T.OPENED, S.PRE_ARBITRATION)
    assert (again.double_loss_minor, held(tables, payment)) == (2000, (2000, 2000, 0))
    assert_disputes_agree(tables, desk.gateway)


async def test_a_part_is_given_back_of_what_was_lost_twice_first(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    await desk.desk.refund(payment, eur(80))
    dispute = await desk.opened(payment)
    less = await desk.hear_of(dispute, T.OPENED, S.PRE_ARBITRATION, amount=eur(25))
    assert (less.withdrawn_minor, less.double_loss_minor) == (2500, 500)
    assert held(tables, payment) == (2000, 500, 0)
    assert_disputes_agree(tables, desk.gateway)


async def test_a_refund_that_fails_after_the_chargeback_leaves_no_more_than_there_is(
    desk: DisputeDesk, tables: Tables
) -> None:
    """Both want the same money: while the refund is under way it counts, and once it failed the network's does."""
    payment = await desk.desk.captured()
    desk.desk.gateway.next(Fault.REQUEST_LOST)
    await desk.desk.refund(payment, eur(80))
    dispute = await desk.opened(payment)
    assert (dispute.double_loss_minor, held(tables, payment)) == (2000, (2000, 2000, 0))
    desk.desk.gateway.next(an_outcome(OutcomeKind.FAILED))
    await desk.desk.resolve(after_seconds=60)
    assert tables.payments[payment.id].refund_pending_minor == 0
    assert held(tables, payment) == (4000, 0, 6000)
    with pytest.raises(RefundExceedsCaptured):
        await desk.desk.refund(payment, eur("60.01"))
    await desk.desk.refund(payment, eur(60))
    assert_disputes_agree(tables, desk.gateway)


async def test_a_capture_after_the_chargeback_covers_what_was_beyond(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.authorized()
    await desk.desk.capture(payment, eur(30), final=False)
    dispute = await desk.opened(payment)
    assert (dispute.double_loss_minor, held(tables, payment)) == (1000, (3000, 1000, 0))
    await desk.desk.capture(payment, eur(30), final=False)
    assert held(tables, payment) == (4000, 0, 2000)
    assert_disputes_agree(tables, desk.gateway)


async def test_two_disputes_of_one_payment_share_what_there_is(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    first = await desk.opened(payment, amount=eur(70))
    second = await desk.opened(payment, minutes=1, amount=eur(50))
    assert (first.double_loss_minor, second.double_loss_minor) == (0, 2000)
    assert held(tables, payment) == (10000, 2000, 0)
    await desk.hear_of(first, T.WON)
    # What the second still holds is not to be refunded as well, and it is lost once.
    assert held(tables, payment) == (5000, 0, 5000)
    assert tables.disputes[second.id].double_loss_minor == 0
    await desk.hear_of(second, T.WON)
    assert held(tables, payment) == (0, 0, 10000)
    assert_disputes_agree(tables, desk.gateway)


async def test_whichever_of_two_disputes_is_heard_first(desk: DisputeDesk, tables: Tables) -> None:
    one, other = await desk.desk.captured(), await desk.desk.captured()
    first = await desk.opened(one, amount=eur(70))
    await desk.opened(one, amount=eur(50))
    await desk.hear_of(first, T.WON)
    won = await desk.opened(other, amount=eur(70))
    await desk.hear_of(won, T.WON)
    await desk.opened(other, amount=eur(50))
    assert held(tables, one) == held(tables, other) == (5000, 0, 5000)
    assert_disputes_agree(tables, desk.gateway)


async def test_a_payment_that_was_never_captured(desk: DisputeDesk, tables: Tables) -> None:
    """Networks do not ask what we think of it."""
    payment = await desk.desk.authorized()
    dispute = await desk.opened(payment)
    assert (dispute.double_loss_minor, held(tables, payment)) == (4000, (0, 4000, 0))
    assert_disputes_agree(tables, desk.gateway)


async def test_a_decision_that_comes_late_posts_no_entry(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    dispute = await desk.opened(payment)
    await desk.hear_of(dispute, T.WON, minutes=1)
    await desk.hear_of(dispute, T.OPENED, S.PRE_ARBITRATION, minutes=3)
    before = len(tables.entries)
    await desk.hear_of(dispute, T.LOST, S.CHARGEBACK, minutes=2)
    assert len(tables.entries) == before
    assert_disputes_agree(tables, desk.gateway)


async def test_a_merchant_that_moves_takes_no_deadline_along(
    desk: DisputeDesk, tables: Tables, merchant: Merchant
) -> None:
    dispute = await desk.opened()
    tables.merchants[merchant.id] = replace(merchant, time_zone="Pacific/Auckland")
    again = await desk.hear_of(dispute, T.UNDER_REVIEW)
    assert (again.respond_by, again.time_zone) == (dispute.respond_by, "UTC")
    assert (await desk.opened()).time_zone == "Pacific/Auckland"


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Europe/Berlin", "Pacific/Kiritimati"])
async def test_wherever_the_merchant_is_the_network_s_days_count(
    desk: DisputeDesk, tables: Tables, merchant: Merchant, zone: str
) -> None:
    """Visa's days end at midnight in Greenwich: in Honolulu that is ten hours before the day is over."""
    tables.merchants[merchant.id] = replace(merchant, time_zone=zone)
    dispute = await desk.opened()
    end = find_reason_code(dispute.network, dispute.reason_code).days(dispute.stage)
    assert dispute.opened_at.tzinfo is UTC
    last = dispute.opened_at.date() + timedelta(days=end)
    assert dispute.respond_by == datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=UTC)
    assert dispute.time_zone == zone


CHOICES = st.lists(
    st.tuples(st.sampled_from(["open", *T, "refund", "fail", "capture"]), st.integers(0, 3), st.integers(1, 60)),
    max_size=14,
)


@given(CHOICES)
async def test_refunds_captures_and_disputes_in_any_order_give_away_no_money_twice(
    steps: list[tuple[str, int, int]],
) -> None:
    """What can be refunded and what networks hold are never more than was captured, but for what was lost twice."""
    merchant, units = a_merchant(), MemoryUnits(SettableClock())
    tables = units.tables
    tables.merchants[merchant.id] = merchant
    assert isinstance(units.clock, SettableClock)
    desk = DisputeDesk(Desk(units, merchant, StandInGateway(units.clock), units.clock))
    payment = await desk.desk.authorized()
    await desk.desk.capture(payment, eur(60), final=False)
    disputes: list[Dispute] = []
    for number, (step, which, amount) in enumerate(steps):
        try:
            if step == "open":
                disputes.append(await desk.opened(payment, amount=eur(amount), minutes=number))
            elif step == "capture":
                await desk.desk.capture(payment, eur(amount), final=False)
            elif step in {"refund", "fail"}:
                if step == "fail":
                    desk.desk.gateway.next(an_outcome(OutcomeKind.FAILED))
                await desk.desk.refund(payment, eur(amount))
            elif disputes and step != T.PREVENTED:
                chosen = disputes[which % len(disputes)]
                await desk.hear_of(chosen, NoticeType(step), minutes=number, amount=eur(40))
        except DomainError as error:
            assert error.code in {"INVALID_STATE", "AMOUNT_EXCEEDS_LIMIT"}, error
        desk.desk.gateway._script.clear()
        now = tables.payments[payment.id]
        kept = now.captured_minor - now.refunded_minor
        assert now.disputed_minor == min(now.disputed_minor + now.double_loss_minor, kept)
        assert now.refundable_minor == max(kept - now.disputed_minor - now.double_loss_minor, 0)
        assert_disputes_agree(tables, desk.gateway)
        await desk.recount()
        lost = shares(now, tables.disputes.values())
        assert {one.id: one.double_loss_minor for one in tables.disputes.values()} == lost
