"""What is paid to needs two people to stop; what is not yet, whoever sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalRequest
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.settlements.bank_account import BankAccountStatus
from domain.settlements.bank_account_errors import BankAccountStateForbids
from domain.settlements.earlier_change import BankAccountResult
from tests.builders.bank_accounts import OTHER_IBAN
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant

if TYPE_CHECKING:
    from tests.fakes.bank_account_desk import BankAccountDesk

S = BankAccountStatus


async def test_one_that_is_paid_to_needs_approval(bank: BankAccountDesk) -> None:
    account = await bank.active()
    request = await bank.remove(account, idempotency_key="key")
    assert isinstance(request, ApprovalRequest)
    assert (request.subject_id, request.command) == (account.id, {"change": "REMOVE", "reason": "Closed"})
    assert await bank.usable() == account
    assert await bank.remove(account, idempotency_key="key") == request
    await bank.approve(request)
    result = await bank.remove(account, idempotency_key="key")
    assert isinstance(result, BankAccountResult)
    assert (result.account.status, result.replayed) == (S.REMOVED, True)


@pytest.mark.parametrize("status", [S.PENDING_VERIFICATION, S.COOLING])
async def test_one_that_is_not_yet_goes_at_once(bank: BankAccountDesk, status: BankAccountStatus) -> None:
    former = await bank.active()
    add = bank.approved if status is S.PENDING_VERIFICATION else bank.cooling
    account = await add(OTHER_IBAN, entry={"country": "FR"})
    assert account.status is status
    result = await bank.remove(account, bank.owner, reason="Nobody meant this", idempotency_key="key")
    assert isinstance(result, BankAccountResult)
    assert (result.account.status, result.account.ended_reason) == (S.REMOVED, "Nobody meant this")
    bank.clock.pass_by(72 * 3600)
    await bank.sweep()
    assert await bank.usable() == former
    again = await bank.remove(account, bank.owner, reason="Nobody meant this", idempotency_key="key")
    assert again == BankAccountResult(account=result.account, replayed=True)


async def test_what_cannot_be_removed(bank: BankAccountDesk) -> None:
    waiting = await bank.account((await bank.asked()).subject_id)
    with pytest.raises(BankAccountStateForbids, match="cancel or reject the request"):
        await bank.remove(waiting)
    with pytest.raises(Invalid):
        await bank.remove(waiting, reason=" ")


async def test_another_input_under_the_same_key(bank: BankAccountDesk) -> None:
    account = await bank.active()
    await bank.remove(account, idempotency_key="key")
    with pytest.raises(IdempotencyConflict):
        await bank.remove(account, idempotency_key="key", reason="Another")


async def test_who_may_not(bank: BankAccountDesk) -> None:
    account = await bank.active()
    for role in (MerchantRole.VIEWER, MerchantRole.OPERATOR, MerchantRole.DEVELOPER):
        with pytest.raises(Forbidden):
            await bank.remove(account, an_actor(bank.merchant, role=role))
    with pytest.raises(NotFound, match="The bank account"):
        await bank.remove(account, an_actor(a_merchant()))
