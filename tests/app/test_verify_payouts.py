"""Each invariant of payouts, broken by hand in books that hold one in every status: verification names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from domain.settlements.payout import PayoutStatus
from tests.app.broken_books import found_in, names_of
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS
from tests.fakes.payout_desk import PayoutDesk
from tests.faults.installation import query
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from app.postgres import EmbeddedPostgres

_OF = "(SELECT id FROM payouts WHERE status = '{}')"
_PAID, _TRANSIT = _OF.format("PAID"), _OF.format("IN_TRANSIT")
# What breaks, and the statement that breaks it.
CORRUPTIONS = [
    ("payout-ledger", f"DELETE FROM ledger_entries WHERE kind = 'PAYOUT_PAID' AND payout_id = {_PAID}"),
    ("payout-ledger", f"UPDATE ledger_entries SET payout_id = {_PAID} WHERE payout_id = {_TRANSIT}"),
    ("payout-ledger", f"UPDATE payouts SET amount_minor = amount_minor + 1 WHERE id = {_PAID}"),
    ("payout-ledger", "DELETE FROM ledger_entries WHERE kind = 'PAYOUT_RETURNED'"),
    (
        "payout-ledger",
        f"""UPDATE ledger_postings SET account = 'suspense' WHERE account = 'available'
            AND entry_id IN (SELECT id FROM ledger_entries WHERE payout_id = {_PAID})""",
    ),
    ("payout-entry", f"UPDATE ledger_entries SET payout_id = NULL WHERE payout_id = {_PAID}"),
    ("payout-entry", "UPDATE ledger_entries SET payout_id = gen_random_uuid() WHERE kind = 'PAYOUT_FAILED'"),
    ("payout-entry", f"UPDATE ledger_entries SET payout_id = {_PAID} WHERE kind = 'SETTLEMENT'"),
    ("payout-approver", f"UPDATE payouts SET approved_by_id = gen_random_uuid() WHERE id = {_PAID}"),
    ("payout-approver", f"UPDATE payouts SET requested_by_id = gen_random_uuid() WHERE id = {_TRANSIT}"),
    (
        "payout-approver",
        "UPDATE payouts SET requested_by_kind = 'SYSTEM', requested_by_id = NULL WHERE NOT approved_by_policy",
    ),
    ("payout-approver", f"DELETE FROM events WHERE name = 'payout.approved' AND subject_id = {_PAID}"),
    ("payout-promise", "UPDATE ledger_postings SET amount_minor = amount_minor + 1000000 WHERE account = 'available'"),
    ("payout-settlement", f"UPDATE settlements SET payout_id = {_TRANSIT} WHERE payout_id = {_PAID}"),
    ("payout-settlement", f"UPDATE settlements SET status = 'CLOSED', paid_out_at = NULL WHERE payout_id = {_PAID}"),
    (
        "payout-settlement",
        f"UPDATE settlements SET status = 'PAID_OUT', paid_out_at = now() WHERE payout_id = {_TRANSIT}",
    ),
    ("payout-settlement", f"UPDATE payouts SET settlement_id = gen_random_uuid() WHERE id = {_PAID}"),
    ("payout-settlement", f"UPDATE settlements SET payout_id = NULL WHERE payout_id = {_TRANSIT}"),
    (
        "payout-settlement",
        "UPDATE settlements SET payout_id = gen_random_uuid() WHERE payout_id IS NULL AND status = 'CLOSED'",
    ),
    ("payout-events", f"UPDATE payouts SET version = version + 1 WHERE id = {_PAID}"),
    ("payout-events", f"DELETE FROM events WHERE name = 'payout.paid' AND subject_id = {_PAID}"),
    ("payout-events", "DELETE FROM events WHERE name = 'payout.held'"),
    ("payout-events", "DELETE FROM payouts WHERE status = 'REJECTED'"),
    ("payout-attempt", "DELETE FROM payout_attempts WHERE outcome = 'RETURNED'"),
    ("payout-attempt", f"UPDATE payouts SET attempt_count = 9 WHERE id = {_TRANSIT}"),
    ("payout-attempt", f"UPDATE payout_attempts SET outcome = 'PAID' WHERE payout_id = {_TRANSIT}"),
    ("payout-policy", "UPDATE payout_policies SET automatic_up_to_minor = 1000000"),
    ("payout-policy", "UPDATE payout_policies SET operation_id = gen_random_uuid()"),
    ("payout-policy", "UPDATE approval_requests SET status = 'REJECTED' WHERE action = 'SET_PAYOUT_POLICY'"),
    ("payout-policy", "UPDATE payout_policies SET approved_by_id = gen_random_uuid()"),
]


@pytest.fixture(scope="module")
async def lived(cluster: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database with payouts in every status."""
    name = await create_copy(cluster)
    database = await Database.connect(cluster.dsn_of(name), size=4)
    units, merchant, clock = PostgresUnits(database), a_merchant(), SettableClock()
    async with units.begin(JOBS, "story") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    await tell(PayoutDesk(units, merchant, clock))
    await database.close()
    yield cluster.dsn_of(name)
    await drop_copy(cluster, name)


async def tell(desk: PayoutDesk) -> None:
    """One in each status, each of a settlement of its own; what came to nothing is paid by what comes next."""
    await desk.bank_account()
    await desk.settled(eur(100))
    await desk.give_back(await desk.paid())
    await desk.fail(await desk.send(await desk.approve(await desk.create())))
    await desk.reject(await desk.create())
    await desk.cancel(await desk.approve(await desk.create()))
    await desk.settled(eur(90))
    await desk.paid()
    await desk.settled(eur(80))
    await desk.send(await desk.approve(await desk.create()))
    await desk.want_no_person(eur(70))
    await desk.settled(eur(70))
    await desk.create()
    await desk.settled(eur(60))
    await desk.hold(await desk.approve(await desk.create()))
    await desk.settled(eur(50))
    await desk.create(eur(40))
    await desk.settled(eur(30))


async def test_the_story_is_clean_and_has_everything(lived: str) -> None:
    # The bank account and the files were put there by hand.
    others = ("bank-account", "payment-file")
    assert [line for line in await found_in(lived) if not line.startswith(others)] == []
    rows = await query(lived, "SELECT status, count(*) FROM payouts GROUP BY 1")
    assert sorted(rows) == sorted((status.value, 1) for status in PayoutStatus)


@pytest.mark.parametrize(("name", "statement"), CORRUPTIONS)
async def test_finds_and_names_what_is_broken(lived: str, name: str, statement: str) -> None:
    found = await found_in(lived, statement)
    assert name in names_of(found), found
