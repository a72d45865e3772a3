"""What was approved is done once, whoever comes to it and however often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalRequest, ApprovalStatus
from domain.approvals.carry_out_requests import CarryOutRequests, carry_out_requests
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import new_uuid
from domain.settlements.bank_account import COOLING_PERIOD, BankAccount, BankAccountStatus
from domain.settlements.bank_account_errors import BankAccountStateForbids
from domain.settlements.carry_out_bank_account import CarryOutBankAccount, carry_out_bank_account
from tests.builders.bank_accounts import OTHER_IBAN
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.fakes.bank_account_desk import JOBS, BankAccountDesk
from tests.fakes.crash import Crash

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.fakes.unit import MemoryUnits

S = BankAccountStatus


async def carry_out(bank: BankAccountDesk, request: ApprovalRequest, actor: Actor | None = None) -> BankAccount:
    command = CarryOutBankAccount(operation_id=request.operation_id)
    return await carry_out_bank_account(bank.ports, actor or bank.owner, command)


async def asked_to_remove(bank: BankAccountDesk, account: BankAccount) -> ApprovalRequest:
    request = await bank.remove(account)
    assert isinstance(request, ApprovalRequest)
    return request


async def test_an_approved_account_cools_from_its_approval_on(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    request = await bank.asked()
    bank.clock.pass_by(3600)
    decided_at = bank.clock.now()
    await bank.approve(request)
    account = await bank.account(request.subject_id)
    assert account.approved_by is not None
    assert (account.approved_by.id, account.approved_at) == (bank.owner.id, decided_at)
    assert account.usable_from == decided_at + COOLING_PERIOD
    record = next(one for one in bank_units.tables.audit if one.action == "bank_accounts.approve")
    assert (record.actor_id, record.data["requested_by"]) == (bank.owner.id, bank.finance.name)


async def test_the_job_goes_on_with_what_its_approver_left(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    request = await bank.asked()
    bank_units.die_at("bank_account.carry_out.before_commit")
    with pytest.raises(Crash):
        await bank.approve(request)
    assert (await bank.account(request.subject_id)).status is S.PENDING_APPROVAL
    bank.clock.pass_by(3600)
    assert await carry_out_requests(bank.approvals, JOBS, CarryOutRequests()) == 1
    account = await bank.account(request.subject_id)
    assert account.approved_by is not None
    # Who approved it, and when, whoever has carried it out.
    assert (account.status, account.approved_by.id) == (S.PENDING_VERIFICATION, bank.owner.id)
    assert account.approved_at == MORNING


async def test_again_changes_nothing(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    request = await bank.asked()
    bank_units.die_at("approval.succeed.before_commit")
    with pytest.raises(Crash):
        await bank.approve(request)
    account = await bank.account(request.subject_id)
    await bank.remove(account)
    assert (await carry_out(bank, request)).status is S.REMOVED


async def test_removed_after_approval(bank: BankAccountDesk) -> None:
    account = await bank.active()
    request = await asked_to_remove(bank, account)
    assert await bank.usable() == account
    assert (await bank.approve(request)).status is ApprovalStatus.SUCCEEDED
    removed = await bank.account(account.id)
    assert (removed.status, removed.ended_reason) == (S.REMOVED, "Closed")
    assert await bank.usable() is None


async def test_removed_twice_is_removed(bank: BankAccountDesk) -> None:
    account = await bank.active()
    first, second = [await asked_to_remove(bank, account) for _ in range(2)]
    for request in (first, second):
        assert (await bank.approve(request)).status is ApprovalStatus.SUCCEEDED
    assert (await bank.account(account.id)).version == 5


async def test_what_was_replaced_meanwhile_is_not_removed(bank: BankAccountDesk) -> None:
    account = await bank.active()
    request = await asked_to_remove(bank, account)
    await bank.active(OTHER_IBAN, entry={"country": "FR"})
    ended = await bank.approve(request)
    assert (ended.status, ended.failure) == (ApprovalStatus.FAILED, "The account is REPLACED already.")


async def test_only_what_was_approved(bank: BankAccountDesk) -> None:
    request = await bank.asked()
    with pytest.raises(BankAccountStateForbids, match="REQUIRES_REVIEW"):
        await carry_out(bank, request)
    await bank.reject(request)
    with pytest.raises(BankAccountStateForbids, match="REJECTED"):
        await carry_out(bank, request)
    command = CarryOutBankAccount(operation_id=new_uuid(MORNING))
    with pytest.raises(NotFound):
        await carry_out_bank_account(bank.ports, bank.owner, command)


async def test_not_by_whoever_decides_nothing(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    request = await bank.asked()
    bank_units.die_at("bank_account.carry_out.before_commit")
    with pytest.raises(Crash):
        await bank.approve(request)
    with pytest.raises(Forbidden):
        await carry_out(bank, request, an_actor(bank.merchant, permissions=[]))
