"""Entries are looked at once, by however many workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.postgres.unit import PostgresUnits
from jobs.match_entries import match_entries_job
from tests.builders.bank_statements import Sheet, a_debit, a_file
from tests.fakes.reconciliation_desk import ReconciliationDesk
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from adapters.postgres.database import Database


async def test_two_workers_open_each_item_once(database: Database, database_url: str) -> None:
    desk = ReconciliationDesk(PostgresUnits(database))
    await desk.imported(a_file(Sheet(lines=tuple(a_debit(f"{number}.00", "PYO1") for number in range(1, 9)))))
    first, second = match_entries_job(desk.ports), match_entries_job(desk.ports)
    await asyncio.gather(first.work(), second.work())
    assert await first.work() == 0
    found = await query(database_url, "SELECT reason, count(*) FROM reconciliation_items GROUP BY reason")
    assert found == [("NO_SUCH_PAYOUT", 8)]
    assert await violations(database_url) == []
