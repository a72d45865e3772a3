"""A number is read by people who may, a few times an hour, and each time it is written down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.identity.actor import ActorKind
from domain.identity.permission import MerchantRole, Permission, StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound, Unavailable
from domain.settlements.bank_account_errors import TooManyReveals
from domain.settlements.bank_account_reveal import MOST_REVEALS
from tests.builders.bank_accounts import IBAN, VAULT
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.fakes.crash import Crash

if TYPE_CHECKING:
    from tests.fakes.bank_account_desk import BankAccountDesk
    from tests.fakes.unit import MemoryUnits


async def test_each_reading_is_written_down(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    account = await bank.approved()
    revealed = await bank.reveal(account, bank.staff, reason="To pay a cent there")
    assert (revealed.number, revealed.account) == (IBAN, account)
    assert IBAN not in repr(revealed)
    record = bank_units.tables.audit[-1]
    assert (record.action, record.actor_id, record.subject_id) == ("bank_accounts.reveal", bank.staff.id, account.id)
    assert (record.merchant_id, record.data["reason"]) == (bank.merchant.id, "To pay a cent there")
    assert IBAN not in repr(bank_units.tables.audit)
    (reveal,) = bank_units.tables.bank_account_reveals.values()
    assert (reveal.revealed_by.id, reveal.reason) == (bank.staff.id, "To pay a cent there")


async def test_what_cannot_be_written_down_is_not_read(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    account = await bank.approved()
    bank_units.die_at("bank_account.reveal.before_commit")
    with pytest.raises(Crash):
        await bank.reveal(account)
    assert not bank_units.tables.bank_account_reveals


async def test_so_many_an_hour(bank: BankAccountDesk) -> None:
    account = await bank.approved()
    for _ in range(MOST_REVEALS):
        await bank.reveal(account)
        bank.clock.pass_by(60)
    with pytest.raises(TooManyReveals, match="20 numbers"):
        await bank.reveal(account)
    assert (await bank.reveal(account, bank.staff)).number == IBAN
    bank.clock.pass_by(3600 - 60 * MOST_REVEALS)
    assert (await bank.reveal(account)).number == IBAN


@pytest.mark.parametrize("role", MerchantRole)
async def test_who_may_of_the_merchants_people(bank: BankAccountDesk, role: MerchantRole) -> None:
    account = await bank.approved()
    actor = an_actor(bank.merchant, role=role)
    if role in {MerchantRole.OWNER, MerchantRole.FINANCE}:
        assert (await bank.reveal(account, actor)).number == IBAN
    else:
        with pytest.raises(Forbidden, match="bank_accounts:reveal"):
            await bank.reveal(account, actor)


@pytest.mark.parametrize("role", StaffRole)
async def test_who_may_of_the_staff(bank: BankAccountDesk, role: StaffRole) -> None:
    account = await bank.approved()
    if role in {StaffRole.ADMIN, StaffRole.FINANCE_OPERATIONS}:
        assert (await bank.reveal(account, a_staff_actor(role))).number == IBAN
    else:
        with pytest.raises(Forbidden):
            await bank.reveal(account, a_staff_actor(role))


async def test_no_program_and_nobody_elsewhere(bank: BankAccountDesk) -> None:
    account = await bank.approved()
    with pytest.raises(Forbidden, match="Only people"):
        await bank.reveal(account, replace(bank.staff, kind=ActorKind.SYSTEM, id=None))
    client = replace(an_actor(bank.merchant, permissions=Permission), kind=ActorKind.CLIENT)
    with pytest.raises(Forbidden, match="Only people"):
        await bank.reveal(account, client)
    with pytest.raises(NotFound):
        await bank.reveal(account, an_actor(a_merchant()))
    with pytest.raises(Invalid):
        await bank.reveal(account, reason="")


async def test_with_another_secret_there_is_nothing_to_read(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    account = await bank.approved()
    bank.ports = replace(bank.ports, vault=type(VAULT)("another secret of another installation"))
    with pytest.raises(Unavailable, match="another secret key"):
        await bank.reveal(account)
    assert not bank_units.tables.bank_account_reveals
