"""Approval that is wanted by a policy, and approval that is always wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.asking import ask_for_approval, require_approval
from domain.identity.permission import StaffRole
from tests.builders.approvals import a_policy, a_proposal
from tests.builders.money import eur

if TYPE_CHECKING:
    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.proposal import Proposal
    from tests.domain.approvals.office import Office


def refund(office: Office) -> Proposal:
    return a_proposal(eur(60), merchant_id=office.merchant.id)


async def asked(office: Office) -> ApprovalRequest | None:
    async with office.units.begin(office.requester, "test") as unit:
        request = await ask_for_approval(unit, office.requester, refund(office), office.clock.now())
        await unit.commit()
        return request


async def test_nothing_is_asked_where_no_policy_wants_it(office: Office) -> None:
    assert await asked(office) is None
    async with office.units.begin(office.requester, "test") as unit:
        await unit.approval_policies.put(a_policy(eur(61), merchant_id=office.merchant.id))
        await unit.commit()
    assert await asked(office) is None
    assert office.told() == []


async def test_a_policy_says_who_has_to_approve(office: Office) -> None:
    async with office.units.begin(office.requester, "test") as unit:
        await unit.approval_policies.put(a_policy(merchant_id=office.merchant.id, role=StaffRole.FINANCE_OPERATIONS))
        await unit.commit()
    assert await asked(office) == office.now
    assert (office.now.role, office.now.status) == (StaffRole.FINANCE_OPERATIONS, ApprovalStatus.REQUIRES_REVIEW)
    assert office.told() == ["approval_request.created", "approvals.request"]


@pytest.mark.parametrize("role", [None, StaffRole.APPROVER])
async def test_what_always_needs_approval_is_asked_without_a_policy(office: Office, role: StaffRole | None) -> None:
    proposal = a_proposal(
        merchant_id=office.merchant.id,
        action=ApprovalAction.CHANGE_FEE_PLAN,
        amount=None,
        subject_type="merchant",
        subject_id=office.merchant.id,
    )
    async with office.units.begin(office.requester, "test") as unit:
        await require_approval(unit, office.requester, proposal, role, office.clock.now())
        await unit.commit()
    assert (office.now.role, office.now.operation_id) == (role, proposal.operation_id)
    (record,) = office.units.tables.audit
    assert record.data["action"] == "CHANGE_FEE_PLAN"
