"""`Disputes` and `DisputeQueue`: kept with their events, found by case, and in the queue when due."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.category import DisputeCategory
from domain.disputes.dispute_policy import DisputePolicy
from domain.disputes.events import DisputeEventType
from domain.disputes.gateway import ResponseKind
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.disputes.stage_record import StageRecord
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.kernel.unit import Contention
from domain.payments.operation import OperationStatus
from tests.builders.disputes import a_notice, a_response
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy
from tests.builders.payments import a_payment
from tests.contracts.cases import add, of
from tests.contracts.house import SYSTEM, House, names, settle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.disputes.dispute import Dispute
    from domain.payments.payment import Payment

D, S = DisputeStatus, DisputeStage
HOUR = 3600


def full(payment: Payment) -> Dispute:
    """One in which no field is as it is by default."""
    first = StageRecord(
        stage=S.CHARGEBACK,
        status=D.LOST,
        amount_minor=4000,
        opened_at=MORNING,
        respond_by=after(60),
        submitted_at=after(1),
        accepted_at=after(1),
        overturned=True,
        closed_at=after(2),
        withdrawn_minor=8000,
        reinstated_minor=4000,
    )
    second = StageRecord(
        stage=S.PRE_ARBITRATION,
        status=D.WON,
        amount_minor=2500,
        opened_at=after(3),
        respond_by=None,
        closed_at=after(4),
    )
    return of(
        payment,
        network_case_id="9000000001",
        arn="74537604221222132710572",
        stage=second.stage,
        status=second.status,
        stages=(first, second),
        amount_minor=2500,
        dispute_amount=jpy(4000),
        fee_minor=1500,
        withdrawn_minor=4000,
        double_loss_minor=500,
        respond_by=None,
        time_zone="Europe/Berlin",
        warned_hours=24,
        response_pending=True,
        assignee_id=new_uuid(MORNING),
        closed_at=after(4),
        version=7,
    )


async def test_every_field_reads_back(house: House, payment: Payment) -> None:
    dispute = full(payment)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.disputes.add(dispute) == dispute
        assert await unit.disputes.get(dispute.id) == dispute
        await unit.commit()
    async with house.units.begin(an_actor(payment.merchant_id), "contract") as unit:
        assert await unit.disputes.get(dispute.id) == dispute
        assert await unit.disputes.for_update(dispute.id) == dispute
        assert await unit.disputes.of_case(dispute.merchant_id, "simulator", dispute.case_reference) == dispute


async def test_events_go_with_their_cause(house: House, payment: Payment) -> None:
    fresh = of(payment).change(after(0), DisputeEventType.CREATED, {"stage": "CHARGEBACK"})
    async with house.units.begin(SYSTEM, "contract") as unit:
        saved = await unit.disputes.add(fresh)
        assert saved == replace(fresh, events=())
        changed = saved.change(after(1), DisputeEventType.UPDATED, {}).change(after(1), DisputeEventType.CLOSED, {})
        assert await unit.disputes.save(changed) == replace(changed, events=())
        await unit.commit()
    events = await house.events(fresh.id)
    assert names(events) == ["dispute.created", "dispute.updated", "dispute.closed"]
    assert [sequence for _, sequence, _ in events] == [1, 2, 3]


async def test_a_change_is_saved_and_what_has_no_event_is_none(house: House, dispute: Dispute) -> None:
    target = full(a_payment(merchant_id=dispute.merchant_id, id=dispute.payment_id))
    changed = replace(target, id=dispute.id, case_reference=dispute.case_reference, version=0).change(
        after(1), DisputeEventType.UPDATED, {}
    )
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.disputes.save(changed)
        silent = replace(changed, events=(), fee_minor=9999)
        assert await unit.disputes.save(silent) is silent
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.disputes.get(dispute.id) == replace(changed, events=())


async def test_a_change_of_what_was_changed_since_gives_way(house: House, dispute: Dispute) -> None:
    changed = dispute.change(after(1), DisputeEventType.UPDATED, {})
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.disputes.save(changed)
        with pytest.raises(Contention):
            await unit.disputes.save(changed)


async def test_what_is_not_there_or_not_visible_is_not_found(house: House, dispute: Dispute) -> None:
    other = a_merchant()
    await settle(house, other)
    for actor, dispute_id in ((SYSTEM, new_uuid(MORNING)), (an_actor(other), dispute.id)):
        async with house.units.begin(actor, "contract") as unit:
            for find in (unit.disputes.get, unit.disputes.for_update):
                with pytest.raises(NotFound, match="The dispute"):
                    await find(dispute_id)
    async with house.units.begin(an_actor(other), "contract") as unit:
        assert await unit.disputes.of_case(dispute.merchant_id, "simulator", dispute.case_reference) is None
        assert await unit.disputes.of_payment(dispute.merchant_id, dispute.payment_id) == []


async def test_one_for_each_case_of_a_merchant_s_gateway(house: House, payment: Payment, dispute: Dispute) -> None:
    with pytest.raises(Contention):
        await add(house, of(payment, case_reference=dispute.case_reference))
    elsewhere = of(payment, case_reference=dispute.case_reference, gateway="another")
    await add(house, elsewhere)
    async with house.units.begin(SYSTEM, "contract") as unit:
        for one in (dispute, elsewhere):
            assert await unit.disputes.of_case(one.merchant_id, one.gateway, one.case_reference) == one
        assert await unit.disputes.of_case(dispute.merchant_id, "simulator", "none") is None


async def test_a_case_is_found_by_every_name_that_it_has_had(house: House, payment: Payment, dispute: Dispute) -> None:
    by_hand = a_notice(case_reference="manual:1")
    elsewhere = a_notice(case_reference="manual:1", gateway="another")
    other = of(payment, gateway="another")
    await add(house, other)
    async with house.units.begin(SYSTEM, "contract") as unit:
        for notice, told in ((by_hand, dispute), (elsewhere, other)):
            await unit.notices.take(notice)
            await unit.notices.apply(notice.id, told)
        await unit.notices.take(a_notice(case_reference="nobody's"))
        named = replace(dispute, case_reference="simd_named").change(after(1), DisputeEventType.UPDATED, {})
        await unit.disputes.save(named)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        merchant_id = dispute.merchant_id
        for reference in ("simd_named", "manual:1"):
            found = await unit.disputes.of_case(merchant_id, "simulator", reference)
            assert found == replace(named, events=())
        assert await unit.disputes.of_case(merchant_id, "another", "manual:1") == other
        for reference in ("nobody's", dispute.case_reference):
            assert await unit.disputes.of_case(merchant_id, "simulator", reference) is None
        assert await unit.disputes.of_case(new_uuid(MORNING), "simulator", "manual:1") is None


async def test_no_two_get_the_same_name(house: House, payment: Payment, dispute: Dispute) -> None:
    other = of(payment)
    await add(house, other)
    named = replace(other, case_reference=dispute.case_reference).change(after(1), DisputeEventType.UPDATED, {})
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(Contention):
            await unit.disputes.save(named)


async def test_of_a_payment_the_oldest_first(house: House, payment: Payment) -> None:
    disputes = [of(payment, id=new_uuid(after(seconds))) for seconds in (3, 1, 2)]
    other = a_payment(merchant_id=payment.merchant_id, captured=eur(100))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payments.add(other)
        await unit.commit()
    await add(house, *disputes, of(other))
    async with house.units.begin(SYSTEM, "contract") as unit:
        found = await unit.disputes.of_payment(payment.merchant_id, payment.id)
    assert found == [disputes[1].id, disputes[2].id, disputes[0].id]


async def test_a_locked_one_is_waited_for_by_its_id_and_by_its_case(house: House, dispute: Dispute) -> None:
    async def wait(*, by_case: bool) -> int:
        async with house.units.begin(SYSTEM, "second") as unit:
            found = (
                await unit.disputes.of_case(dispute.merchant_id, "simulator", dispute.case_reference)
                if by_case
                else await unit.disputes.for_update(dispute.id)
            )
            assert found is not None
            return found.version

    async with house.units.begin(SYSTEM, "first") as unit:
        locked = await unit.disputes.for_update(dispute.id)
        waiting = [asyncio.create_task(wait(by_case=by_case)) for by_case in (True, False)]
        await asyncio.sleep(0.05)
        assert not any(task.done() for task in waiting)
        await unit.disputes.save(locked.change(after(1), DisputeEventType.UPDATED, {}))
        await unit.commit()
    assert await asyncio.gather(*waiting) == [1, 1]


async def test_what_is_due(house: House, payment: Payment) -> None:
    now = after(0)

    def left(hours: float, **values: Any) -> Dispute:
        return of(payment, respond_by=now + timedelta(hours=hours), **values)

    due = [
        left(-1),
        left(0),
        left(1, warned_hours=72),
        left(24, warned_hours=72),
        left(25),
        left(72),
        left(-100, warned_hours=24, status=D.EVIDENCE_STAGED),
    ]
    waiting = [
        left(72.01),
        left(24.01, warned_hours=72),
        left(1, warned_hours=24),
        left(-1, response_pending=True),
        *(left(-1, status=status, closed_at=now) for status in (D.WON, D.LOST, D.EXPIRED, D.ACCEPTED)),
        left(-1, status=D.UNDER_REVIEW),
        of(payment, respond_by=None),
    ]
    await add(house, *due, *waiting)
    async with house.units.begin(SYSTEM, "contract") as unit:
        found = await unit.dispute_queue.due(now, 99)
        assert found[0] == due[-1].id
        assert set(found) == {one.id for one in due}
        moments = {one.id: one.respond_by or now for one in due}
        assert [moments[one] for one in found] == sorted(moments.values())
        assert await unit.dispute_queue.due(now, 2) == found[:2]


async def test_what_the_policies_may_accept(house: House, payment: Payment) -> None:
    policy = DisputePolicy(
        merchant_id=payment.merchant_id,
        accept_up_to=eur(40),
        categories=frozenset({DisputeCategory.FRAUDULENT, DisputeCategory.DUPLICATE}),
        updated_at=MORNING,
    )
    acceptable = [of(payment, id=new_uuid(after(1))), of(payment, category=DisputeCategory.DUPLICATE)]
    refused, retried = of(payment), of(payment)
    left_alone = [
        of(payment, amount_minor=4001),
        of(payment, category=DisputeCategory.GENERAL),
        of(payment, stage=S.INQUIRY),
        of(payment, status=D.EVIDENCE_STAGED),
        of(payment, response_pending=True),
        of(payment, assignee_id=new_uuid(MORNING)),
    ]
    await add(house, *acceptable, refused, retried, *left_alone)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.dispute_queue.acceptable(MORNING, 99) == []
        await unit.dispute_policies.save(policy)
        for dispute, at in ((refused, after(1)), (retried, MORNING)):
            failed = a_response(dispute, ResponseKind.ACCEPT, status=OperationStatus.FAILED, requested_at=at)
            await unit.responses.add(failed)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        found = await unit.dispute_queue.acceptable(MORNING + timedelta(days=1), 99)
        assert found == sorted(one.id for one in (*acceptable, retried))
        assert await unit.dispute_queue.acceptable(MORNING + timedelta(days=1), 1) == found[:1]
        assert refused.id in await unit.dispute_queue.acceptable(after(1) + timedelta(days=1), 99)


async def test_a_policy_of_any_category_in_its_own_currency(house: House, payment: Payment, dispute: Dispute) -> None:
    policy = DisputePolicy(
        merchant_id=payment.merchant_id, accept_up_to=jpy(4000), categories=frozenset(), updated_at=MORNING
    )
    for amount, expected in ((jpy(4000), []), (eur(40), [dispute.id])):
        async with house.units.begin(SYSTEM, "contract") as unit:
            await unit.dispute_policies.save(replace(policy, accept_up_to=amount))
            await unit.commit()
        async with house.units.begin(SYSTEM, "contract") as unit:
            assert await unit.dispute_queue.acceptable(MORNING, 99) == expected


async def test_nothing_is_written_beyond_the_fence(house: House, payment: Payment, dispute: Dispute) -> None:
    other = a_merchant()
    await settle(house, other)
    writes: list[Callable[[Any], Awaitable[object]]] = [
        lambda unit: unit.disputes.add(of(payment)),
        lambda unit: unit.notices.take(a_notice()),
        lambda unit: unit.responses.add(a_response(dispute)),
    ]
    for write in writes:
        async with house.units.begin(an_actor(other), "contract") as unit:
            with pytest.raises(house.fenced):
                await write(unit)
        async with house.units.begin(a_staff_actor(), "contract") as unit:
            await write(unit)


async def test_a_payment_is_found_by_its_gateway_s_reference(house: House, payment: Payment) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.payments.of_reference("simulator", payment.gateway_reference or "") == payment.id
        assert await unit.payments.of_reference("another", payment.gateway_reference or "") is None
        assert await unit.payments.of_reference("simulator", "nobody's") is None
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        assert await unit.payments.of_reference("simulator", payment.gateway_reference or "") is None
