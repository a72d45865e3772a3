"""Each invariant of bank accounts, broken by hand in books that hold one of every kind: verification names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from adapters.postgres.verification.bank_account_checks import BANK_ACCOUNT_CHECKS
from tests.app.broken_books import found_in
from tests.builders.bank_accounts import OTHER_IBAN
from tests.builders.merchants import a_merchant
from tests.builders.money import JPY, KWD
from tests.fakes.bank_account_desk import JOBS, BankAccountDesk
from tests.fakes.clock import SettableClock
from tests.faults.installation import query
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from app.postgres import EmbeddedPostgres

FRENCH = {"country": "FR"}
# What breaks, and the statement that breaks it.
CORRUPTIONS = [
    ("bank-account-approval", "DELETE FROM approval_requests WHERE command ->> 'change' = 'ADD'"),
    (
        "bank-account-approval",
        "UPDATE approval_requests SET status = 'REJECTED', reason = 'x' WHERE status = 'SUCCEEDED'",
    ),
    ("bank-account-approval", "UPDATE bank_accounts SET approved_by_id = gen_random_uuid() WHERE status = 'ACTIVE'"),
    ("bank-account-approval", "UPDATE bank_accounts SET requested_by_id = gen_random_uuid() WHERE status = 'ACTIVE'"),
    (
        "bank-account-approval",
        """UPDATE bank_accounts SET status = 'PENDING_APPROVAL', approved_at = NULL, approved_by_kind = NULL,
           approved_by_id = NULL, approved_by_name = NULL, usable_from = NULL WHERE status = 'PENDING_VERIFICATION'""",
    ),
    ("bank-account-events", "UPDATE bank_accounts SET version = version + 1 WHERE status = 'REMOVED'"),
    ("bank-account-events", "UPDATE bank_accounts SET status = 'REMOVED' WHERE status = 'ACTIVE'"),
    ("bank-account-events", "DELETE FROM events WHERE name = 'bank_account.replaced'"),
    ("bank-account-events", "DELETE FROM bank_accounts WHERE status = 'REJECTED'"),
    ("bank-account-reveal", "DELETE FROM audit_records WHERE action = 'bank_accounts.reveal'"),
    ("bank-account-reveal", "DELETE FROM bank_account_reveals"),
    ("settlement-key", "UPDATE idempotency_keys SET payment_id = gen_random_uuid() WHERE mutation = 'addBankAccount'"),
    (
        "settlement-key",
        "UPDATE idempotency_keys SET payment_id = gen_random_uuid() WHERE mutation = 'removeBankAccount'",
    ),
    ("settlement-key", "UPDATE idempotency_keys SET mutation = 'createPayout' WHERE mutation = 'addBankAccount'"),
    ("settlement-key", "UPDATE idempotency_keys SET mutation = 'closeSettlement' WHERE mutation = 'addBankAccount'"),
    (
        "settlement-key",
        """UPDATE idempotency_keys SET mutation = 'adjustSettlement', operation_id = gen_random_uuid()
           WHERE mutation = 'addBankAccount'""",
    ),
]


@pytest.fixture(scope="module")
async def lived(cluster: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database with bank accounts of every kind."""
    name = await create_copy(cluster)
    database = await Database.connect(cluster.dsn_of(name), size=4)
    units, merchant, clock = PostgresUnits(database), a_merchant(), SettableClock()
    async with units.begin(JOBS, "story") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    await tell(BankAccountDesk(units, merchant, clock))
    await database.close()
    yield cluster.dsn_of(name)
    await drop_copy(cluster, name)


async def tell(desk: BankAccountDesk) -> None:
    """One of each, and those that jobs still have to do something about."""
    removed = await desk.active()
    await desk.approve(await desk.remove(removed))  # pyright: ignore[reportArgumentType] - it is paid to
    await desk.active()
    await desk.reveal(await desk.active(OTHER_IBAN, entry=FRENCH))
    await desk.reject(await desk.asked())
    await desk.asked()
    await desk.remove(await desk.approved(currency=JPY))
    await desk.verify(await desk.approved(currency=JPY), verified=False, note="Of somebody else")
    await desk.cooling(currency=JPY)
    await desk.approved(currency=KWD)


async def test_the_story_is_clean_and_has_everything(lived: str) -> None:
    assert await found_in(lived) == []
    rows = await query(lived, "SELECT status, count(*) FROM bank_accounts GROUP BY 1 ORDER BY 1")
    assert rows == [
        ("ACTIVE", 1),
        ("COOLING", 1),
        ("PENDING_APPROVAL", 1),
        ("PENDING_VERIFICATION", 1),
        ("REJECTED", 2),
        ("REMOVED", 2),
        ("REPLACED", 1),
    ]


@pytest.mark.parametrize(("name", "statement"), CORRUPTIONS)
async def test_finds_and_names_what_is_broken(lived: str, name: str, statement: str) -> None:
    found = await found_in(lived, statement)
    assert name in {line.partition(":")[0] for line in found}, found


async def test_two_in_use(lived: str) -> None:
    statements = (
        "DROP INDEX uq_bank_accounts_active, uq_bank_accounts_under_way, uq_bank_accounts_number",
        "UPDATE bank_accounts SET status = 'ACTIVE' WHERE status = 'REPLACED'",
    )
    names = {line.partition(":")[0] for line in await found_in(lived, *statements)}
    assert "bank-account-in-use" in names


def test_every_check_has_a_negative_control() -> None:
    named = {name for name, _ in CORRUPTIONS} | {"bank-account-in-use"}
    assert named == {check.name for check in BANK_ACCOUNT_CHECKS}
