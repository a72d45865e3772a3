"""Staff take down what a network said by letter, once for each key; it counts as if it had come by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.errors import NoticeNotUnderstood
from domain.disputes.network import Network
from domain.disputes.notice import NoticeSource, NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.kernel.ids import new_uuid
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from domain.payments.payment import Payment
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

T, S = NoticeType, DisputeStage


@pytest.fixture
async def payment(desk: DisputeDesk) -> Payment:
    return await desk.desk.captured()


async def test_it_begins_a_case_over_all_of_the_payment(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    dispute = await desk.record(payment)
    (kept,) = tables.notices.values()
    assert (kept.notice.source, kept.notice.gateway, kept.notice.amount) == (
        NoticeSource.MANUAL, "simulator", eur(100),
    )  # fmt: skip
    assert kept.notice.payment_reference == payment.gateway_reference
    assert kept.notice.notice_id == kept.notice.case_reference == f"manual:{kept.id}"
    assert (dispute.case_reference, dispute.withdrawn_minor) == (kept.notice.case_reference, 10000)
    (record,) = [record for record in tables.audit if record.action == "disputes.take_notice"]
    assert record.actor_name == "Grace Hopper"
    assert_disputes_agree(tables, desk.gateway)


async def test_of_a_payment_in_part_captured_it_is_what_was_captured(desk: DisputeDesk) -> None:
    payment = await desk.desk.authorized()
    assert (await desk.record(payment)).amount_minor == 10000
    captured = (await desk.desk.capture(await desk.desk.authorized(), eur(30))).payment
    assert (await desk.record(captured)).amount_minor == 3000


async def test_it_goes_on_with_a_case_that_a_gateway_began(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    dispute = await desk.opened(payment)
    more: dict[str, Any] = {
        "case_reference": dispute.case_reference,
        "type": T.WON,
        "amount": eur(40),
        "occurred_at": after(60),
        "respond_by": after(999),
        "dispute_amount": jpy(6400),
        "network_case_id": "case-2",
        "arn": "arn2",
    }
    won = await desk.record(payment, **more)
    assert (won.id, won.status, won.withdrawn_minor, won.closed_at) == (dispute.id, DisputeStatus.WON, 0, after(60))
    assert (won.respond_by, won.dispute_amount, won.network_case_id, won.arn) == (
        after(999), jpy(6400), "case-2", "arn2",
    )  # fmt: skip
    assert_disputes_agree(tables, desk.gateway)


async def test_the_same_key_again(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    actor = a_staff_actor()
    first = await desk.record(payment, actor, idempotency_key="k")
    await desk.hear_of(first, T.UNDER_REVIEW, amount=eur(100))
    again = await desk.record(payment, actor, idempotency_key="k")
    assert (again.id, again.status) == (first.id, DisputeStatus.UNDER_REVIEW)
    assert (len(tables.disputes), len(tables.notices)) == (1, 2)
    with pytest.raises(IdempotencyConflict):
        await desk.record(payment, actor, idempotency_key="k", type=T.LOST)
    other: dict[str, Any] = {"idempotency_key": "k2", "case_reference": "by letter"}
    results = await asyncio.gather(*(desk.record(payment, **other) for _ in range(5)))
    assert (len({dispute.id for dispute in results}), len(tables.disputes)) == (1, 2)
    assert_disputes_agree(tables, desk.gateway)


@pytest.mark.parametrize("point", ["dispute.record.before_commit", "dispute.record.committed"])
async def test_a_crash_and_then_the_same_request(
    desk: DisputeDesk, units: MemoryUnits, payment: Payment, point: str
) -> None:
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.record(payment, idempotency_key="k")
    await desk.record(payment, idempotency_key="k")
    assert (len(units.tables.disputes), len(units.tables.notices)) == (1, 1)
    assert_disputes_agree(units.tables, desk.gateway)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"amount": jpy(100)}, NoticeNotUnderstood),
        ({"amount": eur("100.01")}, NoticeNotUnderstood),
        ({"amount": eur(0)}, Invalid),
        ({"reason_code": ""}, Invalid),
        ({"type": T.PREVENTED}, Invalid),
        ({"idempotency_key": ""}, Invalid),
    ],
)
async def test_what_is_refused_is_said_and_not_kept(
    desk: DisputeDesk, tables: Tables, payment: Payment, change: dict[str, Any], error: type[Exception]
) -> None:
    values: dict[str, Any] = {"idempotency_key": "k", **change}
    with pytest.raises(error):
        await desk.record(payment, **values)
    assert (tables.notices, tables.disputes) == ({}, {})
    # The key is free for the corrected one.
    await desk.record(payment, idempotency_key="k")


async def test_a_case_of_another_payment_or_network(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    dispute = await desk.opened(payment)
    with pytest.raises(NoticeNotUnderstood, match="another payment"):
        await desk.record(await desk.desk.captured(), case_reference=dispute.case_reference)
    with pytest.raises(NoticeNotUnderstood, match="The case is with VISA"):
        await desk.record(payment, case_reference=dispute.case_reference, network=Network.DISCOVER)
    assert len(tables.notices) == 1


async def test_who_may(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    """No merchant, whatever its role: a network's word moves money."""
    for actor in (desk.actor, *(a_staff_actor(role) for role in StaffRole)):
        if actor.everywhere and actor.roles_everywhere & {StaffRole.ADMIN, StaffRole.DISPUTE_ANALYST}:
            await desk.record(payment, actor, amount=eur(1))
        else:
            with pytest.raises(Forbidden, match="disputes:manage"):
                await desk.record(payment, actor)
    assert (len(tables.disputes), len(tables.notices)) == (1, 2)
    with pytest.raises(NotFound, match="The payment"):
        await desk.record(replace(payment, id=new_uuid(MORNING)))


async def test_a_payment_that_no_gateway_knows_by_name(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    tables.payments[payment.id] = replace(tables.payments[payment.id], gateway_reference=None)
    await desk.record(payment)
    (kept,) = tables.notices.values()
    assert kept.notice.payment_reference == f"manual:{payment.id}"


async def test_an_inquiry_by_letter(desk: DisputeDesk) -> None:
    dispute = await desk.record(await desk.desk.captured(), stage=S.INQUIRY)
    assert (dispute.stage, dispute.withdrawn_minor, dispute.fee_minor) == (S.INQUIRY, 0, 0)
