"""The machine of payouts, and who may move it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from domain.approvals.errors import ApproverIsNoPerson, ApproverIsRequester
from domain.approvals.party import party_of
from domain.identity.actor import system_actor
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from domain.kernel.ids import Prefix, format_id, new_uuid
from domain.kernel.machine import TransitionNotAllowed, finals
from domain.settlements.payout import (
    MOVING,
    TRANSITIONS,
    UNDECIDED,
    Payout,
    PayoutStatus,
    end_to_end_id_of,
)
from domain.settlements.payout_attempt import AttemptOutcome
from domain.settlements.payout_errors import (
    NotPaidYet,
    PayoutIsFiled,
    PayoutPaidAlready,
    PayoutReturnedAlready,
)
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR, eur, jpy, kwd
from tests.builders.payouts import APPROVER, LIMIT, REQUESTER, a_new_payout, a_payout, taken, told

S = PayoutStatus
NOON = after(3 * 3600)
FILE = new_uuid(MORNING)
_STEPS = {
    "hold": S.HELD,
    "release": S.AWAITING_APPROVAL,
    "approve": S.APPROVED,
    "approve_by_policy": S.APPROVED,
    "reject": S.REJECTED,
    "cancel": S.CANCELED,
    "send": S.IN_TRANSIT,
    "confirm": S.PAID,
    "fail": S.FAILED,
    "return": S.RETURNED,
}


def test_a_new_payout_waits_for_somebody_else() -> None:
    payout = a_new_payout(eur("12.34"), reason="As agreed")
    assert (payout.status, payout.requested_by, payout.approved_by) == (S.AWAITING_APPROVAL, party_of(REQUESTER), None)
    assert (payout.amount, payout.currency, payout.reason, payout.version) == (eur("12.34"), EUR, "As agreed", 1)
    assert told(payout) == ["payout.created"]
    assert payout.events[0].data["amount_minor"] == 1234


@pytest.mark.parametrize("amount", [eur(0), eur(-1), jpy(0)], ids=lambda money: f"{money.plain}{money.currency.code}")
def test_nothing_is_not_paid_out(amount: object) -> None:
    with pytest.raises(Invalid) as caught:
        a_new_payout(amount)  # pyright: ignore[reportArgumentType]
    assert caught.value.path == ("amount",)


@pytest.mark.parametrize("amount", [jpy(1), kwd("0.001"), eur("0.01")], ids=lambda money: money.currency.code)
def test_every_currency_is_paid_to_its_last_unit(amount: object) -> None:
    assert a_new_payout(amount).amount.minor == 1  # pyright: ignore[reportArgumentType]


def test_the_end_to_end_id_fits_every_bank_and_no_other_payout() -> None:
    payout = a_new_payout()
    assert payout.end_to_end_id == end_to_end_id_of(payout.id)
    assert payout.end_to_end_id.isalnum()
    assert payout.end_to_end_id.isupper()
    assert len(payout.end_to_end_id) == 29
    assert payout.end_to_end_id.lower() == format_id(Prefix.PAYOUT, payout.id).replace("_", "")
    assert end_to_end_id_of(new_uuid(MORNING)) != payout.end_to_end_id


@pytest.mark.parametrize(("status", "step"), list(product(S, _STEPS)), ids=lambda value: str(value).lower())
def test_the_table_alone_says_what_follows(status: PayoutStatus, step: str) -> None:
    payout = a_payout(status)
    target = _STEPS[step]
    if step == "fail" and status is S.FAILED:
        assert taken(payout, step) is payout
        return
    if target not in TRANSITIONS[status]:
        with pytest.raises(Conflict):
            taken(payout, step)
        return
    moved = taken(payout, step)
    assert (moved.status, moved.version, moved.updated_at) == (target, payout.version + 1, after(60 * payout.version))
    assert len(moved.events) == moved.version


def test_what_ends_and_what_moves_money() -> None:
    assert finals(TRANSITIONS) == {S.REJECTED, S.CANCELED, S.FAILED, S.RETURNED}
    assert {S.AWAITING_APPROVAL, S.HELD} == UNDECIDED
    assert {S.APPROVED, S.IN_TRANSIT} == MOVING


def test_its_whole_life_is_told() -> None:
    assert told(a_payout(S.RETURNED)) == [
        "payout.created",
        "payout.approved",
        "payout.in_transit",
        "payout.paid",
        "payout.returned",
    ]
    assert told(taken(a_payout(S.HELD), "release")) == ["payout.created", "payout.held", "payout.released"]
    assert told(a_payout(S.REJECTED))[-1] == "payout.rejected"
    assert told(a_payout(S.CANCELED))[-1] == "payout.canceled"
    assert told(a_payout(S.FAILED))[-1] == "payout.failed"


class TestApproving:
    def test_another_person_does_it(self) -> None:
        approved = a_payout().approve(APPROVER, NOON)
        assert (approved.approved_by, approved.decided_at) == (party_of(APPROVER), NOON)
        assert approved.events[-1].data == {"approved_by": "Grace Hopper"}

    def test_the_requester_does_not_whatever_they_are_called_now(self) -> None:
        renamed = replace(REQUESTER, name="Somebody Else")
        for payout in (a_payout(), taken(a_payout(S.HELD), "release")):
            with pytest.raises(ApproverIsRequester):
                payout.approve(renamed, NOON)
            with pytest.raises(ApproverIsRequester):
                payout.reject(renamed, "No", NOON)

    def test_what_a_job_asked_for_any_person_may_approve(self) -> None:
        payout = a_payout(actor=system_actor("jobs"))
        assert payout.approve(REQUESTER, NOON).status is S.APPROVED

    def test_no_job_and_no_program_does_it(self) -> None:
        for actor in (system_actor("jobs"), system_actor("other jobs")):
            for payout in (a_payout(), a_payout(actor=system_actor("jobs"))):
                with pytest.raises(ApproverIsNoPerson):
                    payout.approve(actor, NOON)
                with pytest.raises(ApproverIsNoPerson):
                    payout.reject(actor, "No", NOON)

    def test_it_needs_the_permission(self) -> None:
        payout = a_payout()
        for role in (StaffRole.AUDITOR, StaffRole.SUPPORT, StaffRole.RISK_ANALYST):
            with pytest.raises(Forbidden):
                payout.approve(a_staff_actor(role), NOON)
        with pytest.raises(Forbidden):
            payout.approve(an_actor(payout.merchant_id, role=MerchantRole.FINANCE), NOON)
        with pytest.raises(NotFound):
            payout.approve(an_actor(new_uuid(MORNING)), NOON)

    def test_a_policy_does_it_within_its_limit(self) -> None:
        approved = a_payout().approve_by_policy(LIMIT, 300_00, NOON)
        assert (approved.approved_by_policy, approved.approved_by, approved.decided_at) == (True, None, NOON)
        assert (approved.policy_limit_minor, approved.policy_sum_minor) == (LIMIT, 300_00)
        assert approved.events[-1].data == {"policy_limit_minor": LIMIT, "policy_sum_minor": 300_00}

    @pytest.mark.parametrize(("limit", "total"), [(99_99, 100_00), (100_00, 100_01), (500_00, 99_99)])
    def test_beyond_it_there_is_no_such_payout(self, limit: int, total: int) -> None:
        with pytest.raises(AssertionError, match="breaks an invariant"):
            a_payout().approve_by_policy(limit, total, NOON)


class TestStopping:
    @pytest.mark.parametrize("step", ["hold", "reject", "cancel"])
    @pytest.mark.parametrize("reason", ["", "  ", "x" * 256, "4111 1111 1111 1111"])
    def test_a_reason_is_wanted(self, step: str, reason: str) -> None:
        payout = a_payout()
        with pytest.raises(Invalid) as caught:
            {
                "hold": lambda: payout.hold(REQUESTER, reason, NOON),
                "reject": lambda: payout.reject(APPROVER, reason, NOON),
                "cancel": lambda: payout.cancel(REQUESTER, reason, NOON),
            }[step]()
        assert caught.value.path == ("reason",)

    def test_who_only_approves_neither_holds_nor_cancels(self) -> None:
        payout = a_payout()
        with pytest.raises(Forbidden):
            payout.hold(APPROVER, "Wait", NOON)
        with pytest.raises(Forbidden):
            payout.cancel(APPROVER, "No", NOON)
        with pytest.raises(Forbidden):
            a_payout(S.HELD).release(APPROVER, NOON)

    def test_a_hold_takes_the_approval_back(self) -> None:
        for payout in (a_payout(S.APPROVED), taken(a_payout(), "approve_by_policy")):
            held = payout.hold(REQUESTER, "A doubt", NOON)
            assert (held.hold_reason, held.approved_by, held.approved_by_policy) == ("A doubt", None, False)
            assert held.decided_at is None
            released = held.release(REQUESTER, NOON)
            assert (released.status, released.hold_reason) == (S.AWAITING_APPROVAL, None)
            assert released.approve(APPROVER, NOON).approved_by == party_of(APPROVER)

    def test_what_a_bank_may_know_of_is_stopped_no_more(self) -> None:
        filed = a_payout(S.APPROVED).put_in_file(FILE, NOON.date(), NOON)
        for stop in (lambda: filed.hold(REQUESTER, "Wait", NOON), lambda: filed.cancel(REQUESTER, "No", NOON)):
            with pytest.raises(PayoutIsFiled):
                stop()

    def test_a_canceled_one_remembers_who_had_approved_it(self) -> None:
        canceled = a_payout(S.APPROVED).cancel(REQUESTER, "Too early", NOON)
        assert (canceled.approved_by, canceled.decision_reason) == (party_of(APPROVER), "Too early")
        assert a_payout(S.HELD).cancel(REQUESTER, "Too early", NOON).hold_reason is None
        assert a_payout(S.HELD).reject(APPROVER, "Wrong", NOON).hold_reason is None


class TestTheWayToTheBank:
    def test_a_file_takes_it_once_and_without_news(self) -> None:
        approved = a_payout(S.APPROVED)
        filed = approved.put_in_file(FILE, NOON.date(), NOON)
        assert (filed.filed, filed.payment_file_id, filed.execution_on) == (True, FILE, NOON.date())
        assert (filed.version, filed.events) == (approved.version, approved.events)
        with pytest.raises(PayoutIsFiled):
            filed.put_in_file(new_uuid(MORNING), NOON.date(), NOON)
        with pytest.raises(TransitionNotAllowed):
            a_payout().put_in_file(FILE, NOON.date(), NOON)

    def test_every_step_at_the_bank_is_an_attempt(self) -> None:
        payout = a_payout(S.RETURNED)
        steps = [(one.number, one.outcome, one.code, one.payment_file_id) for one in payout.attempts]
        assert steps == [
            (1, AttemptOutcome.DELIVERED, None, payout.payment_file_id),
            (2, AttemptOutcome.PAID, None, payout.payment_file_id),
            (3, AttemptOutcome.RETURNED, "AC01", payout.payment_file_id),
        ]
        assert payout.attempts[1].bank_entry_id == payout.bank_entry_id
        assert payout.attempts[2].bank_entry_id == payout.return_entry_id
        assert payout.attempts[2].detail == "Incorrect account number"
        assert payout.attempt_count == 3
        failed = a_payout(S.FAILED)
        assert [(one.number, one.outcome, one.code) for one in failed.attempts] == [(1, AttemptOutcome.FAILED, "AC04")]

    def test_the_same_entry_again_changes_nothing(self) -> None:
        paid = a_payout(S.PAID)
        assert paid.bank_entry_id
        assert paid.confirm(paid.bank_entry_id, NOON) is paid
        returned = a_payout(S.RETURNED)
        assert returned.bank_entry_id
        assert returned.return_entry_id
        assert returned.confirm(returned.bank_entry_id, NOON) is returned
        assert returned.return_("MS03", None, returned.return_entry_id, NOON) is returned

    def test_another_entry_is_refused_by_name(self) -> None:
        other = new_uuid(MORNING)
        for payout in (a_payout(S.PAID), a_payout(S.RETURNED)):
            with pytest.raises(PayoutPaidAlready) as paid:
                payout.confirm(other, NOON)
            assert paid.value.bank_entry_id == payout.bank_entry_id
        returned = a_payout(S.RETURNED)
        with pytest.raises(PayoutReturnedAlready) as back:
            returned.return_("AC04", None, other, NOON)
        assert back.value.bank_entry_id == returned.return_entry_id

    def test_what_was_not_paid_does_not_come_back(self) -> None:
        for status in MOVING:
            with pytest.raises(NotPaidYet):
                a_payout(status).return_("AC04", None, FILE, NOON)
        with pytest.raises(TransitionNotAllowed):
            a_payout(S.FAILED).return_("AC04", None, FILE, NOON)

    @pytest.mark.parametrize("code", ["", "AC4", "ac04", "AC044", "AC 4", "ÄC04"])
    def test_a_code_has_the_form_of_iso_20022(self, code: str) -> None:
        with pytest.raises(Invalid):
            a_payout(S.IN_TRANSIT).fail(code, None, NOON)
        with pytest.raises(Invalid):
            a_payout(S.PAID).return_(code, None, FILE, NOON)

    def test_what_a_bank_says_is_cut_and_not_refused(self) -> None:
        failed = a_payout(S.IN_TRANSIT).fail("NARR", "x" * 900, NOON)
        assert failed.failure_message == "x" * 500
        assert failed.attempts[-1].detail == "x" * 500
        assert a_payout(S.PAID).return_("AC04", None, FILE, NOON).failure_message is None

    def test_another_reason_for_a_failure_is_no_repetition(self) -> None:
        with pytest.raises(TransitionNotAllowed):
            a_payout(S.FAILED).fail("AC01", None, NOON)


_BROKEN = {
    "approved by nobody": (S.APPROVED, {"approved_by": None}),
    "approved by the requester": (S.APPROVED, {"approved_by": party_of(REQUESTER)}),
    "approved by a job": (S.APPROVED, {"approved_by": party_of(system_actor("jobs"))}),
    "approved twice over": (S.APPROVED, {"approved_by_policy": True, "policy_limit_minor": LIMIT}),
    "a policy without a limit": (S.APPROVED, {"approved_by": None, "approved_by_policy": True}),
    "approved and waiting": (S.AWAITING_APPROVAL, {"approved_by": party_of(APPROVER)}),
    "approved and rejected": (S.REJECTED, {"approved_by": party_of(APPROVER)}),
    "decided and waiting": (S.AWAITING_APPROVAL, {"decided_at": NOON}),
    "undecided and sent": (S.IN_TRANSIT, {"decided_at": None}),
    "rejected without a reason": (S.REJECTED, {"decision_reason": None}),
    "held without a reason": (S.HELD, {"hold_reason": None}),
    "a reason without a hold": (S.APPROVED, {"hold_reason": "A doubt"}),
    "filed and waiting": (S.AWAITING_APPROVAL, {"payment_file_id": FILE}),
    "sent in no file": (S.IN_TRANSIT, {"payment_file_id": None}),
    "sent at no time": (S.IN_TRANSIT, {"sent_at": None}),
    "paid by no entry": (S.PAID, {"bank_entry_id": None}),
    "paid at no time": (S.PAID, {"paid_at": None}),
    "an entry and not paid": (S.IN_TRANSIT, {"bank_entry_id": FILE}),
    "returned by no entry": (S.RETURNED, {"return_entry_id": None}),
    "returned for no reason": (S.RETURNED, {"failure_code": None}),
    "failed at no time": (S.FAILED, {"failed_at": None}),
    "failed for no reason": (S.FAILED, {"failure_code": None}),
    "a failure and paid": (S.PAID, {"failure_code": "AC04"}),
    "of no amount": (S.AWAITING_APPROVAL, {"amount": eur(0)}),
}


@pytest.mark.parametrize("name", _BROKEN)
def test_a_payout_that_cannot_be_is_not(name: str) -> None:
    status, changes = _BROKEN[name]
    payout: Payout = a_payout(status)
    with pytest.raises(AssertionError, match="breaks an invariant"):
        replace(payout, **changes)
