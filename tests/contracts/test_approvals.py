"""`ApprovalRequests` and `ApprovalPolicies`: kept with their events, found again, leased once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalRequest, ApprovalStatus, new_request
from domain.identity.actor import system_actor
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.unit import Contention
from tests.builders.approvals import a_party, a_policy, a_proposal, a_publication, an_approval_request
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR, JPY, eur, jpy
from tests.contracts.house import SYSTEM, House, names, settle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.merchants.merchant import Merchant

S = ApprovalStatus
REFUND, ACCEPT, PUBLISH = (
    ApprovalAction.REFUND_PAYMENT,
    ApprovalAction.ACCEPT_DISPUTE,
    ApprovalAction.PUBLISH_FRAUD_RULE,
)


async def add(house: House, *requests: ApprovalRequest) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        for request in requests:
            await unit.approvals.add(request)
        await unit.commit()


async def read(house: House, request: ApprovalRequest) -> ApprovalRequest:
    async with house.units.begin(SYSTEM, "contract") as unit:
        return await unit.approvals.for_update(request.id)


@pytest.mark.parametrize("status", S)
async def test_every_field_reads_back(house: House, merchant: Merchant, status: ApprovalStatus) -> None:
    request = an_approval_request(
        status, merchant_id=merchant.id, role=MerchantRole.FINANCE, amount=jpy(6000), tries=3, version=4
    )
    await add(house, request, an_approval_request(merchant_id=merchant.id, role=StaffRole.ADMIN))
    assert await read(house, request) == request
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.approvals.of_operation(request.operation_id) == request
        assert await unit.approvals.of_operation(new_uuid(MORNING)) is None


async def test_a_life_is_told_in_order(house: House, merchant: Merchant) -> None:
    requester, approver = an_actor(merchant), an_actor(merchant)
    request = new_request(a_proposal(merchant_id=merchant.id), None, requester, MORNING)
    async with house.units.begin(requester, "contract") as unit:
        request = await unit.approvals.add(request)
        await unit.commit()
    assert request.events == ()
    changes: list[Callable[[ApprovalRequest], ApprovalRequest]] = [
        lambda request: request.approve(approver, after(1)),
        lambda request: request.fail(after(2), "all is refunded"),
    ]
    for change in changes:
        async with house.units.begin(approver, "contract") as unit:
            request = await unit.approvals.save(change(await unit.approvals.for_update(request.id)))
            await unit.commit()
        assert request.events == ()
        assert await read(house, request) == request
    events = await house.events(request.id)
    assert names(events) == ["approval_request.created", "approval_request.approved", "approval_request.failed"]
    assert [sequence for _, sequence, _ in events] == [1, 2, 3]


async def test_a_stale_request_is_not_saved(house: House, merchant: Merchant) -> None:
    request = an_approval_request(merchant_id=merchant.id)
    await add(house, request)
    for expected in (None, Contention):
        async with house.units.begin(SYSTEM, "contract") as unit:
            if expected is None:
                await unit.approvals.save(request.expire(after(1)))
                await unit.commit()
            else:
                with pytest.raises(expected):
                    await unit.approvals.save(request.expire(after(2)))


async def test_the_lock_makes_others_wait(house: House, merchant: Merchant) -> None:
    request = an_approval_request(merchant_id=merchant.id)
    await add(house, request)
    locked = asyncio.Event()

    async def first() -> None:
        async with house.units.begin(SYSTEM, "first") as unit:
            found = await unit.approvals.for_update(request.id)
            locked.set()
            for _ in range(5):
                await asyncio.sleep(0.01)
            await unit.approvals.save(found.expire(after(1)))
            await unit.commit()

    async def second() -> ApprovalStatus:
        await locked.wait()
        async with house.units.begin(SYSTEM, "second") as unit:
            return (await unit.approvals.for_update(request.id)).status

    _, seen = await asyncio.gather(first(), second())
    assert seen is S.EXPIRED


async def test_what_is_not_there_or_not_visible_is_not_found(house: House, merchant: Merchant) -> None:
    request = an_approval_request(merchant_id=merchant.id)
    await add(house, request)
    for actor, request_id in ((SYSTEM, new_uuid(MORNING)), (an_actor(a_merchant()), request.id)):
        async with house.units.begin(actor, "contract") as unit:
            with pytest.raises(NotFound, match="The request for approval"):
                await unit.approvals.for_update(request_id)
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        assert await unit.approvals.of_operation(request.operation_id) is None


async def test_what_is_overdue_oldest_first(house: House, merchant: Merchant) -> None:
    late = [an_approval_request(merchant_id=merchant.id, expires_at=after(second)) for second in (30, 10, 20)]
    await add(house, *late, an_approval_request(merchant_id=merchant.id, expires_at=after(31)))
    await add(
        house,
        *(
            an_approval_request(s, merchant_id=merchant.id, expires_at=after(1))
            for s in S
            if s is not S.REQUIRES_REVIEW
        ),
    )
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.approvals.overdue(after(30), 9) == [late[1].id, late[2].id, late[0].id]
        assert await unit.approvals.overdue(after(30), 2) == [late[1].id, late[2].id]


async def test_what_is_due_is_leased_oldest_first_and_only_once(house: House, merchant: Merchant) -> None:
    due = [
        an_approval_request(S.APPROVED, merchant_id=merchant.id, next_try_at=after(seconds)) for seconds in (30, 10, 20)
    ]
    not_due = an_approval_request(S.APPROVED, merchant_id=merchant.id, next_try_at=after(31))
    await add(house, *due, not_due, an_approval_request(S.SUCCEEDED, merchant_id=merchant.id))
    async with house.units.begin(SYSTEM, "one") as one, house.units.begin(SYSTEM, "other") as other:
        first = await one.approvals.lease_due(after(30), 2)
        second = await other.approvals.lease_due(after(30), 2)
        assert [request.id for request in (*first, *second)] == [due[1].id, due[2].id, due[0].id]
        assert all(leased.next_try_at == after(90) and leased.tries == 1 for leased in (*first, *second))
        await one.commit()
    assert await read(house, first[0]) == first[0]
    async with house.units.begin(SYSTEM, "contract") as unit:
        # The other's lease was not committed, so it is due still.
        assert [request.id for request in await unit.approvals.lease_due(after(30), 9)] == [due[0].id]


async def test_the_system_may_have_asked(house: House, merchant: Merchant) -> None:
    proposal = a_proposal(merchant_id=merchant.id, subject_type="dispute", action=ACCEPT)
    request = new_request(proposal, None, system_actor("jobs"), MORNING)
    await add(house, request)
    assert await read(house, request) == replace(request, events=())


async def policies(house: House, merchant: Merchant, action: ApprovalAction = REFUND) -> list[ApprovalPolicy]:
    async with house.units.begin(SYSTEM, "contract") as unit:
        return await unit.approval_policies.of(merchant.id, action)


async def test_a_policy_for_each_action_and_currency(house: House, merchant: Merchant) -> None:
    first = a_policy(eur(50), merchant_id=merchant.id)
    again = a_policy(eur(70), merchant_id=merchant.id, role=StaffRole.FINANCE_OPERATIONS)
    yen = a_policy(jpy(0), merchant_id=merchant.id, role=MerchantRole.OWNER)
    accept = a_policy(eur(9), merchant_id=merchant.id, action=ACCEPT)
    for policy in (first, again, yen, accept):
        async with house.units.begin(SYSTEM, "contract") as unit:
            await unit.approval_policies.put(policy)
            await unit.commit()
    assert sorted(await policies(house, merchant), key=lambda p: str(p.role)) == [again, yen]
    assert await policies(house, merchant, ACCEPT) == [accept]
    for currency, left in ((EUR, [yen]), (EUR, [yen]), (JPY, [])):
        async with house.units.begin(SYSTEM, "contract") as unit:
            await unit.approval_policies.remove(merchant.id, REFUND, currency)
            await unit.commit()
        assert await policies(house, merchant) == left
    assert await policies(house, merchant, ACCEPT) == [accept]


async def test_policies_are_locked_by_their_merchant(house: House, merchant: Merchant) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.approval_policies.lock(merchant.id)
    for actor, merchant_id in ((a_staff_actor(), new_uuid(MORNING)), (an_actor(a_merchant()), merchant.id)):
        async with house.units.begin(actor, "contract") as unit:
            with pytest.raises(NotFound, match="The merchant"):
                await unit.approval_policies.lock(merchant_id)


async def test_policies_of_others_are_neither_seen_nor_changed(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    policy = a_policy(merchant_id=merchant.id)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.approval_policies.put(policy)
        await unit.commit()
    async with house.units.begin(an_actor(other), "contract") as unit:
        assert await unit.approval_policies.of(merchant.id, REFUND) == []
        await unit.approval_policies.remove(merchant.id, REFUND, EUR)
        await unit.commit()
    writes: list[Callable[[Any], Awaitable[object]]] = [
        lambda unit: unit.approval_policies.put(a_policy(eur(10**6), merchant_id=merchant.id)),
        lambda unit: unit.approvals.add(an_approval_request(merchant_id=merchant.id, requested_by=a_party())),
    ]
    for write in writes:
        async with house.units.begin(an_actor(other), "contract") as unit:
            with pytest.raises(house.fenced):
                await write(unit)
    assert await policies(house, merchant) == [policy]


@pytest.mark.parametrize("status", S)
async def test_a_request_of_the_platform_reads_back(house: House, merchant: Merchant, status: ApprovalStatus) -> None:
    request, own = a_publication(status), a_publication(status, merchant_id=merchant.id)
    await add(house, request, own)
    assert [await read(house, one) for one in (request, own)] == [request, own]
    async with house.units.begin(an_actor(merchant), "contract") as unit:
        assert await unit.approvals.of_operation(request.operation_id) is None
        assert await unit.approvals.of_operation(own.operation_id) == own
        with pytest.raises(NotFound):
            await unit.approvals.for_update(request.id)
        with pytest.raises(house.fenced):
            await unit.approvals.add(a_publication())


async def test_policies_without_an_amount(house: House, merchant: Merchant) -> None:
    own = a_policy(merchant_id=merchant.id, action=PUBLISH, threshold=None)
    platforms = a_policy(merchant_id=PLATFORM, action=PUBLISH, threshold=None, role=StaffRole.RISK_ANALYST)
    for policy in (replace(platforms, role=None), platforms, own):
        async with house.units.begin(SYSTEM, "contract") as unit:
            await unit.approval_policies.lock(policy.merchant_id)
            await unit.approval_policies.put(policy)
            await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.approval_policies.of(PLATFORM, PUBLISH) == [platforms]
        await unit.approval_policies.remove(PLATFORM, PUBLISH, None)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.approval_policies.of(PLATFORM, PUBLISH) == []
    assert await policies(house, merchant, PUBLISH) == [own]


async def test_the_platforms_policies_are_staffs(house: House, merchant: Merchant) -> None:
    async with house.units.begin(an_actor(merchant), "contract") as unit:
        with pytest.raises(house.fenced):
            await unit.approval_policies.put(a_policy(merchant_id=PLATFORM, action=PUBLISH, threshold=None))


async def test_the_platforms_policies_are_changed_one_after_the_other(house: House) -> None:
    locked, order = asyncio.Event(), list[str]()

    async def first() -> None:
        async with house.units.begin(SYSTEM, "first") as unit:
            await unit.approval_policies.lock(PLATFORM)
            locked.set()
            for _ in range(5):
                await asyncio.sleep(0.01)
            order.append("first")
            await unit.commit()

    async def second() -> None:
        await locked.wait()
        async with house.units.begin(SYSTEM, "second") as unit:
            await unit.approval_policies.lock(PLATFORM)
            order.append("second")

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]
