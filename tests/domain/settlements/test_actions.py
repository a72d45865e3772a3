"""What may be done with settlements and accounts, by the same reasons as the verbs refuse by."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from domain.identity.permission import MerchantRole, StaffRole
from domain.settlements.actions import (
    SettlementAccountAction,
    SettlementAction,
    available_account_actions,
    available_settlement_actions,
    earlier_is_open,
)
from domain.settlements.settlement import SettlementStatus
from domain.settlements.settlement_account import Hold
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.builders.settlements import a_settlement, a_settlement_account

ONE = UUID(int=1)
FINANCE = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
LACKING = "You lack the permission settlements:write."
FIRST = a_settlement(merchant_id=ONE)
SECOND = replace(FIRST, number=2)
A = SettlementAccountAction


def test_the_first_open_one_can_be_closed() -> None:
    (action,) = available_settlement_actions(FIRST, FIRST, FINANCE)
    assert (action.action, action.allowed, action.reason) == (SettlementAction.CLOSE, True, None)


def test_a_later_one_waits_for_the_earlier() -> None:
    (action,) = available_settlement_actions(SECOND, FIRST, FINANCE)
    assert (action.allowed, action.reason) == (False, earlier_is_open(SECOND, FIRST))
    assert earlier_is_open(FIRST, SECOND) is None
    assert earlier_is_open(SECOND, None) is None


@pytest.mark.parametrize("status", [SettlementStatus.CLOSED, SettlementStatus.PAID_OUT])
def test_a_closed_one_is_closed(status: SettlementStatus) -> None:
    (action,) = available_settlement_actions(a_settlement(status, merchant_id=ONE), FIRST, FINANCE)
    assert action.reason == "It is closed already."


def test_merchants_and_auditors_close_nothing() -> None:
    for actor in (an_actor(ONE, role=MerchantRole.OWNER), a_staff_actor(StaffRole.AUDITOR)):
        (action,) = available_settlement_actions(FIRST, FIRST, actor)
        assert action.reason == LACKING


def test_an_account_is_put_on_hold_or_released() -> None:
    account = a_settlement_account(ONE)
    held = account.put_on_hold(Hold(reason="Audit", held_at=MORNING, held_by_name="Grace"), MORNING)
    for one, refused in ((account, A.RELEASE), (held, A.HOLD)):
        actions = available_account_actions(one, FINANCE)
        assert [action.action for action in actions] == list(A)
        assert {action.action for action in actions if not action.allowed} == {refused}
        assert {action.action for action in actions if action.requires_approval} == {A.ADJUST}


def test_a_merchant_reads_why_it_may_not() -> None:
    actions = available_account_actions(a_settlement_account(ONE), an_actor(ONE))
    reasons = {action.action: action.reason for action in actions}
    assert reasons.pop(A.RELEASE) == "This account is not on hold."
    assert set(reasons.values()) == {LACKING}
