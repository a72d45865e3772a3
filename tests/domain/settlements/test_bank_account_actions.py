"""What can be done is what the verbs take on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.party import party_of
from domain.identity.permission import MerchantRole, StaffRole
from domain.settlements.bank_account import BankAccountStatus
from domain.settlements.bank_account_actions import BankAccountAction, available_bank_account_actions
from tests.builders.bank_accounts import a_bank_account
from tests.builders.identity import a_staff_actor, an_actor

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.settlements.bank_account import BankAccount

A, S = BankAccountAction, BankAccountStatus


def allowed(account: BankAccount, actor: Actor) -> dict[BankAccountAction, bool]:
    return {one.action: one.requires_approval for one in available_bank_account_actions(account, actor) if one.allowed}


def test_of_staff_by_status() -> None:
    staff = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
    everything = {A.VERIFY: False, A.REMOVE: False, A.REVEAL: False}
    assert allowed(a_bank_account(S.PENDING_APPROVAL), staff) == {A.REVEAL: False}
    assert allowed(a_bank_account(S.PENDING_VERIFICATION), staff) == everything
    assert allowed(a_bank_account(S.COOLING), staff) == everything
    assert allowed(a_bank_account(S.ACTIVE), staff) == {**everything, A.REMOVE: True}
    for status in (S.REPLACED, S.REMOVED, S.REJECTED):
        assert allowed(a_bank_account(status), staff) == {A.REVEAL: False}


@pytest.mark.parametrize("role", MerchantRole)
def test_of_a_merchants_people(role: MerchantRole) -> None:
    account = a_bank_account()
    actor = an_actor(account.merchant_id, role=role)
    keeps = role in {MerchantRole.OWNER, MerchantRole.FINANCE}
    assert allowed(account, actor) == ({A.REMOVE: True, A.REVEAL: False} if keeps else {})
    refusals = {one.action: one.reason for one in available_bank_account_actions(account, actor)}
    assert "payments company" in (refusals[A.VERIFY] or "")


def test_nobody_verifies_what_they_added() -> None:
    staff = a_staff_actor()
    account = a_bank_account(S.PENDING_VERIFICATION, requested_by=party_of(staff))
    (verify, *_) = available_bank_account_actions(account, staff)
    assert verify.reason == "You added this account yourself, so somebody else has to verify it."
    assert A.VERIFY in allowed(account, a_staff_actor())


@pytest.mark.parametrize("role", [StaffRole.AUDITOR, StaffRole.APPROVER, StaffRole.SUPPORT])
def test_who_reads_does_nothing(role: StaffRole) -> None:
    assert allowed(a_bank_account(), a_staff_actor(role)) == {}
