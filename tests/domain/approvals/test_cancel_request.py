"""Who asked takes it back, and nothing is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.cancel_request import CancelRequest, cancel_request
from domain.approvals.errors import CancelerIsNotRequester
from domain.kernel.errors import NotFound
from domain.kernel.machine import TransitionNotAllowed
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant

if TYPE_CHECKING:
    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from tests.domain.approvals.office import Office


async def cancel(office: Office, actor: Actor | None = None, reason: str | None = None) -> ApprovalRequest:
    command = CancelRequest(request_id=office.now.id, reason=reason)
    return await cancel_request(office.ports, actor or office.requester, command)


@pytest.mark.parametrize("reason", [None, "wrong payment"])
async def test_it_ends(office: Office, reason: str | None) -> None:
    office.keep()
    canceled = await cancel(office, reason=reason)
    assert (canceled.status, canceled.reason, office.now) == (ApprovalStatus.CANCELED, reason, canceled)
    assert office.told() == ["approval_request.canceled", "approvals.cancel"]
    with pytest.raises(TransitionNotAllowed):
        await office.approve(canceled)
    assert office.actions.performed == []


async def test_nobody_else_takes_it_back(office: Office) -> None:
    request = office.keep()
    with pytest.raises(CancelerIsNotRequester):
        await cancel(office, office.approver)
    with pytest.raises(NotFound):
        await cancel(office, an_actor(a_merchant()))
    assert (office.now, office.told()) == (request, [])
