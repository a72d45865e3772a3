"""The entries of one dispute are found by its payment's index, for staff as for a merchant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.conditions import newest_first
from adapters.postgres.ledger.reads import LedgerReads, _conditions
from domain.disputes.notice import NoticeType
from domain.identity.actor import Scope
from domain.kernel.ids import new_uuid
from domain.kernel.paging import PageRequest
from domain.ledger.entry import EntryKind
from domain.ledger.filter import LedgerEntryFilter
from tests.builders.moments import MORNING
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.gateway import StandInGateway

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant

PAGE = PageRequest.of(10, None, None, None)


@pytest.fixture
async def dispute(units: PostgresUnits, merchant: Merchant) -> Dispute:
    """One that was won, of a payment that has another."""
    clock = SettableClock()
    desk = DisputeDesk(Desk(units, merchant, StandInGateway(clock), clock))
    payment = await desk.desk.captured()
    dispute = await desk.opened(payment)
    await desk.opened(payment)
    clock.pass_by(60)
    return await desk.hear_of(dispute, NoticeType.WON)


async def test_the_entries_of_a_dispute(database: Database, merchant: Merchant, dispute: Dispute) -> None:
    reads = LedgerReads(database)
    wanted = LedgerEntryFilter(dispute_id=dispute.id)
    for scope in (Scope(None), Scope(frozenset({merchant.id}))):
        found = (await reads.search(scope, wanted, PAGE)).rows
        assert [entry.kind for entry in found] == [EntryKind.DISPUTE_REVERSAL, EntryKind.DISPUTE]
        assert {entry.dispute_id for entry in found} == {dispute.id}
        narrowed = replace(wanted, kind=(EntryKind.DISPUTE,))
        assert [entry.kind for entry in (await reads.search(scope, narrowed, PAGE)).rows] == [EntryKind.DISPUTE]
        nobodys = replace(wanted, dispute_id=new_uuid(MORNING))
        assert (await reads.search(scope, nobodys, PAGE)).rows == []
    other = Scope(frozenset({new_uuid(MORNING)}))
    assert (await reads.search(other, wanted, PAGE)).rows == []


@pytest.mark.parametrize("everything", [True, False])
async def test_by_which_index(database: Database, merchant: Merchant, dispute: Dispute, *, everything: bool) -> None:
    scope = Scope(None if everything else frozenset({merchant.id}))
    conditions = _conditions(scope, LedgerEntryFilter(dispute_id=dispute.id))
    statement = newest_first("ledger_entries", conditions, PAGE)
    async with database.connection(scope) as connection:
        # In a table of a few rows nothing is quicker than reading all of it.
        await connection.execute("SET enable_seqscan = off")
        lines = await connection.fetch(f"EXPLAIN {statement}", *conditions.arguments)
    plan = "\n".join(line[0] for line in lines)
    scans = [line.strip() for line in plan.splitlines() if "Index Cond: ((merchant_id = " in line]
    assert scans, plan
    assert all("(payment_id = " in scan for scan in scans), plan
