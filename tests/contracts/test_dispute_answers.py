"""What merchants answer and are warned of: evidence, answers on their way, notes, warnings, policies and cursors."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.disputes.category import DisputeCategory
from domain.disputes.dispute_policy import DisputePolicy
from domain.disputes.early_fraud_warning import EarlyFraudWarning, WarningStatus, new_warning
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.gateway import ResponseKind
from domain.disputes.stage import DisputeStage
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.payments.operation import OperationStatus
from tests.builders.disputes import a_listed_file, a_note, a_response, a_warning_notice, some_evidence
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR, JPY, eur, jpy
from tests.builders.payments import a_payment
from tests.contracts.cases import add, of
from tests.contracts.house import SYSTEM, House, names, settle
from tests.fakes.disputes import AlreadyThere

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment

TWICE = (AlreadyThere, asyncpg.UniqueViolationError)


def warned(payment: Payment, **more: Any) -> EarlyFraudWarning:
    notice = a_warning_notice(payment, **more)
    return new_warning(notice, new_uuid(MORNING), payment.merchant_id, payment.id, MORNING)


async def test_evidence_by_stage(house: House, dispute: Dispute) -> None:
    first = some_evidence(dispute, texts={EvidenceKind.RECEIPT: 'Straße "1"\n', EvidenceKind.OTHER: "x"})
    second = some_evidence(dispute, stage=DisputeStage.PRE_ARBITRATION, files=(a_listed_file(1), a_listed_file(2)))
    async with house.units.begin(an_actor(dispute.merchant_id), "contract") as unit:
        assert await unit.evidence.of_stage(dispute, first.stage) is None
        for evidence in (first, second):
            await unit.evidence.save(evidence)
            assert await unit.evidence.of_stage(dispute, evidence.stage) == evidence
        await unit.commit()
    changed = first.stage_texts({EvidenceKind.OTHER: None}, after(1)).list_files((a_listed_file(3),), after(2))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.evidence.save(changed)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.evidence.of_stage(dispute, first.stage) == changed
        assert await unit.evidence.of_stage(dispute, second.stage) == second
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        assert await unit.evidence.of_stage(dispute, first.stage) is None


async def test_what_is_submitted_is_never_written_again(house: House, dispute: Dispute) -> None:
    submitted = some_evidence(dispute).submit("Ada", after(1))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.evidence.save(some_evidence(dispute))
        await unit.evidence.save(submitted)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.evidence.of_stage(dispute, submitted.stage) == submitted
        with pytest.raises((AssertionError, asyncpg.CheckViolationError), match="submitted evidence never changes"):
            await unit.evidence.save(replace(submitted, submitted_by="Eve"))


@pytest.mark.parametrize("kind", ResponseKind)
async def test_every_field_of_an_answer_reads_back(house: House, dispute: Dispute, kind: ResponseKind) -> None:
    response = a_response(dispute, kind, response_code="00", checks=3)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.responses.add(response)
        assert await unit.responses.get(response.id) == response
        await unit.commit()
    doubtful = response.doubt(after(1), "timeout")
    concluded = doubtful.conclude(OperationStatus.SUCCEEDED, after(2), "ok")
    for changed in (doubtful, concluded):
        async with house.units.begin(SYSTEM, "contract") as unit:
            await unit.responses.save(changed)
            await unit.commit()
        async with house.units.begin(an_actor(dispute.merchant_id), "contract") as unit:
            assert await unit.responses.get(response.id) == changed
    for actor, response_id in ((SYSTEM, new_uuid(MORNING)), (an_actor(a_merchant()), response.id)):
        async with house.units.begin(actor, "contract") as unit:
            with pytest.raises(NotFound, match="The answer"):
                await unit.responses.get(response_id)


async def test_one_is_open_at_a_time(house: House, dispute: Dispute) -> None:
    first = a_response(dispute)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.responses.add(first)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(TWICE):
            await unit.responses.add(a_response(dispute, ResponseKind.ACCEPT))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.responses.save(first.conclude(OperationStatus.FAILED, after(1), "no"))
        await unit.responses.add(a_response(dispute, ResponseKind.ACCEPT))


async def test_what_is_due_is_leased_the_longest_due_first_and_only_once(house: House, payment: Payment) -> None:
    disputes = [of(payment) for _ in range(5)]
    await add(house, *disputes)
    due = [a_response(d, next_check_at=after(s)) for d, s in zip(disputes, (30, 10, 20), strict=False)]
    others = [a_response(disputes[3], next_check_at=after(31)), a_response(disputes[4], status=OperationStatus.FAILED)]
    async with house.units.begin(SYSTEM, "contract") as unit:
        for response in (*due, *others):
            await unit.responses.add(response)
        await unit.commit()
    async with house.units.begin(SYSTEM, "one") as one, house.units.begin(SYSTEM, "other") as other:
        first = await one.responses.lease_due(after(30), 2)
        second = await other.responses.lease_due(after(30), 2)
        assert [response.id for response in (*first, *second)] == [due[1].id, due[2].id, due[0].id]
        assert all(leased.next_check_at == after(60) and leased.checks == 1 for leased in (*first, *second))
        await one.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.responses.get(first[0].id) == first[0]
        # The other's lease was not committed, so it is due still.
        assert [response.id for response in await unit.responses.lease_due(after(30), 9)] == [due[0].id]


async def test_a_warning_is_kept_once_with_its_events(house: House, payment: Payment) -> None:
    warning = warned(payment)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.warnings.add(warning)
        await unit.commit()
    again = replace(warning, id=new_uuid(MORNING))
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert not await unit.warnings.add(again)
        assert await unit.warnings.add(replace(again, gateway="another"))
    saved = replace(warning, events=())
    refund_id = new_uuid(MORNING)
    async with house.units.begin(an_actor(payment.merchant_id), "contract") as unit:
        assert await unit.warnings.for_update(warning.id) == saved
        assert await unit.warnings.save(saved) is saved
        changed = await unit.warnings.save(saved.refunded(refund_id, after(1)))
        assert (changed.status, changed.refund_id, changed.events) == (WarningStatus.REFUNDED, refund_id, ())
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.warnings.for_update(warning.id) == changed
    events = await house.events(warning.id)
    assert names(events) == ["early_fraud_warning.created", "early_fraud_warning.updated"]
    assert [sequence for _, sequence, _ in events] == [1, 2]


async def test_two_at_once_keep_one_warning(house: House, payment: Payment) -> None:
    warning = warned(payment)
    taken: list[bool] = []

    async def take() -> None:
        async with house.units.begin(SYSTEM, "contract") as unit:
            taken.append(await unit.warnings.add(replace(warning, id=new_uuid(MORNING))))
            await unit.commit()

    await asyncio.gather(*(take() for _ in range(5)))
    assert sorted(taken) == [False, False, False, False, True]


async def test_warnings_of_a_payment_the_oldest_first(house: House, payment: Payment) -> None:
    warnings = [replace(warned(payment), id=new_uuid(after(seconds))) for seconds in (3, 1, 2)]
    async with house.units.begin(SYSTEM, "contract") as unit:
        for warning in warnings:
            await unit.warnings.add(warning)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        found = await unit.warnings.of_payment(payment.merchant_id, payment.id)
        assert [warning.id for warning in found] == [warnings[1].id, warnings[2].id, warnings[0].id]
        assert await unit.warnings.of_payment(payment.merchant_id, new_uuid(MORNING)) == []
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        assert await unit.warnings.of_payment(payment.merchant_id, payment.id) == []
        with pytest.raises(NotFound, match="The early fraud warning"):
            await unit.warnings.for_update(warnings[0].id)


async def test_a_parked_warning_waits_for_its_payment(house: House, merchant: Merchant) -> None:
    notices = [a_warning_notice(payment_reference="sim_77") for _ in range(3)]
    stranger = a_warning_notice(payment_reference="nobody's")
    async with house.units.begin(SYSTEM, "contract") as unit:
        for seconds, notice in zip((3, 1, 2), notices, strict=True):
            await unit.warnings.park(notice, after(seconds))
        await unit.warnings.park(stranger, after(0))
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        # Again, and later: it keeps its place.
        await unit.warnings.park(notices[1], after(9))
        assert await unit.warnings.parked(9) == []
        await unit.payments.add(a_payment(merchant_id=merchant.id, gateway_reference="sim_77"))
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.warnings.parked(9) == [notices[1], notices[2], notices[0]]
        assert await unit.warnings.parked(1) == [notices[1]]
        assert await unit.warnings.unpark(notices[1])
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert not await unit.warnings.unpark(notices[1])
        assert await unit.warnings.parked(9) == [notices[2], notices[0]]


async def test_of_two_who_unpark_one_does(house: House) -> None:
    notice = a_warning_notice()
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.warnings.park(notice, MORNING)
        await unit.commit()

    async def unpark() -> bool:
        async with house.units.begin(SYSTEM, "contract") as unit:
            mine = await unit.warnings.unpark(notice)
            await unit.commit()
            return mine

    assert sorted(await asyncio.gather(*(unpark() for _ in range(4)))) == [False, False, False, True]


async def test_a_policy_for_each_currency(house: House, merchant: Merchant) -> None:
    euros = DisputePolicy(
        merchant_id=merchant.id,
        accept_up_to=eur(40),
        categories=frozenset({DisputeCategory.FRAUDULENT, DisputeCategory.DUPLICATE}),
        updated_at=MORNING,
    )
    yen = replace(euros, accept_up_to=jpy(4000), categories=frozenset())
    async with house.units.begin(SYSTEM, "contract") as unit:
        for policy in (yen, replace(euros, categories=frozenset()), euros):
            await unit.dispute_policies.save(policy)
        assert await unit.dispute_policies.of_merchant(merchant.id) == [euros, yen]
        await unit.commit()
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        assert await unit.dispute_policies.of_merchant(merchant.id) == []
        await unit.dispute_policies.remove(merchant.id, EUR)
        await unit.commit()
    async with house.units.begin(an_actor(merchant), "contract") as unit:
        assert await unit.dispute_policies.of_merchant(merchant.id) == [euros, yen]
        await unit.dispute_policies.remove(merchant.id, EUR)
        await unit.dispute_policies.remove(merchant.id, EUR)
        assert await unit.dispute_policies.of_merchant(merchant.id) == [yen]
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.dispute_policies.remove(merchant.id, JPY)
        assert await unit.dispute_policies.of_merchant(merchant.id) == []


async def test_how_far_a_gateway_was_read(house: House) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.gateway_cursors.get("simulator") is None
        await unit.gateway_cursors.save("simulator", "1", MORNING)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.gateway_cursors.save("simulator", "2", after(1))
        await unit.gateway_cursors.save("another", "9", after(1))
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.gateway_cursors.get("simulator") == "2"
        assert await unit.gateway_cursors.get("another") == "9"


async def test_nothing_is_written_beyond_the_fence(house: House, payment: Payment, dispute: Dispute) -> None:
    other = a_merchant()
    await settle(house, other)
    policy = DisputePolicy(
        merchant_id=dispute.merchant_id, accept_up_to=eur(40), categories=frozenset(), updated_at=MORNING
    )
    writes: list[Callable[[Any], Awaitable[object]]] = [
        lambda unit: unit.evidence.save(some_evidence(dispute)),
        lambda unit: unit.notes.add(a_note(dispute)),
        lambda unit: unit.warnings.add(warned(payment)),
        lambda unit: unit.dispute_policies.save(policy),
    ]
    for write in writes:
        async with house.units.begin(an_actor(other), "contract") as unit:
            with pytest.raises(house.fenced):
                await write(unit)
        async with house.units.begin(a_staff_actor(), "contract") as unit:
            await write(unit)
            await unit.commit()
