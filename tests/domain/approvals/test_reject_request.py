"""A no ends it, and nothing is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.errors import ApproverIsRequester
from domain.approvals.party import party_of
from domain.approvals.reject_request import RejectRequest, reject_request
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.machine import TransitionNotAllowed
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant

if TYPE_CHECKING:
    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from tests.domain.approvals.office import Office


async def reject(office: Office, actor: Actor | None = None, reason: str = "not like this") -> ApprovalRequest:
    command = RejectRequest(request_id=office.now.id, reason=reason)
    return await reject_request(office.ports, actor or office.approver, command)


async def test_it_ends_with_the_reason(office: Office) -> None:
    office.keep()
    rejected = await reject(office)
    assert (rejected.status, rejected.reason) == (ApprovalStatus.REJECTED, "not like this")
    assert office.now == rejected
    assert office.told() == ["approval_request.rejected", "approvals.reject"]
    assert office.units.tables.audit[0].data["reason"] == "not like this"
    assert office.actions.performed == []
    with pytest.raises(TransitionNotAllowed):
        await office.approve(rejected)


async def test_who_may_not_and_how_not(office: Office) -> None:
    owner = an_actor(office.merchant)
    request = office.keep(requested_by=party_of(owner))
    for actor, error in (
        (owner, ApproverIsRequester),
        (an_actor(office.merchant, role=MerchantRole.OPERATOR), Forbidden),
        (an_actor(a_merchant()), NotFound),
    ):
        with pytest.raises(error):
            await reject(office, actor)
    with pytest.raises(Invalid):
        await reject(office, reason=" ")
    assert (office.now, office.told()) == (request, [])
