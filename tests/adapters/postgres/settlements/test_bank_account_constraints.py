"""What PostgreSQL itself refuses of bank accounts, whoever writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from domain.settlements.bank_account import BankAccountStatus
from tests.builders.bank_accounts import OTHER_IBAN, a_bank_account, a_number, a_reveal
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

REFUSED = [
    "approved_by_kind = requested_by_kind, approved_by_id = requested_by_id",
    "verified_by_kind = requested_by_kind, verified_by_id = requested_by_id",
    "approved_by_kind = NULL",
    "approved_at = NULL",
    "usable_from = NULL",
    "usable_from = approved_at - interval '1 second'",
    "approved_at = NULL, approved_by_kind = NULL, approved_by_name = NULL, usable_from = NULL",
    "verification = 'UNVERIFIED', verified_at = NULL, verified_by_kind = NULL, verified_by_name = NULL",
    "verification = 'FAILED'",
    "verified_at = NULL",
    "status = 'PAID'",
    "scheme = 'GIRO'",
    "currency = 'eur'",
    "country = 'Germany'",
    "holder_name = ''",
    "holder_name = repeat('x', 71)",
    "number_encrypted = ''",
    "number_hash = 'x'",
    "last4 = '12345'",
    "masked_number = 'DE89370400440532013000'",
    "bic = 'COBA'",
]


@pytest.fixture
async def filled(units: PostgresUnits, merchant: Merchant) -> None:
    account = a_bank_account(merchant_id=merchant.id)
    async with units.begin(JOBS, "test") as unit:
        await unit.bank_accounts.add(account)
        await unit.bank_account_reveals.add(a_reveal(account))
        await unit.commit()


@pytest.mark.parametrize("change", REFUSED)
async def test_a_row_that_breaks_an_invariant_is_refused(owner: asyncpg.Connection, filled: None, change: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute(f"UPDATE bank_accounts SET {change}")


async def test_a_second_one_in_use_or_under_way_is_refused(
    owner: asyncpg.Connection, units: PostgresUnits, merchant: Merchant, filled: None
) -> None:
    french = a_number(OTHER_IBAN, country="FR")
    async with units.begin(JOBS, "test") as unit:
        for _ in range(2):
            await unit.bank_accounts.add(a_bank_account(BankAccountStatus.REPLACED, french, merchant_id=merchant.id))
        await unit.commit()
    for status in ("ACTIVE", "COOLING"):
        with pytest.raises(asyncpg.UniqueViolationError):
            await owner.execute(f"UPDATE bank_accounts SET status = '{status}' WHERE status = 'REPLACED'")


@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_who_has_read_a_number_stays_written_down(owner: asyncpg.Connection, filled: None, change: str) -> None:
    with pytest.raises(asyncpg.PostgresError, match=r"append-only|never change"):
        await owner.execute(change.format("bank_account_reveals"))


async def test_a_reading_without_a_reason_or_by_no_person_is_refused(owner: asyncpg.Connection, filled: None) -> None:
    copy = (
        "INSERT INTO bank_account_reveals SELECT merchant_id, gen_random_uuid(), bank_account_id, {kind},"
        " revealed_by_id, revealed_by_name, {reason}, revealed_at FROM bank_account_reveals"
    )
    for kind, reason in (("'SYSTEM'", "reason"), ("revealed_by_kind", "''")):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(copy.format(kind=kind, reason=reason))
