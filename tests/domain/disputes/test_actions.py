"""What may be done with a dispute or a warning is what the verbs would do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.disputes.actions import (
    PERMISSIONS,
    DisputeAction,
    WarningAction,
    available_dispute_actions,
    available_warning_actions,
)
from domain.disputes.early_fraud_warning import EarlyFraudWarning, new_warning
from domain.disputes.errors import DisputeStateForbids, EvidenceEmpty
from domain.disputes.stage import CLOSED, DisputeStage, DisputeStatus
from domain.identity.permission import MerchantRole, Permission, StaffRole
from domain.kernel.ids import new_uuid
from tests.builders.approvals import a_policy
from tests.builders.disputes import a_warning_notice
from tests.builders.files import a_dispute
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur, jpy
from tests.builders.payments import a_payment

if TYPE_CHECKING:
    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.disputes.dispute import Dispute
    from domain.payments.payment import Payment

A = DisputeAction
ACCEPTANCE = ApprovalAction.ACCEPT_DISPUTE
WORK = {A.ADD_NOTE, A.ASSIGN}


def in_status(status: DisputeStatus, stage: DisputeStage = DisputeStage.CHARGEBACK) -> Dispute:
    return a_dispute(status=status, stage=stage, closed_at=MORNING if status in CLOSED else None)


def a_warning(payment: Payment) -> EarlyFraudWarning:
    return new_warning(a_warning_notice(payment), new_uuid(MORNING), payment.merchant_id, payment.id, MORNING)


@pytest.mark.parametrize("pending", [False, True])
@pytest.mark.parametrize("stage", DisputeStage)
@pytest.mark.parametrize("status", DisputeStatus)
def test_reasons_are_those_of_the_dispute(status: DisputeStatus, stage: DisputeStage, *, pending: bool) -> None:
    dispute = replace(in_status(status, stage), response_pending=pending)
    actions = {one.action: one for one in available_dispute_actions(dispute, a_staff_actor(), [])}
    assert list(actions) == list(DisputeAction)
    assert actions[A.ACCEPT].reason == dispute.accept_refusal()
    assert actions[A.STAGE_EVIDENCE].reason == dispute.answer_refusal()
    if actions[A.STAGE_EVIDENCE].allowed and status is DisputeStatus.NEEDS_RESPONSE:
        assert actions[A.SUBMIT_EVIDENCE].reason == EvidenceEmpty().message
    else:
        assert actions[A.SUBMIT_EVIDENCE].reason == dispute.answer_refusal()
    assert all(actions[action].allowed for action in (*WORK, A.RECORD_NOTICE))
    try:
        dispute.ensure_acceptable()
    except DisputeStateForbids as error:
        assert actions[A.ACCEPT].reason == error.message
    else:
        assert actions[A.ACCEPT].allowed


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (MerchantRole.OWNER, {A.ACCEPT, A.STAGE_EVIDENCE, A.SUBMIT_EVIDENCE, *WORK}),
        (MerchantRole.OPERATOR, {A.ACCEPT, A.STAGE_EVIDENCE, A.SUBMIT_EVIDENCE, *WORK}),
        (MerchantRole.FINANCE, set[DisputeAction]()),
        (MerchantRole.VIEWER, set[DisputeAction]()),
    ],
)
def test_a_role_may_do_what_its_permissions_say(role: MerchantRole, allowed: set[DisputeAction]) -> None:
    dispute = in_status(DisputeStatus.EVIDENCE_STAGED)
    actions = available_dispute_actions(dispute, an_actor(dispute.merchant_id, role=role), [])
    assert {one.action for one in actions if one.allowed} == allowed
    lacking = {one.reason for one in actions if not one.allowed}
    assert all(reason is not None and "You lack the permission" in reason for reason in lacking)


def test_only_who_acts_for_all_merchants_speaks_for_networks() -> None:
    dispute = a_dispute()
    for actor, allowed in (
        (an_actor(dispute.merchant_id, permissions=Permission), False),
        (a_staff_actor(StaffRole.SUPPORT), False),
        (a_staff_actor(StaffRole.DISPUTE_ANALYST), True),
    ):
        actions = {one.action: one.allowed for one in available_dispute_actions(dispute, actor, [])}
        assert actions[A.RECORD_NOTICE] is allowed


@pytest.mark.parametrize(
    ("policies", "wanted"),
    [
        ([], False),
        ([a_policy(eur(40), action=ACCEPTANCE)], True),
        ([a_policy(eur("40.01"), action=ACCEPTANCE)], False),
        ([a_policy(jpy(1), action=ACCEPTANCE)], False),
        ([a_policy(eur(1))], False),
    ],
    ids=["no policy", "at the threshold", "below it", "another currency", "another action"],
)
def test_approval_is_wanted_for_acceptances_alone(policies: list[ApprovalPolicy], *, wanted: bool) -> None:
    dispute = in_status(DisputeStatus.EVIDENCE_STAGED)
    actions = available_dispute_actions(dispute, a_staff_actor(), policies)
    assert {one.action for one in actions if one.requires_approval} == ({A.ACCEPT} if wanted else set())


def test_what_is_not_allowed_needs_no_approval() -> None:
    policy = a_policy(eur(1), action=ACCEPTANCE)
    for dispute, actor in (
        (in_status(DisputeStatus.LOST), a_staff_actor()),
        (a_dispute(), a_staff_actor(StaffRole.SUPPORT)),
    ):
        assert not any(one.requires_approval for one in available_dispute_actions(dispute, actor, [policy]))


def test_a_warning_is_acted_upon_while_a_refund_prevents_something() -> None:
    payment = a_payment(captured=eur(100))
    warning, actor = a_warning(payment), an_actor(payment.merchant_id)
    (action,) = available_warning_actions(warning, payment, actor, [a_policy(eur(100))])
    assert (action.action, action.allowed, action.requires_approval) == (WarningAction.PREVENT, True, True)
    for later in (warning.refunded(new_uuid(MORNING), MORNING), warning.disputed(new_uuid(MORNING), MORNING)):
        (action,) = available_warning_actions(later, payment, actor, [a_policy(eur(1))])
        assert (action.reason, action.requires_approval) == (later.refusal(), False)
    spent = a_payment(captured=eur(100), refunded=eur(100))
    (action,) = available_warning_actions(a_warning(spent), spent, an_actor(spent.merchant_id), [])
    assert action.reason == spent.refund_refusal()


def test_approval_of_a_prevention_is_for_what_is_left() -> None:
    payment = a_payment(captured=eur(100), refunded=eur(50))
    (action,) = available_warning_actions(a_warning(payment), payment, a_staff_actor(), [a_policy(eur("50.01"))])
    assert (action.allowed, action.requires_approval) == (True, False)


def test_a_prevention_is_a_refund() -> None:
    payment = a_payment(captured=eur(100))
    viewer = an_actor(payment.merchant_id, role=MerchantRole.VIEWER)
    (action,) = available_warning_actions(a_warning(payment), payment, viewer, [])
    assert action.reason == "You lack the permission refunds:write."


def test_every_action_has_a_permission_that_writes() -> None:
    assert set(PERMISSIONS) == {*DisputeAction, *WarningAction}
    assert set(PERMISSIONS.values()) == {
        Permission.DISPUTES_WRITE,
        Permission.DISPUTES_MANAGE,
        Permission.REFUNDS_WRITE,
    }
