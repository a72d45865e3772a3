"""Asking for an account changes nothing of where money goes, and leaves its number nowhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalRequest, ApprovalStatus
from domain.approvals.cancel_request import CancelRequest, cancel_request
from domain.approvals.errors import ApproverIsRequester
from domain.approvals.expire_requests import ExpireRequests, expire_requests
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.settlements.bank_account import BankAccountStatus
from domain.settlements.bank_account_errors import BankAccountKnown, BankAccountUnderWay
from domain.settlements.earlier_change import BankAccountResult
from tests.builders.bank_accounts import CBU, IBAN, OTHER_IBAN, VAULT
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.money import JPY
from tests.fakes.bank_account_desk import JOBS, BankAccountDesk

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.fakes.unit import MemoryUnits

S = BankAccountStatus
FRENCH = {"country": "FR"}


async def test_the_request_and_the_account_that_waits_for_it(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    request = await bank.asked("DE89 3704 0044 0532 0130 00")
    assert (request.action, request.status) == (ApprovalAction.CHANGE_BANK_ACCOUNT, ApprovalStatus.REQUIRES_REVIEW)
    assert (request.subject_type, request.role, request.command) == ("bank_account", None, {"change": "ADD"})
    account = await bank.account(request.subject_id)
    assert (account.status, account.operation_id) == (S.PENDING_APPROVAL, request.operation_id)
    assert VAULT.number_of(account) == IBAN
    assert [record.action for record in bank_units.tables.audit] == ["bank_accounts.add", "approvals.request"]
    assert bank_units.tables.audit[0].data["masked_number"] == "DE89 **** 3000"
    assert [event.name for event in bank_units.tables.events if event.subject_id == account.id] == [
        "bank_account.requested"
    ]


async def test_the_number_is_in_no_trace(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    await bank.asked()
    tables = bank_units.tables
    traces = repr((tables.audit, tables.events, tables.approval_requests, tables.claims, tables.bank_accounts))
    assert "masked_number" in traces
    assert "0440532013" not in traces


async def test_the_requester_cannot_approve_it_and_the_owner_can(bank: BankAccountDesk) -> None:
    request = await bank.asked()
    with pytest.raises(ApproverIsRequester):
        await bank.approve(request, bank.finance)
    assert (await bank.approve(request)).status is ApprovalStatus.SUCCEEDED
    assert (await bank.account(request.subject_id)).status is S.PENDING_VERIFICATION


@pytest.mark.parametrize(
    "actor",
    [
        a_staff_actor(StaffRole.AUDITOR),
        a_staff_actor(StaffRole.APPROVER),
        a_staff_actor(StaffRole.SUPPORT),
    ],
    ids=lambda actor: next(iter(actor.roles_everywhere)),
)
async def test_who_may_not(bank: BankAccountDesk, actor: Actor) -> None:
    with pytest.raises(Forbidden):
        await bank.add(actor=actor)


@pytest.mark.parametrize("role", MerchantRole)
async def test_who_may_of_the_merchants_people(bank: BankAccountDesk, role: MerchantRole) -> None:
    actor = an_actor(bank.merchant, role=role)
    if role in {MerchantRole.OWNER, MerchantRole.FINANCE}:
        assert isinstance(await bank.add(actor=actor), ApprovalRequest)
    else:
        with pytest.raises(Forbidden):
            await bank.add(actor=actor)


async def test_another_merchant_is_not_there(bank: BankAccountDesk) -> None:
    with pytest.raises(NotFound):
        await bank.add(actor=an_actor(a_merchant()))
    with pytest.raises(NotFound):
        await bank.add(actor=a_staff_actor(), merchant_id=a_merchant().id)


async def test_a_bad_number_writes_nothing(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    for number in ("DE89370400440532013001", "4242424242424242", CBU):
        with pytest.raises(Invalid) as caught:
            await bank.add(number)
        assert caught.value.path == ("accountNumber",)
        assert number not in str(caught.value)
    tables = bank_units.tables
    assert not (tables.bank_accounts)
    assert not (tables.audit)
    assert not (tables.claims)


async def test_the_same_key_asks_once(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    request = await bank.asked(idempotency_key="key")
    assert await bank.add(idempotency_key="key") == request
    with pytest.raises(IdempotencyConflict):
        await bank.add(OTHER_IBAN, idempotency_key="key", entry=FRENCH)
    with pytest.raises(IdempotencyConflict):
        await bank.add(idempotency_key="key", holder_name="Somebody else")
    assert len(bank_units.tables.bank_accounts) == 1
    await bank.approve(request)
    result = await bank.add(idempotency_key="key")
    assert isinstance(result, BankAccountResult)
    assert (result.account.status, result.replayed) == (S.PENDING_VERIFICATION, True)


async def test_what_a_key_is_kept_with_tells_nothing_of_the_number(
    bank: BankAccountDesk, bank_units: MemoryUnits
) -> None:
    """Another installation's key makes another hash of the same input."""
    await bank.asked(idempotency_key="key")
    (claim,) = bank_units.tables.claims.values()
    bank_units.tables.claims.clear()
    bank_units.tables.bank_accounts.clear()
    bank.ports = replace(bank.ports, vault=type(VAULT)("another secret of another installation"))
    await bank.asked(idempotency_key="key")
    (other,) = bank_units.tables.claims.values()
    assert claim.input_hash != other.input_hash


async def test_one_change_at_a_time(bank: BankAccountDesk) -> None:
    request = await bank.asked()
    with pytest.raises(BankAccountUnderWay, match="bac_"):
        await bank.add(OTHER_IBAN, entry=FRENCH)
    await bank.approve(request)
    with pytest.raises(BankAccountUnderWay):
        await bank.add(OTHER_IBAN, entry=FRENCH)
    assert isinstance(await bank.add(OTHER_IBAN, entry=FRENCH, currency=JPY), ApprovalRequest)


async def test_of_two_at_once_one_is_under_way(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    both = (bank.add(), bank.add(OTHER_IBAN, entry=FRENCH))
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["ApprovalRequest", "BankAccountUnderWay"]
    assert len(bank_units.tables.bank_accounts) == 1


async def test_what_is_paid_to_already_is_known(bank: BankAccountDesk) -> None:
    await bank.active()
    with pytest.raises(BankAccountKnown):
        await bank.add()
    assert isinstance(await bank.add(currency=JPY), ApprovalRequest)


@pytest.mark.parametrize("end", ["reject", "cancel", "expire"])
async def test_what_nobody_will_approve_makes_way(bank: BankAccountDesk, end: str) -> None:
    request = await bank.asked()
    if end == "reject":
        await bank.reject(request)
    elif end == "cancel":
        await cancel_request(bank.approvals, bank.finance, CancelRequest(request_id=request.id))
    else:
        bank.clock.pass_by(8 * 86400)
        assert await expire_requests(bank.approvals, JOBS, ExpireRequests()) == 1
    again = await bank.asked()
    former = await bank.account(request.subject_id)
    assert (former.status, again.subject_id != former.id) == (S.REJECTED, True)
    assert former.ended_reason
