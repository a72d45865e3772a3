"""Payment files on PostgreSQL: who gets which, how often, and what the tables themselves refuse."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from adapters.postgres.settlements.file_reads import PaymentFileReads
from adapters.postgres.verification.payment_file_checks import PAYMENT_FILE_CHECKS
from app.simulator.bank.payment_file import read_payment_file
from domain.identity.actor import Scope
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.paging import PageRequest
from domain.kernel.unit import Contention
from domain.settlements.payment_file import PaymentFileStatus
from domain.settlements.payment_file_filter import PaymentFileFilter
from domain.settlements.payout import PayoutStatus
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payment_files import a_payment_file
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS
from tests.fakes.payment_file_desk import PaymentFileDesk

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits


_SENT_AGAIN = """
INSERT INTO payout_attempts (merchant_id, payout_id, number, outcome, at)
SELECT merchant_id, payout_id, 2, outcome, at FROM payout_attempts
"""


_BROKEN = [
    ("UPDATE payment_files SET control_sum_minor = control_sum_minor + 1", "payment-file-sum"),
    ("UPDATE payment_files SET payout_count = 2", "payment-file-sum"),
    (
        "UPDATE payment_files SET status = 'PREPARED', delivered_at = NULL, next_try_at = now()",
        "payment-file-state",
    ),
    (_SENT_AGAIN, "payment-file-once"),
]


@pytest.fixture
def desk(units: PostgresUnits) -> PaymentFileDesk:
    return PaymentFileDesk(units, SettableClock())


async def _violations(database: Database) -> list[str]:
    async with database.connection(Scope(None)) as connection:
        return [line for check in PAYMENT_FILE_CHECKS for line in await check.violations(connection)]


async def test_two_workers_put_each_payout_into_one_file_and_deliver_each_file_once(
    desk: PaymentFileDesk, database: Database
) -> None:
    _, account = await desk.merchant()
    payouts = [await desk.approved(account, eur(n)) for n in range(1, 31)]
    await asyncio.gather(*(desk.prepare(most_payouts=4) for _ in range(4)))
    await asyncio.gather(*(desk.deliver(limit=30) for _ in range(4)))
    told = [one.end_to_end_id for content in desk.folder.files.values() for one in read_payment_file(content).transfers]
    assert sorted(told) == sorted(payout.end_to_end_id for payout in payouts)
    assert len(desk.folder.deliveries) == len(desk.folder.files)
    assert {(await desk.payout(one)).status for one in payouts} == {PayoutStatus.IN_TRANSIT}
    assert await _violations(database) == []


async def test_a_payout_that_is_locked_is_passed_over_and_comes_next(desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    locked, free = await desk.approved(account), await desk.approved(account)
    async with desk.units.begin(JOBS, "test") as unit:
        await unit.payouts.for_update(locked.id)
        await asyncio.wait_for(desk.prepare(), timeout=20)
    assert (await desk.payout(free)).filed
    assert not (await desk.payout(locked)).filed
    await desk.prepare()
    assert (await desk.file_of(locked)).id != (await desk.file_of(free)).id


async def test_what_is_kept_comes_back_as_it_was(units: PostgresUnits) -> None:
    file = a_payment_file(content=b"<x/>")
    async with units.begin(JOBS, "test") as unit:
        await unit.payment_files.add(file, b"sealed")
        assert await unit.payment_files.for_update(file.id) == file
        assert await unit.payment_files.content(file.id) == b"sealed"
        lost = file.begin(MORNING).lose("cut", MORNING)
        await unit.payment_files.save(lost)
        assert await unit.payment_files.for_update(file.id) == lost
        for missing in (unit.payment_files.for_update, unit.payment_files.content):
            with pytest.raises(NotFound):
                await missing(new_uuid(MORNING))
        await unit.commit()


async def test_no_merchant_sees_a_file(units: PostgresUnits, database: Database) -> None:
    file = a_payment_file()
    async with units.begin(JOBS, "test") as unit:
        await unit.payment_files.add(file, b"sealed")
        await unit.commit()
    reads = PaymentFileReads(database)
    everybody, merchant = Scope(None), Scope(frozenset({new_uuid(MORNING)}))
    assert set(await reads.payment_files_by_id(everybody, [file.id])) == {file.id}
    assert await reads.payment_files_by_id(merchant, [file.id]) == {}
    assert (await reads.payment_files(merchant, PaymentFileFilter(), PageRequest())).rows == []
    async with units.begin(an_actor(new_uuid(MORNING)), "test") as unit:
        with pytest.raises(NotFound):
            await unit.payment_files.for_update(file.id)


async def test_files_are_listed_newest_first_by_what_is_asked_for(units: PostgresUnits, database: Database) -> None:
    waiting = [a_payment_file() for _ in range(3)]
    there = a_payment_file(house_account="usd-main").begin(MORNING).deliver(MORNING)
    async with units.begin(JOBS, "test") as unit:
        for file in (*waiting, there):
            await unit.payment_files.add(file, b"sealed")
        await unit.commit()
    reads = PaymentFileReads(database)

    async def listed(**wanted: Any) -> list[Any]:
        page = await reads.payment_files(Scope(None), PaymentFileFilter(**wanted), PageRequest())
        return [file.id for file in page.rows]

    everything = sorted([there.id, *(file.id for file in waiting)], reverse=True)
    assert await listed() == everything
    assert await listed(statuses=(PaymentFileStatus.DELIVERED,)) == [there.id]
    assert await listed(house_accounts=("usd-main",), currencies=("EUR",)) == [there.id]
    assert await listed(currencies=("USD",)) == []
    first = await reads.payment_files(Scope(None), PaymentFileFilter(), PageRequest(limit=2))
    assert first.has_next
    rest = PageRequest(limit=2, cursor=reads.place(first.rows[-1]))
    second = await reads.payment_files(Scope(None), PaymentFileFilter(), rest)
    assert [file.id for file in (*first.rows, *second.rows)] == everything


async def test_a_payout_that_has_changed_since_is_put_into_no_file(desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    payout = await desk.approved(account)
    file = a_payment_file()
    async with desk.units.begin(JOBS, "test") as unit:
        await unit.payment_files.add(file, b"sealed")
        filed = payout.put_in_file(file.id, file.execution_on, MORNING)
        await unit.file_payouts.keep_filed([filed])
        with pytest.raises(Contention):
            await unit.file_payouts.keep_filed([filed])


async def test_the_tables_refuse_what_cannot_be(desk: PaymentFileDesk, owner: asyncpg.Connection) -> None:
    _, account = await desk.merchant()
    payout = await desk.approved(account)
    await desk.prepare()
    other = a_payment_file()
    async with desk.units.begin(JOBS, "test") as unit:
        await unit.payment_files.add(other, b"sealed")
        await unit.commit()
    # From one file to another, or out of it.
    for file_id in (other.id, None):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await owner.execute("UPDATE payouts SET payment_file_id = $2 WHERE id = $1", payout.id, file_id)
    for change, constraint in (
        ("merchant_id = gen_random_uuid()", "ck_payment_files_platform"),
        ("next_try_at = NULL", "ck_payment_files_waiting"),
        ("status = 'DELIVERED', next_try_at = NULL", "ck_payment_files_delivered"),
        ("status = 'FAILED', next_try_at = NULL", "ck_payment_files_failed"),
        ("status = 'FAILED', next_try_at = NULL, failed_at = now(), doubts = 1, attempts = 1", "ck_payment_files_sure"),
        ("doubts = 1", "ck_payment_files_doubts"),
        ("payout_count = 0", "ck_payment_files_count"),
        ("control_sum_minor = 0", "ck_payment_files_control_sum"),
        ("message_id = repeat('x', 36)", "ck_payment_files_message_id"),
    ):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await owner.execute(f"UPDATE payment_files SET {change} WHERE id = $1", other.id)
        assert refused.value.as_dict()["constraint_name"] == constraint
    with pytest.raises(asyncpg.UniqueViolationError):
        async with desk.units.begin(JOBS, "test") as unit:
            await unit.payment_files.add(a_payment_file(message_id=other.message_id), b"sealed")


async def test_the_application_cannot_change_what_a_file_says(database: Database) -> None:
    for column in ("content_sealed", "control_sum_minor", "message_id", "house_account", "sha256"):
        async with database.connection(Scope(None)) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(
                    f"UPDATE payment_files SET {column} = {column} WHERE merchant_id = $1", PLATFORM
                )


def test_every_check_is_broken_here() -> None:
    assert {check.name for check in PAYMENT_FILE_CHECKS} == {name for _, name in _BROKEN}


@pytest.mark.parametrize(("broken", "name"), _BROKEN)
async def test_broken_books_are_found_out(
    desk: PaymentFileDesk, database: Database, owner: asyncpg.Connection, broken: str, name: str
) -> None:
    _, account = await desk.merchant()
    await desk.approved(account)
    await desk.prepare()
    await desk.deliver()
    assert await _violations(database) == []
    await owner.execute(broken)
    (line,) = await _violations(database)
    assert line.startswith(f"{name}: ")
