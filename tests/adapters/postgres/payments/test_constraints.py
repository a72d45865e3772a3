"""The tables repeat the invariants: a wrong program cannot commit what the domain would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.builders.payments import a_capture, a_payment, an_operation
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment

    Owner = asyncpg.Connection


@pytest.fixture
async def payment(units: PostgresUnits, merchant: Merchant) -> Payment:
    """An authorized payment with a pending capture."""
    payment = a_payment(merchant_id=merchant.id)
    operation = an_operation(payment)
    async with units.begin(JOBS, "test") as unit:
        await unit.payments.add(payment)
        await unit.operations.add(operation)
        await unit.captures.add(a_capture(operation))
        await unit.commit()
    return payment


@pytest.mark.parametrize(
    ("table", "change", "constraint"),
    [
        ("payments", "captured_minor = 10001", "ck_payments_captured"),
        ("payments", "captured_minor = 6000, capture_pending_minor = 4001", "ck_payments_captured"),
        ("payments", "captured_minor = -1, capture_pending_minor = 1", "ck_payments_captured"),
        ("payments", "authorized_minor = 10001", "ck_payments_captured"),
        ("payments", "refunded_minor = 1", "ck_payments_refunded"),
        ("payments", "captured_minor = 10, refunded_minor = 5, disputed_minor = 6", "ck_payments_refunded"),
        ("payments", "captured_minor = 10, refund_pending_minor = 11", "ck_payments_refunded"),
        ("payments", "refunded_minor = -1, disputed_minor = 1", "ck_payments_refunded"),
        ("payments", "amount_minor = 0, authorized_minor = 0", "ck_payments_amount"),
        ("payments", "amount_minor = 1000000000001", "ck_payments_amount"),
        ("payments", "status = 'DECLINED'", "ck_payments_declined"),
        ("payments", "decline_code = 'OTHER'", "ck_payments_declined"),
        ("payments", "status = 'PAID'", "ck_payments_status"),
        ("payments", "unknown_operations = -1", "ck_payments_unknown"),
        ("payments", "last4 = '4242424242424242'", "ck_payments_last4"),
        ("payments", "bin = '4242424242424242'", "ck_payments_bin"),
        ("payments", "currency = 'eur'", "ck_payments_currency"),
        ("operations", "status = 'SUCCEEDED', completed_at = now()", "ck_operations_open"),
        ("operations", "status = 'FAILED', next_check_at = NULL", "ck_operations_completed"),
        ("operations", "next_check_at = NULL", "ck_operations_open"),
        ("operations", "amount_minor = 0", "ck_operations_amount"),
        ("captures", "amount_minor = 0", "ck_captures_amount"),
        ("captures", "status = 'PAID'", "ck_captures_status"),
    ],
)
async def test_a_broken_invariant_is_refused(
    owner: Owner, payment: Payment, table: str, change: str, constraint: str
) -> None:
    before = await owner.fetchrow(f"SELECT * FROM {table}")
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await owner.execute(f"UPDATE {table} SET {change}")
    assert constraint in str(refusal.value)
    assert await owner.fetchrow(f"SELECT * FROM {table}") == before


async def test_one_capture_for_one_operation(units: PostgresUnits, payment: Payment, owner: Owner) -> None:
    operation = an_operation(payment)
    async with units.begin(JOBS, "test") as unit:
        await unit.operations.add(operation)
        await unit.captures.add(a_capture(operation))
        with pytest.raises(asyncpg.UniqueViolationError):
            await unit.captures.add(a_capture(operation))
    assert await owner.fetchval("SELECT count(*) FROM captures") == 1


async def test_children_belong_to_a_payment_of_the_same_merchant(
    units: PostgresUnits, merchant: Merchant, payment: Payment
) -> None:
    stranger = a_payment(merchant_id=merchant.id)
    async with units.begin(JOBS, "test") as unit:
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await unit.operations.add(an_operation(stranger))


async def test_amounts_of_all_currencies_stand_on_one_scale(owner: Owner, payment: Payment) -> None:
    assert await owner.fetchval("SELECT amount_scaled FROM payments") == 1_000_000
