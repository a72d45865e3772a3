"""The clock brings accounts into use, and decisions take them away, each once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.settlements.bank_account import BankAccountStatus
from domain.settlements.sweep_bank_accounts import SweepBankAccounts, sweep_bank_accounts
from tests.builders.bank_accounts import OTHER_IBAN
from tests.builders.money import EUR, JPY
from tests.fakes.bank_account_desk import JOBS, BankAccountDesk

if TYPE_CHECKING:
    from tests.fakes.unit import MemoryUnits

S = BankAccountStatus
DAYS = 72 * 3600


async def test_a_rejected_one_ends_with_its_reason(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    request = await bank.asked()
    assert await bank.sweep() == 0
    await bank.reject(request, "Nobody told me")
    assert [await bank.sweep(), await bank.sweep()] == [1, 0]
    account = await bank.account(request.subject_id)
    assert (account.status, account.ended_reason) == (S.REJECTED, "Nobody told me")
    assert (bank_units.tables.audit[-1].action, bank_units.tables.audit[-1].actor_name) == (
        "bank_accounts.reject",
        "jobs",
    )


async def test_two_workers_bring_it_into_use_once(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    former = await bank.active()
    account = await bank.cooling(OTHER_IBAN, entry={"country": "FR"})
    bank.clock.pass_by(DAYS - 1)
    assert await bank.sweep() == 0
    bank.clock.pass_by(1)
    assert sum(await asyncio.gather(bank.sweep(), bank.sweep())) == 1
    assert (await bank.account(account.id)).status is S.ACTIVE
    assert (await bank.account(former.id)).status is S.REPLACED
    names = [event.name for event in bank_units.tables.events if event.subject_id in {former.id, account.id}]
    assert names[-2:] == ["bank_account.replaced", "bank_account.activated"]


async def test_no_more_than_a_batch(bank: BankAccountDesk) -> None:
    for currency in (EUR, JPY):
        await bank.cooling(currency=currency)
    bank.clock.pass_by(DAYS)
    done = [await sweep_bank_accounts(bank.ports, JOBS, SweepBankAccounts(limit=1)) for _ in range(3)]
    assert done == [1, 1, 0]


async def test_what_goes_wrong_with_one_keeps_no_other(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    accounts = [await bank.cooling(), await bank.cooling(currency=JPY)]
    bank.clock.pass_by(DAYS)
    bank_units.raise_at("bank_account.sweep.before_commit", RuntimeError("the disk is full"))
    with pytest.raises(ExceptionGroup, match="some bank accounts") as caught:
        await bank.sweep()
    (error,) = caught.value.exceptions
    assert error.__notes__[0].startswith("bac_")
    statuses = sorted([(await bank.account(account.id)).status for account in accounts])
    assert statuses == [S.ACTIVE, S.COOLING]
    assert await bank.sweep() == 1
