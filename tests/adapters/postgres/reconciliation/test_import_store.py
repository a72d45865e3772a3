"""Imports and matches on PostgreSQL: the verbs as they run there, two workers at once, and what constraints hold."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import pytest

from adapters.postgres.verification.reconciliation_checks import RECONCILIATION_CHECKS
from domain.kernel.ids import PLATFORM
from domain.reconciliation.match_item import MatchItem, match_item
from domain.reconciliation.reconciliation_item import Resolution
from domain.reconciliation.record_remittance import RecordRemittance, record_remittance
from domain.reconciliation.resolve_item import ResolveItem, resolve_item
from domain.reconciliation.statement_import import ImportStatus
from domain.settlements.payout import PayoutStatus
from tests.builders.bank_statements import Sheet, a_credit, a_debit, a_file, a_return
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.payout_desk import PayoutDesk
from tests.fakes.reconciliation_desk import ReconciliationDesk
from tests.faults.installation import violations

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant
    from domain.settlements.payout import Payout

LINES = tuple(a_debit(f"{number}.50", f"PYO{number}") for number in range(1, 12))


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def desk(units: PostgresUnits, clock: SettableClock) -> ReconciliationDesk:
    return ReconciliationDesk(units, clock)


@pytest.fixture
async def payouts(units: PostgresUnits, merchant: Merchant, clock: SettableClock) -> PayoutDesk:
    """A merchant to whom 100 euros are available."""
    desk = PayoutDesk(units, merchant, clock)
    await desk.bank_account()
    await desk.settled()
    return desk


async def wrong(database_url: str) -> list[str]:
    """What does not agree, but for accounts that the desk of payouts has made without a request."""
    return [
        line
        for line in await violations(database_url)
        if not line.startswith(("bank-account", "payment-file", "settlement"))
    ]


async def sent(payouts: PayoutDesk) -> Payout:
    return await payouts.send(await payouts.approve(await payouts.create()))


async def test_a_file_is_imported_and_the_same_in_other_bytes_is_not(
    desk: ReconciliationDesk, owner: asyncpg.Connection, database_url: str
) -> None:
    first = await desk.imported(a_file(Sheet(lines=LINES)))
    assert (first.status, first.entries, first.message) == (ImportStatus.IMPORTED, 11, None)
    rows = await owner.fetch("SELECT * FROM bank_entries ORDER BY id")
    assert [row["position"] for row in rows] == list(range(1, 12))
    assert [row["amount_minor"] for row in rows] == [-(number * 100 + 50) for number in range(1, 12)]
    again = await desk.imported(a_file(Sheet(lines=LINES), indent=" "))
    assert (again.status, again.duplicate_of) == (ImportStatus.DUPLICATE, first.id)
    assert await owner.fetchval("SELECT count(*) FROM bank_entries") == 11
    assert await desk.match() == 11
    assert await wrong(database_url) == []


async def test_two_workers_read_a_file_once(desk: ReconciliationDesk, owner: asyncpg.Connection) -> None:
    given = [await desk.give(a_file(Sheet(lines=LINES, reference=f"S{n}", sequence=n))) for n in range(4)]
    ended = await asyncio.gather(*(desk.run() for _ in range(3)))
    assert sum(ended) == 4
    assert {(await desk.one(one)).status for one in given} == {ImportStatus.IMPORTED}
    assert await owner.fetchval("SELECT count(*) FROM bank_entries") == 44


async def test_two_workers_match_each_entry_once(
    desk: ReconciliationDesk, payouts: PayoutDesk, owner: asyncpg.Connection, database_url: str
) -> None:
    payout = await sent(payouts)
    await record_remittance(
        desk.ports,
        desk.actor,
        RecordRemittance(gateway="acquirer", reference="ACQ-1", gross=eur(100), costs=eur("1.50")),
    )
    lines = (
        a_debit("100.00", payout.end_to_end_id),
        a_debit("100.00", payout.end_to_end_id),
        a_return("100.00", payout.end_to_end_id),
        a_credit("98.50", "ACQ-1"),
        a_credit("5.00", None),
    )
    await desk.imported(a_file(Sheet(lines=lines)))
    await asyncio.gather(*(desk.match() for _ in range(3)))
    kinds = await owner.fetch("SELECT kind FROM bank_matches ORDER BY kind")
    assert [row["kind"] for row in kinds] == ["PAYOUT", "PAYOUT_RETURN", "REMITTANCE"]
    reasons = await owner.fetch("SELECT reason FROM reconciliation_items ORDER BY reason")
    assert [row["reason"] for row in reasons] == ["ALREADY_PAID", "NO_REFERENCE"]
    assert (await payouts.get(payout)).status is PayoutStatus.RETURNED
    assert await wrong(database_url) == []


async def test_items_are_matched_and_resolved_by_hand(
    desk: ReconciliationDesk, payouts: PayoutDesk, owner: asyncpg.Connection, database_url: str
) -> None:
    payout = await sent(payouts)
    await desk.imported(a_file(Sheet(lines=(a_debit("100.00", None), a_credit("5.00", None)))))
    await desk.match()
    debit, credit = await owner.fetch("SELECT id FROM reconciliation_items ORDER BY amount_minor")
    await match_item(desk.ports, desk.actor, MatchItem(idempotency_key="one", item_id=debit["id"], payout_id=payout.id))
    resolving = ResolveItem(
        idempotency_key="two", item_id=credit["id"], resolution=Resolution.INTEREST, note="Of the year"
    )
    await resolve_item(desk.ports, desk.actor, resolving)
    assert (await resolve_item(desk.ports, desk.actor, resolving)).replayed
    booked = await owner.fetchval("SELECT sum(amount_minor) FROM ledger_postings WHERE account = 'bank:eur-main'")
    assert booked == -9500
    assert await wrong(database_url) == []


_KEY = "INSERT INTO idempotency_keys VALUES ('{}', 'resolveReconciliationItem', 'k', 'h', '{}', '{}', now())"
CORRUPTIONS = {
    "bank-statement": "UPDATE bank_statements SET stored = 1, matched_through = 0",
    "bank-entry": "DELETE FROM reconciliation_items",
    "bank-match": "UPDATE bank_matches SET amount_minor = amount_minor + 1",
    "bank-ledger": "UPDATE remittances SET ledger_entry_id = id",
    "reconciliation-key": _KEY.format(PLATFORM, *[UUID(int=9)] * 2),
}


def test_every_check_has_a_corruption() -> None:
    assert set(CORRUPTIONS) == {check.name for check in RECONCILIATION_CHECKS}


@pytest.mark.parametrize("check", CORRUPTIONS)
async def test_what_does_not_agree_is_told(
    desk: ReconciliationDesk, owner: asyncpg.Connection, database_url: str, check: str
) -> None:
    command = RecordRemittance(gateway="acquirer", reference="ACQ-1", gross=eur(100), costs=eur("1.50"))
    await record_remittance(desk.ports, desk.actor, command)
    await desk.imported(a_file(Sheet(lines=(a_credit("98.50", "ACQ-1"), a_credit("5.00", None)))))
    await desk.match()
    assert await violations(database_url) == []
    async with owner.transaction():
        # As somebody would who takes all guards down.
        await owner.execute("SET LOCAL session_replication_role = replica")
        await owner.execute(CORRUPTIONS[check])
    assert any(line.startswith(f"{check}:") for line in await violations(database_url))


async def test_constraints_say_what_the_nouns_say(desk: ReconciliationDesk, owner: asyncpg.Connection) -> None:
    await desk.imported(a_file(Sheet(lines=LINES)))
    for change in (
        "UPDATE bank_statements SET closing_minor = 0",
        "UPDATE statement_imports SET status = 'QUARANTINED'",
        "UPDATE statement_imports SET merchant_id = gen_random_uuid()",
        "UPDATE bank_statements SET matched_through = 12",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(change)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await owner.execute("UPDATE bank_entries SET amount_minor = 0")
