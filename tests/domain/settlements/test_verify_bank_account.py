"""Staff make sure of an account; only then, and in its time, it takes the former one's place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.identity.actor import ActorKind
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, NotFound
from domain.settlements.bank_account import BankAccountStatus
from domain.settlements.bank_account_errors import BankAccountStateForbids, VerifierIsNoStaff, VerifierIsRequester
from tests.builders.bank_accounts import OTHER_IBAN
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant

if TYPE_CHECKING:
    from tests.fakes.bank_account_desk import BankAccountDesk
    from tests.fakes.unit import MemoryUnits

S = BankAccountStatus
FRENCH = {"country": "FR"}


async def test_it_waits_for_the_clock(bank: BankAccountDesk, bank_units: MemoryUnits) -> None:
    account = await bank.cooling()
    assert (account.status, await bank.usable()) == (S.COOLING, None)
    record = bank_units.tables.audit[-1]
    assert (record.action, record.actor_id) == ("bank_accounts.verify", bank.staff.id)
    assert (record.data["verification"], record.data["note"]) == ("VERIFIED", "Called")
    bank.clock.pass_by(72 * 3600 - 1)
    assert await bank.usable() is None
    bank.clock.pass_by(1)
    # Also before any job has been by.
    assert await bank.usable() == account


async def test_verified_late_it_replaces_the_former_at_once(bank: BankAccountDesk) -> None:
    former = await bank.active()
    account = await bank.approved(OTHER_IBAN, entry=FRENCH)
    bank.clock.pass_by(72 * 3600)
    assert await bank.usable() == former
    verified = await bank.verify(account)
    assert (verified.status, await bank.usable()) == (S.ACTIVE, verified)
    assert (await bank.account(former.id)).status is S.REPLACED


async def test_the_former_goes_on_until_then(bank: BankAccountDesk) -> None:
    former = await bank.active()
    account = await bank.cooling(OTHER_IBAN, entry=FRENCH)
    assert await bank.usable() == former
    await bank.verify(account, verified=False, note="Of somebody else")
    bank.clock.pass_by(72 * 3600)
    await bank.sweep()
    assert await bank.usable() == former


async def test_what_fails_later_stops_at_once(bank: BankAccountDesk) -> None:
    account = await bank.active()
    failed = await bank.verify(account, verified=False, note="The bank says that it is closed")
    assert (failed.status, await bank.usable()) == (S.REJECTED, None)


async def test_who_may_not(bank: BankAccountDesk) -> None:
    account = await bank.approved()
    with pytest.raises(VerifierIsNoStaff):
        await bank.verify(account, bank.owner)
    with pytest.raises(VerifierIsNoStaff):
        await bank.verify(account, replace(bank.staff, kind=ActorKind.SYSTEM))
    with pytest.raises(Forbidden, match="bank_accounts:write"):
        await bank.verify(account, a_staff_actor(StaffRole.AUDITOR))
    with pytest.raises(NotFound):
        await bank.verify(account, an_actor(a_merchant()))


async def test_not_by_whoever_added_it(bank: BankAccountDesk) -> None:
    account = await bank.approved(actor=bank.staff)
    with pytest.raises(VerifierIsRequester):
        await bank.verify(account, bank.staff)
    assert (await bank.verify(account, a_staff_actor())).status is S.COOLING


async def test_not_before_it_is_approved_nor_twice(bank: BankAccountDesk) -> None:
    request = await bank.asked()
    account = await bank.account(request.subject_id)
    with pytest.raises(BankAccountStateForbids, match="once somebody else has approved it"):
        await bank.verify(account)
    await bank.approve(request)
    await bank.verify(account)
    with pytest.raises(BankAccountStateForbids, match="verified already"):
        await bank.verify(account)
