"""A policy asks from its threshold on, in its own currency, for its own action."""

from __future__ import annotations

from typing import Any

import pytest

from domain.approvals.approval_action import ALWAYS, PLATFORM_ACTIONS, WITHOUT_AMOUNT, ApprovalAction
from domain.approvals.approval_policy import DECIDING_ROLES, ApprovalPolicy, policy_for
from domain.identity.actor import ROLES, Role
from domain.identity.permission import MERCHANT_ROLES, STAFF_ROLES, MerchantRole, Permission, StaffRole
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM
from domain.kernel.money import Money
from tests.builders.approvals import a_policy
from tests.builders.money import EUR, eur, jpy

REFUND, ACCEPT = ApprovalAction.REFUND_PAYMENT, ApprovalAction.ACCEPT_DISPUTE
PUBLISH = ApprovalAction.PUBLISH_FRAUD_RULE


@pytest.mark.parametrize(
    ("action", "amount", "asks"),
    [
        (REFUND, eur("49.99"), False),
        (REFUND, eur(50), True),
        (REFUND, eur("50.01"), True),
        (REFUND, jpy(5000), False),
        (ACCEPT, eur(50), False),
    ],
)
def test_it_asks_from_its_threshold_on(action: ApprovalAction, amount: Money, asks: bool) -> None:  # noqa: FBT001
    policy = a_policy(eur(50))
    assert policy.asks(action, amount) is asks
    assert policy_for([policy], action, amount) == (policy if asks else None)


def test_a_threshold_of_zero_asks_always() -> None:
    assert a_policy(eur(0)).asks(REFUND, Money(1, EUR))


def test_of_several_the_one_for_the_largest_amounts_decides() -> None:
    small, large, other = a_policy(eur(10)), a_policy(eur(50), role=MerchantRole.OWNER), a_policy(jpy(1))
    assert policy_for([small, large, other], REFUND, eur(60)) is large
    assert policy_for([large, small, other], REFUND, eur(49)) is small
    assert policy_for([], REFUND, eur(60)) is None


def test_a_threshold_is_not_less_than_zero() -> None:
    with pytest.raises(Invalid) as refused:
        a_policy(Money(-1, EUR))
    assert refused.value.path == ("threshold",)


@pytest.mark.parametrize("role", ROLES.values())
def test_it_names_a_role_that_decides(role: Role) -> None:
    decides = Permission.APPROVALS_DECIDE in {**STAFF_ROLES, **MERCHANT_ROLES}[role]
    assert (role in DECIDING_ROLES) == decides
    if decides:
        assert a_policy(role=role).of_staff is isinstance(role, StaffRole)
        return
    with pytest.raises(Invalid, match="OWNER") as refused:
        a_policy(role=role)
    assert refused.value.path == ("role",)


def test_anybody_is_no_staff() -> None:
    assert not ApprovalPolicy(merchant_id=a_policy().merchant_id, action=REFUND, threshold=eur(1)).of_staff


def test_what_has_no_amount_needs_approval_always_or_never() -> None:
    policy = ApprovalPolicy(merchant_id=PLATFORM, action=PUBLISH)
    assert policy.asks(PUBLISH, None)
    assert not policy.asks(REFUND, None)
    assert not policy.asks(PUBLISH, eur(1))
    assert not a_policy(eur(0)).asks(REFUND, None)
    assert policy_for([a_policy(), policy], PUBLISH, None) is policy


@pytest.mark.parametrize(
    ("values", "path", "why"),
    [
        ({"action": PUBLISH, "threshold": eur(1)}, "threshold", "has no amount"),
        ({"action": REFUND, "threshold": None}, "threshold", "needs a threshold"),
        ({"merchant_id": PLATFORM}, "merchantId", "say which one"),
        (
            {"merchant_id": PLATFORM, "action": PUBLISH, "threshold": None, "role": MerchantRole.OWNER},
            "role",
            "a merchant's role",
        ),
    ],
)
def test_what_no_policy_can_be(values: dict[str, Any], path: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        a_policy(**values)
    assert refused.value.path == (path,)


@pytest.mark.parametrize("action", ApprovalAction)
def test_what_always_needs_approval_has_no_policy(action: ApprovalAction) -> None:
    values = {"action": action, "threshold": None if action in WITHOUT_AMOUNT else eur(1)}
    if action not in ALWAYS:
        assert a_policy(**values).action is action
        return
    with pytest.raises(Invalid, match="always needs approval") as refused:
        a_policy(**values)
    assert refused.value.path == ("action",)


def test_what_concerns_all_merchants_has_no_amount() -> None:
    assert PLATFORM_ACTIONS <= WITHOUT_AMOUNT
    assert {ApprovalAction.ADJUST_SETTLEMENT} == ALWAYS - WITHOUT_AMOUNT
