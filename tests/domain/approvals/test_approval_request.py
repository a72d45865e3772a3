"""Every arrow of a request, and everybody who must not take it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import (
    FIRST_TRY_SECONDS,
    LIFETIME,
    TRANSITIONS,
    ApprovalRequest,
    ApprovalStatus,
    new_request,
)
from domain.approvals.errors import (
    ApproverIsNoPerson,
    ApproverIsRequester,
    ApproverLacksRole,
    CancelerIsNotRequester,
    RequestExpired,
)
from domain.approvals.events import ApprovalEventType
from domain.approvals.party import party_of
from domain.identity.actor import Actor, ActorKind, Realm, system_actor
from domain.identity.permission import MerchantRole, Permission, StaffRole
from domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM
from domain.kernel.machine import TransitionNotAllowed, finals
from tests.builders.approvals import a_proposal, a_publication, an_approval_request
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING, after

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.identity.actor import Role

S = ApprovalStatus
LATER = after(60)
REQUEST = an_approval_request()
APPROVER = an_actor(REQUEST.merchant_id)
REQUESTER = replace(an_actor(REQUEST.merchant_id), id=REQUEST.requested_by.id)
MOVES: dict[ApprovalStatus, Callable[[ApprovalRequest], ApprovalRequest]] = {
    S.APPROVED: lambda request: request.approve(APPROVER, LATER),
    S.REJECTED: lambda request: request.reject(APPROVER, LATER, "not like this"),
    S.CANCELED: lambda request: request.cancel(REQUESTER, LATER),
    S.EXPIRED: lambda request: request.expire(LATER),
    S.SUCCEEDED: lambda request: request.succeed(LATER),
    S.FAILED: lambda request: request.fail(LATER, "all is refunded"),
}


def a_program(request: ApprovalRequest) -> Actor:
    granted = {request.merchant_id: frozenset(Permission)}
    return Actor(kind=ActorKind.CLIENT, id=uuid4(), name="shop", realm=Realm.MERCHANT, grants=granted)


def test_the_table_is_the_one_of_the_business() -> None:
    assert TRANSITIONS[S.REQUIRES_REVIEW] == {S.APPROVED, S.REJECTED, S.CANCELED, S.EXPIRED}
    assert TRANSITIONS[S.APPROVED] == {S.SUCCEEDED, S.FAILED}
    assert finals(TRANSITIONS) == {S.REJECTED, S.CANCELED, S.EXPIRED, S.SUCCEEDED, S.FAILED}


@pytest.mark.parametrize("target", MOVES)
@pytest.mark.parametrize("source", S)
def test_every_arrow_and_no_other(source: ApprovalStatus, target: ApprovalStatus) -> None:
    request = replace(an_approval_request(source), merchant_id=REQUEST.merchant_id, requested_by=REQUEST.requested_by)
    if target not in TRANSITIONS[source]:
        with pytest.raises(TransitionNotAllowed, match=f"is {source} cannot become {target}"):
            MOVES[target](request)
        return
    moved = MOVES[target](request)
    assert (moved.status, moved.version) == (target, request.version + 1)
    (event,) = moved.events
    assert (event.type, event.occurred_at) == (ApprovalEventType[target.name], LATER)
    assert (moved.finished_at is not None) == (target in finals(TRANSITIONS))
    assert (moved.next_try_at is not None) == (target is S.APPROVED)
    assert (moved.decided_at is not None) == (target is not S.EXPIRED)


def test_a_new_request_waits_for_a_week() -> None:
    proposal = a_proposal()
    request = new_request(proposal, MerchantRole.FINANCE, REQUESTER, MORNING)
    assert (request.status, request.version, request.expires_at) == (S.REQUIRES_REVIEW, 1, MORNING + LIFETIME)
    assert request.requested_by == party_of(REQUESTER)
    for name in ("merchant_id", "action", "amount", "subject_type", "subject_id", "operation_id", "command"):
        assert getattr(request, name) == getattr(proposal, name)
    (created,) = request.events
    assert created.type is ApprovalEventType.CREATED
    assert created.data == {
        "action": "REFUND_PAYMENT",
        "amount_minor": 6000,
        "currency": "EUR",
        "payment_id": str(proposal.subject_id),
    }


def test_an_approval_says_who_and_when_and_leaves_the_job_time() -> None:
    approved = REQUEST.approve(APPROVER, LATER)
    assert (approved.decided_by, approved.decided_at) == (party_of(APPROVER), LATER)
    assert approved.next_try_at == after(60 + FIRST_TRY_SECONDS)
    assert approved.approved_by(APPROVER)
    assert approved.succeed(LATER).approved_by(APPROVER)
    assert not approved.approved_by(an_actor(REQUEST.merchant_id))
    assert not REQUEST.reject(APPROVER, LATER, "no").approved_by(APPROVER)
    assert not REQUEST.approved_by(APPROVER)


def test_nobody_decides_what_they_asked_for() -> None:
    for actor in (REQUESTER, replace(REQUESTER, name="Somebody Else")):
        for decide in (lambda who=actor: REQUEST.approve(who, LATER), lambda who=actor: REQUEST.reject(who, LATER, "")):
            with pytest.raises(ApproverIsRequester, match="You asked for this yourself"):
                decide()


def test_staff_that_asked_does_not_decide_either() -> None:
    admin = a_staff_actor()
    request = replace(REQUEST, requested_by=party_of(admin))
    with pytest.raises(ApproverIsRequester):
        request.approve(admin, LATER)
    assert request.approve(a_staff_actor(), LATER).status is S.APPROVED


def test_programs_and_jobs_decide_nothing() -> None:
    for actor in (a_program(REQUEST), system_actor("jobs")):
        with pytest.raises(ApproverIsNoPerson):
            REQUEST.approve(actor, LATER)
        with pytest.raises(ApproverIsNoPerson):
            REQUEST.reject(actor, LATER, "no")


def test_what_a_program_asked_for_a_person_decides() -> None:
    program = a_program(REQUEST)
    request = replace(REQUEST, requested_by=party_of(program))
    assert request.approve(APPROVER, LATER).status is S.APPROVED
    assert request.cancel(program, LATER).status is S.CANCELED


def test_the_permission_comes_first() -> None:
    for status in S:
        request = replace(REQUEST, status=status)
        with pytest.raises(Forbidden, match="approvals:decide"):
            request.approve(an_actor(REQUEST.merchant_id, role=MerchantRole.OPERATOR), LATER)
        with pytest.raises(NotFound):
            request.reject(an_actor(uuid4()), LATER, "no")
        with pytest.raises(NotFound):
            request.cancel(an_actor(uuid4()), LATER)
        with pytest.raises(Forbidden, match="approvals:read"):
            request.cancel(an_actor(REQUEST.merchant_id, permissions=()), LATER)


@pytest.mark.parametrize(
    ("wanted", "actor", "enough"),
    [
        (MerchantRole.FINANCE, an_actor(REQUEST.merchant_id, role=MerchantRole.FINANCE), True),
        (MerchantRole.FINANCE, an_actor(REQUEST.merchant_id), True),
        (MerchantRole.OWNER, an_actor(REQUEST.merchant_id, role=MerchantRole.FINANCE), False),
        (MerchantRole.OWNER, a_staff_actor(), False),
        (StaffRole.FINANCE_OPERATIONS, a_staff_actor(StaffRole.FINANCE_OPERATIONS), True),
        (StaffRole.FINANCE_OPERATIONS, a_staff_actor(), True),
        (StaffRole.FINANCE_OPERATIONS, a_staff_actor(StaffRole.DISPUTE_ANALYST), False),
        (StaffRole.FINANCE_OPERATIONS, an_actor(REQUEST.merchant_id), False),
        (None, an_actor(REQUEST.merchant_id, role=MerchantRole.FINANCE), True),
        (None, a_staff_actor(StaffRole.DISPUTE_ANALYST), True),
    ],
)
def test_the_policys_role_approves(wanted: Role | None, actor: Actor, enough: bool) -> None:  # noqa: FBT001
    request = replace(REQUEST, role=wanted)
    if enough:
        assert request.approve(actor, LATER).status is S.APPROVED
    else:
        with pytest.raises(ApproverLacksRole, match=f"the role {wanted}"):
            request.approve(actor, LATER)
    # To say no takes no role: nothing happens then.
    assert request.reject(actor, LATER, "no").status is S.REJECTED


def test_only_who_asked_takes_it_back() -> None:
    with pytest.raises(CancelerIsNotRequester, match="Only Ada Lovelace"):
        REQUEST.cancel(APPROVER, LATER)
    canceled = REQUEST.cancel(REQUESTER, LATER, "wrong payment")
    assert (canceled.reason, canceled.decided_by) == ("wrong payment", party_of(REQUESTER))


def test_reasons_are_clean_texts() -> None:
    for reason in ("", "x" * 256, "4242 4242 4242 4242"):
        with pytest.raises(Invalid) as refused:
            REQUEST.reject(APPROVER, LATER, reason)
        assert refused.value.path == ("reason",)
        with pytest.raises(Invalid):
            REQUEST.cancel(REQUESTER, LATER, reason)
    assert REQUEST.reject(APPROVER, LATER, "no").reason == "no"


def test_it_runs_out_at_the_very_moment() -> None:
    last, over = REQUEST.expires_at - (after(1) - MORNING), REQUEST.expires_at
    assert REQUEST.approve(APPROVER, last).status is S.APPROVED
    with pytest.raises(RequestExpired, match="ask for it anew"):
        REQUEST.approve(APPROVER, over)
    assert (REQUEST.overdue(last), REQUEST.overdue(over)) == (False, True)
    assert not any(an_approval_request(status).overdue(over) for status in S if status is not S.REQUIRES_REVIEW)


def test_a_failure_says_why() -> None:
    failed = an_approval_request(S.APPROVED).fail(LATER, "all is refunded")
    assert failed.failure == "all is refunded"
    assert failed.events[0].data == {"failure": "all is refunded"}


def test_tries_grow_apart_and_are_no_news() -> None:
    request = an_approval_request(S.APPROVED)
    pauses: list[int] = []
    for _ in range(6):
        request = request.tried(MORNING)
        assert request.next_try_at is not None
        pauses.append(int((request.next_try_at - MORNING).total_seconds()))
    assert pauses == [60, 300, 900, 3600, 3600, 3600]
    assert (request.tries, request.version, request.events) == (6, 1, ())


def test_what_refuses_a_decision_is_no_fault_of_the_request() -> None:
    """Clients branch on the kind: a missing right is one thing, the state of the world another."""
    assert issubclass(ApproverLacksRole, Forbidden)
    for kind in (ApproverIsRequester, ApproverIsNoPerson, CancelerIsNotRequester, RequestExpired):
        assert issubclass(kind, Conflict)


def test_what_has_no_amount() -> None:
    proposal = a_proposal(
        action=ApprovalAction.PUBLISH_FRAUD_RULE,
        merchant_id=PLATFORM,
        subject_type="fraud_rule",
        command={"version": 1},
    )
    request = new_request(replace(proposal, amount=None), None, a_staff_actor(), MORNING)
    assert (request.amount, request.concerns) == (None, None)
    assert request.events[0].data == {
        "action": "PUBLISH_FRAUD_RULE",
        "amount_minor": None,
        "currency": None,
        "fraud_rule_id": str(proposal.subject_id),
    }
    with pytest.raises(AssertionError, match="has no amount"):
        _ = request.money
    assert (REQUEST.money, REQUEST.concerns) == (REQUEST.amount, REQUEST.merchant_id)


def test_the_platforms_requests_are_decided_by_staff_alone() -> None:
    request = a_publication(role=StaffRole.RISK_ANALYST)
    for actor, refusal in (
        (an_actor(REQUEST.merchant_id), NotFound),
        (a_staff_actor(StaffRole.AUDITOR), Forbidden),
        (a_staff_actor(StaffRole.FINANCE_OPERATIONS), ApproverLacksRole),
        (replace(a_staff_actor(), id=request.requested_by.id), ApproverIsRequester),
    ):
        with pytest.raises(refusal):
            request.approve(actor, LATER)
    assert request.approve(a_staff_actor(StaffRole.RISK_ANALYST), LATER).status is S.APPROVED
    assert request.cancel(replace(a_staff_actor(), id=request.requested_by.id), LATER).status is S.CANCELED
