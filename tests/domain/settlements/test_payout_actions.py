"""What is offered is what the verbs would take on."""

from __future__ import annotations

import pytest

from domain.identity.actor import system_actor
from domain.identity.permission import MerchantRole, StaffRole
from domain.settlements.payout import PayoutStatus
from domain.settlements.payout_actions import PayoutAction, available_payout_actions
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.builders.payouts import APPROVER, REQUESTER, a_payout

A, S = PayoutAction, PayoutStatus
_OTHER = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
_OFFERED = {
    S.AWAITING_APPROVAL: {A.APPROVE, A.REJECT, A.CANCEL, A.HOLD},
    S.HELD: {A.REJECT, A.CANCEL, A.RELEASE},
    S.APPROVED: {A.CANCEL, A.HOLD},
}


@pytest.mark.parametrize("status", S)
def test_whoever_may_do_all_is_offered_what_the_status_allows(status: PayoutStatus) -> None:
    actions = available_payout_actions(a_payout(status), _OTHER)
    assert [one.action for one in actions] == list(A)
    assert {one.action for one in actions if one.allowed} == _OFFERED.get(status, set())
    assert all(one.allowed == (one.reason is None) for one in actions)


def test_the_requester_does_not_decide() -> None:
    reasons = {one.action: one.reason for one in available_payout_actions(a_payout(), REQUESTER)}
    assert reasons[A.APPROVE] == reasons[A.REJECT] is not None
    assert "somebody else" in (reasons[A.APPROVE] or "")
    assert (reasons[A.CANCEL], reasons[A.HOLD]) == (None, None)


def test_whoever_only_approves_does_no_more() -> None:
    allowed = {one.action for one in available_payout_actions(a_payout(), APPROVER) if one.allowed}
    assert allowed == {A.APPROVE, A.REJECT}


def test_neither_merchants_nor_jobs_decide() -> None:
    payout = a_payout()
    merchant = an_actor(payout.merchant_id, role=MerchantRole.OWNER)
    assert not any(one.allowed for one in available_payout_actions(payout, merchant))
    job = {one.action: one.reason for one in available_payout_actions(payout, system_actor("jobs"))}
    assert "person" in (job[A.APPROVE] or "")


def test_what_is_in_a_file_is_offered_no_way_back() -> None:
    filed = a_payout(S.APPROVED).put_in_file(a_payout().id, MORNING.date(), MORNING)
    reasons = {one.action: one.reason for one in available_payout_actions(filed, _OTHER)}
    assert "payment file" in (reasons[A.CANCEL] or "")
    assert reasons[A.HOLD] == reasons[A.CANCEL]
