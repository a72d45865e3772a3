"""`BankAccounts`, their queue and the readings: one of a kind at a time, and of its merchant alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalStatus
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.kernel.unit import Contention
from domain.settlements.bank_account import COOLING_PERIOD, UNDER_WAY, BankAccount, BankAccountStatus
from domain.settlements.bank_account_errors import BankAccountKnown
from tests.builders.approvals import an_approval_request
from tests.builders.bank_accounts import IBAN, OTHER_IBAN, VAULT, a_bank_account, a_number, a_reveal
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR, JPY
from tests.contracts.house import SYSTEM, House, names, settle

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant

S = BankAccountStatus
FRENCH = a_number(OTHER_IBAN, country="FR")
COOL = MORNING + COOLING_PERIOD


async def keep(house: House, *accounts: BankAccount, actor: Actor = SYSTEM) -> None:
    async with house.units.begin(actor, "contract") as unit:
        for account in accounts:
            await unit.bank_accounts.add(account)
        await unit.commit()


async def read(house: House, account_id: UUID, actor: Actor = SYSTEM) -> BankAccount:
    async with house.units.begin(actor, "contract") as unit:
        return await unit.bank_accounts.get(account_id)


async def usable(house: House, merchant: Merchant, at: Any, actor: Actor = SYSTEM) -> BankAccount | None:
    async with house.units.begin(actor, "contract") as unit:
        return await unit.bank_accounts.usable(merchant.id, EUR, at)


@pytest.mark.parametrize("status", BankAccountStatus)
async def test_every_field_reads_back(house: House, merchant: Merchant, status: BankAccountStatus) -> None:
    values: dict[str, Any] = {"branch_code": "0001", "ended_reason": "Closed", "updated_at": after(3), "version": 7}
    account = a_bank_account(status, merchant_id=merchant.id, **values)
    await keep(house, account)
    found = await read(house, account.id)
    assert found == account
    assert VAULT.number_of(found) == IBAN


async def test_a_life_is_told_in_order(house: House, merchant: Merchant) -> None:
    account = a_bank_account(S.PENDING_VERIFICATION, merchant_id=merchant.id)
    await keep(house, account)
    staff = a_staff_actor()
    async with house.units.begin(staff, "contract") as unit:
        locked = await unit.bank_accounts.for_update(account.id)
        saved = await unit.bank_accounts.save(locked.verify(staff, "Called", COOL))
        await unit.commit()
    assert (saved.status, saved.version, saved.events) == (S.ACTIVE, 3, ())
    assert await read(house, account.id) == saved
    events = await house.events(account.id)
    assert names(events) == ["bank_account.verified", "bank_account.activated"]
    assert [sequence for _, sequence, _ in events] == [2, 3]


async def test_a_stale_one_is_not_saved(house: House, merchant: Merchant) -> None:
    account = a_bank_account(merchant_id=merchant.id)
    await keep(house, account)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.bank_accounts.save(account.remove("Closed", after(1)))
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(Contention):
            await unit.bank_accounts.save(account.remove("Closed", after(2)))


@pytest.mark.parametrize("first", sorted(UNDER_WAY))
async def test_one_under_way_and_one_active_in_each_currency(
    house: House, merchant: Merchant, first: BankAccountStatus
) -> None:
    here: dict[str, Any] = {"merchant_id": merchant.id}
    kept = [a_bank_account(first, **here), a_bank_account(S.ACTIVE, FRENCH, **here)]
    await keep(house, *kept, a_bank_account(first, currency="JPY", **here))
    third = a_number("ES9121000418450200051332", country="ES")
    with pytest.raises(Contention):
        await keep(house, a_bank_account(S.PENDING_APPROVAL, third, **here))
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.bank_accounts.under_way(merchant.id, EUR) == kept[0]
        assert await unit.bank_accounts.active(merchant.id, EUR) == kept[1]
        assert await unit.bank_accounts.active(merchant.id, JPY) is None


async def test_two_are_not_active_at_once(house: House, merchant: Merchant) -> None:
    here: dict[str, Any] = {"merchant_id": merchant.id}
    former, account = a_bank_account(S.ACTIVE, **here), a_bank_account(S.COOLING, FRENCH, **here)
    await keep(house, former, account)
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(Contention):
            await unit.bank_accounts.save(account.activate(COOL))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.bank_accounts.save(former.replace(account.id, COOL))
        await unit.bank_accounts.save(account.activate(COOL))
        await unit.commit()
    assert [(await read(house, one.id)).status for one in (former, account)] == [S.REPLACED, S.ACTIVE]


@pytest.mark.parametrize("status", [S.REPLACED, S.REMOVED, S.REJECTED])
async def test_a_number_is_live_once(house: House, merchant: Merchant, status: BankAccountStatus) -> None:
    here: dict[str, Any] = {"merchant_id": merchant.id}
    await keep(house, *(a_bank_account(status, **here) for _ in range(2)), a_bank_account(S.ACTIVE, **here))
    with pytest.raises(BankAccountKnown):
        await keep(house, a_bank_account(S.PENDING_APPROVAL, **here))
    await keep(house, a_bank_account(S.PENDING_APPROVAL, currency="JPY", **here))


async def test_where_money_goes(house: House, merchant: Merchant) -> None:
    here: dict[str, Any] = {"merchant_id": merchant.id}
    assert await usable(house, merchant, COOL) is None
    former = a_bank_account(S.ACTIVE, created_at=MORNING - timedelta(days=9), **here)
    newer = a_bank_account(S.COOLING, FRENCH, **here)
    await keep(house, former, newer, a_bank_account(S.REPLACED, **here))
    assert await usable(house, merchant, COOL - timedelta(seconds=1)) == former
    assert await usable(house, merchant, COOL) == newer
    other = a_merchant()
    await settle(house, other)
    assert await usable(house, other, COOL) is None
    assert await usable(house, merchant, COOL, an_actor(other)) is None


async def test_what_the_clock_has_to_do(house: House, merchant: Merchant) -> None:
    second = a_merchant()
    await settle(house, second)
    early = a_bank_account(S.COOLING, merchant_id=second.id, created_at=after(-60))
    late = a_bank_account(S.COOLING, merchant_id=merchant.id)
    await keep(house, late, early, a_bank_account(S.ACTIVE, FRENCH, merchant_id=merchant.id))
    async with house.units.begin(SYSTEM, "contract") as unit:
        queue = unit.bank_account_queue
        assert await queue.due(COOL - timedelta(seconds=61), 9) == []
        assert await queue.due(COOL, 9) == [early.id, late.id]
        assert await queue.due(COOL, 1) == [early.id]


@pytest.mark.parametrize("status", ApprovalStatus)
async def test_what_nobody_will_approve(house: House, merchant: Merchant, status: ApprovalStatus) -> None:
    waiting = a_bank_account(S.PENDING_APPROVAL, merchant_id=merchant.id)
    other = a_bank_account(S.PENDING_VERIFICATION, currency="JPY", merchant_id=merchant.id)
    await keep(house, waiting, other)
    async with house.units.begin(SYSTEM, "contract") as unit:
        for account in (waiting, other):
            request = an_approval_request(
                status,
                merchant_id=merchant.id,
                action=ApprovalAction.CHANGE_BANK_ACCOUNT,
                amount=None,
                subject_type="bank_account",
                subject_id=account.id,
                operation_id=account.operation_id,
                command={"change": "ADD"},
            )
            await unit.approvals.add(request)
        await unit.commit()
    ended = status in {
        ApprovalStatus.REJECTED,
        ApprovalStatus.CANCELED,
        ApprovalStatus.EXPIRED,
        ApprovalStatus.FAILED,
    }
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.bank_account_queue.undecided(9) == ([waiting.id] if ended else [])
        assert await unit.bank_account_queue.undecided(0) == []


async def test_others_accounts_are_not_there(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    account = a_bank_account(merchant_id=merchant.id)
    await keep(house, account)
    stranger = an_actor(other)
    async with house.units.begin(stranger, "contract") as unit:
        for find in (unit.bank_accounts.get, unit.bank_accounts.for_update):
            with pytest.raises(NotFound, match="The bank account"):
                await find(account.id)
        assert await unit.bank_accounts.active(merchant.id, EUR) is None
    for steal in (keep(house, a_bank_account(merchant_id=merchant.id, currency="JPY"), actor=stranger),):
        with pytest.raises(house.fenced):
            await steal
    async with house.units.begin(stranger, "contract") as unit:
        with pytest.raises(house.fenced):
            await unit.bank_account_reveals.add(a_reveal(account))
    with pytest.raises(NotFound):
        await read(house, new_uuid(MORNING))


async def test_the_lock_makes_others_wait(house: House, merchant: Merchant) -> None:
    account = a_bank_account(merchant_id=merchant.id)
    await keep(house, account)
    locked = asyncio.Event()

    async def first() -> None:
        async with house.units.begin(SYSTEM, "first") as unit:
            found = await unit.bank_accounts.for_update(account.id)
            locked.set()
            for _ in range(5):
                await asyncio.sleep(0.01)
            await unit.bank_accounts.save(found.remove("Closed", after(1)))
            await unit.commit()

    async def second() -> BankAccountStatus:
        await locked.wait()
        async with house.units.begin(SYSTEM, "second") as unit:
            return (await unit.bank_accounts.for_update(account.id)).status

    assert (await asyncio.gather(first(), second()))[1] is S.REMOVED


async def test_readings_are_counted_by_reader(house: House, merchant: Merchant) -> None:
    account = a_bank_account(merchant_id=merchant.id)
    await keep(house, account)
    reader, other = a_reveal(account), a_reveal(account)
    readings = [reader, replace(reader, id=uuid4(), revealed_at=after(60)), other]
    async with house.units.begin(SYSTEM, "contract") as unit:
        for reveal in readings:
            await unit.bank_account_reveals.add(reveal)
        await unit.commit()
    user_id = reader.revealed_by.id
    assert user_id is not None
    async with house.units.begin(SYSTEM, "contract") as unit:
        counts = [await unit.bank_account_reveals.count(user_id, since) for since in (after(-1), MORNING, after(60))]
    assert counts == [2, 1, 0]


async def test_of_the_same_reader_one_counts_after_the_other(house: House, merchant: Merchant) -> None:
    account = a_bank_account(merchant_id=merchant.id)
    await keep(house, account)
    reveal = a_reveal(account)
    user_id = reveal.revealed_by.id
    assert user_id is not None

    async def count_and_read() -> int:
        async with house.units.begin(SYSTEM, "contract") as unit:
            counted = await unit.bank_account_reveals.count(user_id, after(-1))
            await asyncio.sleep(0.01)
            await unit.bank_account_reveals.add(replace(reveal, id=uuid4()))
            await unit.commit()
            return counted

    assert sorted(await asyncio.gather(*(count_and_read() for _ in range(4)))) == [0, 1, 2, 3]
