"""What may be done with a payment is what the verbs would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.identity.permission import MerchantRole, Permission
from domain.payments.actions import PERMISSIONS, PaymentAction, available_actions
from domain.payments.payment import PaymentStatus
from tests.builders.approvals import a_policy
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.money import eur, jpy
from tests.builders.payments import a_payment

if TYPE_CHECKING:
    from domain.approvals.approval_policy import ApprovalPolicy

A = PaymentAction


@pytest.mark.parametrize("status", PaymentStatus)
def test_reasons_are_those_of_the_payment(status: PaymentStatus) -> None:
    payment = a_payment(status=status)
    actions = {action.action: action for action in available_actions(payment, an_actor(payment.merchant_id), [])}
    assert list(actions) == list(PaymentAction)
    assert actions[A.CONFIRM].reason == payment.confirm_refusal()
    assert actions[A.CAPTURE].reason == payment.capture_refusal()
    assert actions[A.VOID].reason == payment.void_refusal()
    assert actions[A.REFUND].reason == payment.refund_refusal()
    assert all(action.allowed == (action.reason is None) for action in actions.values())


def test_limits_stand_where_an_amount_is_taken_and_allowed() -> None:
    payment = a_payment(captured=eur(40), refunded=eur(10))
    limits = {a.action: a.max_amount for a in available_actions(payment, an_actor(payment.merchant_id), [])}
    assert limits == {A.CONFIRM: None, A.CAPTURE: eur(60), A.VOID: None, A.REFUND: eur(30)}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (MerchantRole.OWNER, {A.CAPTURE, A.REFUND}),
        (MerchantRole.OPERATOR, {A.CAPTURE, A.REFUND}),
        (MerchantRole.FINANCE, {A.REFUND}),
        (MerchantRole.DEVELOPER, {A.CAPTURE}),
        (MerchantRole.VIEWER, set[PaymentAction]()),
    ],
)
def test_a_role_may_do_what_its_permissions_say(role: MerchantRole, allowed: set[PaymentAction]) -> None:
    payment = a_payment(captured=eur(40))
    actions = available_actions(payment, an_actor(payment.merchant_id, role=role), [])
    assert {action.action for action in actions if action.allowed} == allowed
    lacking = {a.reason for a in actions if a.action in {A.CAPTURE, A.REFUND} and not a.allowed}
    assert all(reason is not None and "You lack the permission" in reason for reason in lacking)
    assert all(action.max_amount is None for action in actions if not action.allowed)


def test_staff_act_everywhere() -> None:
    payment = a_payment()
    assert {a.action for a in available_actions(payment, a_staff_actor(), []) if a.allowed} == {A.CAPTURE, A.VOID}


@pytest.mark.parametrize(
    ("policies", "wanted"),
    [
        ([], set[PaymentAction]()),
        ([a_policy(eur(30))], {A.REFUND}),
        ([a_policy(eur("30.01"))], set[PaymentAction]()),
        ([a_policy(jpy(1))], set[PaymentAction]()),
        ([a_policy(eur(1), action=ApprovalAction.ACCEPT_DISPUTE)], set[PaymentAction]()),
    ],
    ids=["no policy", "at the threshold", "below it", "another currency", "another action"],
)
def test_approval_is_wanted_for_the_most_that_can_be_refunded(
    policies: list[ApprovalPolicy], wanted: set[PaymentAction]
) -> None:
    payment = a_payment(captured=eur(40), refunded=eur(10))
    actions = available_actions(payment, an_actor(payment.merchant_id), policies)
    assert {action.action for action in actions if action.requires_approval} == wanted


def test_what_is_not_allowed_needs_no_approval() -> None:
    payment = a_payment(captured=eur(40))
    actions = available_actions(payment, an_actor(payment.merchant_id, role=MerchantRole.VIEWER), [a_policy(eur(1))])
    assert not any(action.requires_approval for action in actions)


def test_what_is_held_for_review_can_be_voided_and_says_what_a_capture_waits_for() -> None:
    payment = a_payment(status=PaymentStatus.IN_REVIEW, authorized_minor=10000)
    actions = {a.action: a for a in available_actions(payment, an_actor(payment.merchant_id), [])}
    assert {action for action in actions if actions[action].allowed} == {A.VOID}
    assert (
        actions[A.CAPTURE].reason == "This payment is IN_REVIEW; it can be captured once its fraud review is approved."
    )


def test_every_action_has_a_permission_that_writes() -> None:
    assert set(PERMISSIONS) == set(PaymentAction)
    assert set(PERMISSIONS.values()) <= {Permission.PAYMENTS_WRITE, Permission.REFUNDS_WRITE}
