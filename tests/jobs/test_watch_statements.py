"""What the bank leaves is taken once, by however many workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.postgres.unit import PostgresUnits
from domain.reconciliation.watch_statements import SETTLES_AFTER
from jobs.watch_statements import watch_statements_job
from tests.builders.bank_statements import Sheet, a_debit, a_file
from tests.fakes.reconciliation_desk import ReconciliationDesk
from tests.faults.installation import query

if TYPE_CHECKING:
    from adapters.postgres.database import Database


async def test_two_workers_take_each_file_once(database: Database, database_url: str) -> None:
    desk = ReconciliationDesk(PostgresUnits(database))
    for number in range(3):
        content = a_file(Sheet(lines=(a_debit("1.00", "PYO1"),), sequence=number))
        desk.inbox.leave(f"{number}.xml", content, desk.clock.now())
    desk.clock.pass_by(int(SETTLES_AFTER.total_seconds()))
    first, second = watch_statements_job(desk.ports), watch_statements_job(desk.ports)
    assert sum(await asyncio.gather(first.work(), second.work())) == 3
    assert await second.work() == 0
    assert await query(database_url, "SELECT source, count(*) FROM statement_imports GROUP BY source") == [("INBOX", 3)]
