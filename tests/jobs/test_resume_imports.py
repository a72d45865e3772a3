"""Files of statements are read once, by however many workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.postgres.unit import PostgresUnits
from jobs.resume_imports import resume_imports_job
from tests.builders.bank_statements import Sheet, a_debit, a_file
from tests.fakes.reconciliation_desk import ReconciliationDesk
from tests.faults.installation import query

if TYPE_CHECKING:
    from adapters.postgres.database import Database


async def test_two_workers_read_each_file_once(database: Database, database_url: str) -> None:
    desk = ReconciliationDesk(PostgresUnits(database))
    for number in range(3):
        await desk.give(a_file(Sheet(lines=(a_debit("1.00", "PYO1"),), sequence=number)))
    first, second = resume_imports_job(desk.ports), resume_imports_job(desk.ports)
    assert sum(await asyncio.gather(first.work(), second.work())) == 3
    assert await first.work() == 0
    found = await query(database_url, "SELECT status, count(*) FROM statement_imports GROUP BY status")
    assert found == [("IMPORTED", 3)]
