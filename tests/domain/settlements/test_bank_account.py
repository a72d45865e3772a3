"""An account comes into use by three people and a clock, and by nothing less."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.approvals.errors import ApproverIsRequester
from domain.approvals.party import party_of
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed, finals
from domain.settlements.bank_account import (
    COOLING_PERIOD,
    LIVE,
    TRANSITIONS,
    UNDER_WAY,
    VERIFIABLE,
    BankAccount,
    BankAccountStatus,
    Verification,
    new_bank_account,
)
from domain.settlements.bank_account_errors import BankAccountStateForbids, VerifierIsRequester
from tests.builders.approvals import a_party
from tests.builders.bank_accounts import IBAN, VAULT, a_bank_account, a_number, told
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR

if TYPE_CHECKING:
    from domain.identity.actor import Actor

S = BankAccountStatus
GRACE = a_party("Grace Hopper")
COOL = MORNING + COOLING_PERIOD


def asked(actor: Actor | None = None, **values: Any) -> BankAccount:
    merchant_id, account_id = new_uuid(MORNING), new_uuid(MORNING)
    defaults: dict[str, Any] = {
        "id": account_id,
        "merchant_id": merchant_id,
        "currency": EUR,
        "holder_name": "Blue Bicycle GmbH",
        "sealed": VAULT.seal(merchant_id, account_id, a_number()),
        "fingerprint": VAULT.fingerprint(merchant_id, a_number()),
        "operation_id": new_uuid(MORNING),
        "actor": actor or an_actor(a_merchant()),
        "at": MORNING,
    }
    return new_bank_account(a_number(), **{**defaults, **values})


def test_a_new_one_waits_and_has_no_number() -> None:
    account = asked()
    assert (account.status, account.verification, account.version) == (S.PENDING_APPROVAL, Verification.UNVERIFIED, 1)
    assert (account.masked_number, account.last4, account.bic) == ("DE89 **** 3000", "3000", "COBADEFFXXX")
    assert told(account) == ["bank_account.requested"]
    assert IBAN not in repr(account)
    assert "370400440532013" not in repr(account.events)
    assert account.sealed not in repr(account).encode("latin-1", "replace")


def test_its_whole_life() -> None:
    approved = asked().approve(GRACE, MORNING, COOLING_PERIOD, after(1))
    assert (approved.status, approved.usable_from) == (S.PENDING_VERIFICATION, COOL)
    cooling = approved.verify(a_staff_actor(), "Paid a cent", after(2))
    assert (cooling.status, cooling.verification, cooling.due(after(2))) == (S.COOLING, Verification.VERIFIED, False)
    with pytest.raises(BankAccountStateForbids, match="cooling period"):
        cooling.activate(after(3))
    active = cooling.activate(COOL)
    successor = new_uuid(MORNING)
    replaced = active.replace(successor, after(9))
    assert replaced.status is S.REPLACED
    names = ["requested", "added", "verified", "activated", "replaced"]
    assert told(replaced) == [f"bank_account.{name}" for name in names]
    assert replaced.version == 5
    assert replaced.events[-1].data["successor_id"] == str(successor)
    assert all("masked_number" in event.data for event in replaced.events)


def test_verified_after_the_cooling_period_it_is_paid_to_at_once() -> None:
    late = asked().approve(GRACE, MORNING, COOLING_PERIOD, MORNING)
    active = late.verify(a_staff_actor(), None, COOL)
    assert active.status is S.ACTIVE
    assert told(active)[-2:] == ["bank_account.verified", "bank_account.activated"]


def test_nobody_approves_or_verifies_their_own() -> None:
    staff = a_staff_actor()
    account = asked(staff)
    with pytest.raises(ApproverIsRequester):
        account.approve(party_of(staff), MORNING, COOLING_PERIOD, MORNING)
    approved = account.approve(GRACE, MORNING, COOLING_PERIOD, MORNING)
    for judge in (approved.verify, approved.fail_verification):
        with pytest.raises(VerifierIsRequester):
            judge(replace(staff, name="Another name"), "It is fine", MORNING)
    assert approved.verify(a_staff_actor(), None, MORNING).verified_by is not None


@pytest.mark.parametrize("status", sorted(VERIFIABLE))
def test_what_fails_is_paid_to_no_more(status: BankAccountStatus) -> None:
    account = a_bank_account(status)
    with pytest.raises(Invalid, match="Say why"):
        account.fail_verification(a_staff_actor(), None, after(1))
    failed = account.fail_verification(a_staff_actor(), "Of somebody else", after(1))
    assert (failed.status, failed.verification) == (S.REJECTED, Verification.FAILED)
    assert (failed.ended_reason, failed.verification_note) == ("Of somebody else", "Of somebody else")
    assert told(failed) == ["bank_account.verification_failed"]


@pytest.mark.parametrize("status", BankAccountStatus)
def test_who_can_be_verified(status: BankAccountStatus) -> None:
    account = a_bank_account(status)
    assert (account.verify_refusal() is None) == (status in VERIFIABLE)
    if status is S.PENDING_VERIFICATION:
        return
    with pytest.raises(BankAccountStateForbids, match=r"verified|verify"):
        account.verify(a_staff_actor(), None, after(1))


@pytest.mark.parametrize("status", BankAccountStatus)
def test_what_can_be_removed(status: BankAccountStatus) -> None:
    account = a_bank_account(status)
    if account.remove_refusal() is None:
        removed = account.remove("Closed", after(1))
        assert (removed.status, removed.ended_reason, told(removed)) == (S.REMOVED, "Closed", ["bank_account.removed"])
    else:
        with pytest.raises(BankAccountStateForbids):
            account.remove("Closed", after(1))
    assert (account.remove_refusal() is None) == (status in VERIFIABLE)


@pytest.mark.parametrize("status", BankAccountStatus)
def test_only_what_waits_is_rejected(status: BankAccountStatus) -> None:
    account = a_bank_account(status)
    if status is S.PENDING_APPROVAL:
        rejected = account.reject("Nobody told me", after(1))
        assert (rejected.status, rejected.ended_reason) == (S.REJECTED, "Nobody told me")
        assert told(rejected) == ["bank_account.rejected"]
    else:
        with pytest.raises(BankAccountStateForbids, match="only one that waits"):
            account.reject("Nobody told me", after(1))


@pytest.mark.parametrize("status", [status for status in BankAccountStatus if status is not S.PENDING_APPROVAL])
def test_it_is_approved_once(status: BankAccountStatus) -> None:
    with pytest.raises(TransitionNotAllowed):
        a_bank_account(status).approve(GRACE, MORNING, COOLING_PERIOD, MORNING)


def test_only_the_active_one_is_replaced() -> None:
    for status in BankAccountStatus:
        account = a_bank_account(status)
        if status is S.ACTIVE:
            assert account.replace(new_uuid(MORNING), after(1)).status is S.REPLACED
        else:
            with pytest.raises(TransitionNotAllowed):
                account.replace(new_uuid(MORNING), after(1))


def test_the_machine() -> None:
    assert finals(TRANSITIONS) == {S.REPLACED, S.REMOVED, S.REJECTED}
    assert TRANSITIONS.keys() == set(BankAccountStatus)
    assert set(BankAccountStatus) - finals(TRANSITIONS) == LIVE
    assert {status for status in BankAccountStatus if a_bank_account(status).under_way} == UNDER_WAY


@pytest.mark.parametrize("name", ["", " ", "x" * 71, "4242 4242 4242 4242", "Blue\nBicycle"])
def test_holders_names_are_guarded(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        asked(holder_name=name)
    assert caught.value.path == ("holderName",)


@pytest.mark.parametrize(
    "values",
    [
        {"approved_by": None},
        {"usable_from": None},
        {"verification": Verification.UNVERIFIED},
        {"approved_by": None, "approved_at": None, "usable_from": None},
    ],
)
def test_an_active_one_has_been_through_it_all(values: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="breaks an invariant"):
        replace(a_bank_account(S.ACTIVE), **values)


def test_the_number_in_the_clearing_stands_beside_some_numbers() -> None:
    american = a_number("12345678", country="US", currency="USD", bank_code="021000021")
    assert a_bank_account(number=american, currency="USD").routing == "021000021"
    assert a_bank_account().routing is None
