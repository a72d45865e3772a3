"""A dispute is somebody's who can see it, or nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from domain.disputes.assign_dispute import AssignDispute, assign_dispute
from domain.disputes.notice import NoticeType
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables


async def assign(desk: DisputeDesk, dispute: Dispute, assignee_id: UUID | None) -> Dispute:
    return await assign_dispute(desk.ports, desk.actor, AssignDispute(dispute_id=dispute.id, assignee_id=assignee_id))


async def test_given_and_let_go(desk: DisputeDesk, tables: Tables, merchant: Merchant) -> None:
    clerk, staff = uuid4(), uuid4()
    tables.colleagues |= {clerk: frozenset({merchant.id}), staff: None}
    dispute = await desk.opened()
    assert (await assign(desk, dispute, clerk)).assignee_id == clerk
    given = await assign(desk, dispute, staff)
    assert given.assignee_id == staff
    assert await assign(desk, dispute, staff) == given
    assert (await assign(desk, dispute, None)).assignee_id is None
    told = [event.data.get("assignee_id") for event in tables.events if event.data.get("change") == "assignee"]
    assert told == [str(clerk), str(staff), None]
    assert sum(record.action == "disputes.assign" for record in tables.audit) == 4


async def test_not_to_strangers(desk: DisputeDesk, tables: Tables) -> None:
    dispute, stranger = await desk.opened(), uuid4()
    tables.colleagues[stranger] = frozenset({a_merchant().id})
    for person in (stranger, uuid4()):
        with pytest.raises(NotFound, match="The person") as refusal:
            await assign(desk, dispute, person)
        assert refusal.value.path == ("assigneeId",)
    assert tables.disputes[dispute.id].assignee_id is None


async def test_also_what_is_decided(desk: DisputeDesk) -> None:
    dispute = await desk.hear_of(await desk.opened(), NoticeType.LOST)
    assert await assign(desk, dispute, None) == dispute


async def test_who_may_not(desk: DisputeDesk, merchant: Merchant) -> None:
    dispute = await desk.opened()
    desk.actor = an_actor(merchant, role=MerchantRole.FINANCE)
    with pytest.raises(Forbidden, match="disputes:write"):
        await assign(desk, dispute, None)
    desk.actor = an_actor(a_merchant())
    with pytest.raises(NotFound, match="The dispute"):
        await assign(desk, dispute, None)
