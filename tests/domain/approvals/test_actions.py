"""What may be done with a request is what the verbs would do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.approvals.actions import RequestAction, available_request_actions
from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.party import party_of
from domain.identity.permission import MerchantRole
from tests.builders.approvals import an_approval_request
from tests.builders.identity import an_actor
from tests.builders.moments import after

A = RequestAction
REQUEST = an_approval_request()


def allowed(request: object, actor: object, at: object = after(1)) -> set[RequestAction]:
    actions = available_request_actions(request, actor, at)  # ty: ignore[invalid-argument-type]  # pyright: ignore[reportArgumentType]
    assert [action.action for action in actions] == list(RequestAction)
    assert all((action.reason is None) == action.allowed for action in actions)
    return {action.action for action in actions if action.allowed}


def test_who_asked_can_cancel_and_who_did_not_can_decide() -> None:
    requester = an_actor(REQUEST.merchant_id)
    request = replace(REQUEST, requested_by=party_of(requester))
    assert allowed(request, requester) == {A.CANCEL}
    assert allowed(request, an_actor(REQUEST.merchant_id)) == {A.APPROVE, A.REJECT}
    assert allowed(request, an_actor(REQUEST.merchant_id, role=MerchantRole.VIEWER)) == set()


def test_reasons_are_those_of_the_verbs() -> None:
    reasons = {a.action: a.reason for a in available_request_actions(REQUEST, an_actor(REQUEST.merchant_id), after(1))}
    assert "Only Ada Lovelace, who asked for this, can cancel it" in str(reasons[A.CANCEL])


def test_a_request_that_ran_out_can_still_be_rejected() -> None:
    assert allowed(REQUEST, an_actor(REQUEST.merchant_id), REQUEST.expires_at) == {A.REJECT}


@pytest.mark.parametrize(
    "status", [status for status in ApprovalStatus if status is not ApprovalStatus.REQUIRES_REVIEW]
)
def test_what_is_decided_is_decided(status: ApprovalStatus) -> None:
    request = an_approval_request(status)
    assert allowed(request, an_actor(request.merchant_id)) == set()
