"""What PostgreSQL itself refuses, whoever writes it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.builders.money import eur
from tests.builders.settlements import a_reserve
from tests.fakes.clock import SettableClock
from tests.fakes.settlement_desk import SettlementDesk

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

_COPY_ADJUSTMENT = """
INSERT INTO settlement_adjustments SELECT merchant_id, gen_random_uuid(), amount_minor, currency, reason,
    requested_by_kind, requested_by_id, requested_by_name, requested_by_kind, requested_by_id, requested_by_name,
    gen_random_uuid(), at FROM settlement_adjustments
"""
_COPY_LINES = """
INSERT INTO settlement_lines SELECT merchant_id, entry_id, position, gen_random_uuid(), kind, amount_minor, currency,
    payment_id, dispute_id, posted_at FROM settlement_lines
"""
REFUSED = [
    # What is closed stays as it is, but for its payout.
    ("is closed", "UPDATE settlements SET fees_minor = fees_minor + 1, net_minor = net_minor + 1 WHERE number = 1"),
    ("is closed", "UPDATE settlements SET cut_off = cut_off - interval '1 second' WHERE number = 1"),
    ("is closed", "UPDATE settlements SET merchant_name = 'Another' WHERE number = 1"),
    ("ck_settlements_closed", "UPDATE settlements SET status = 'CLOSED' WHERE status = 'OPEN'"),
    ("ck_settlements_closed", "UPDATE settlements SET status = 'OPEN' WHERE number = 1"),
    ("ck_settlements_sum", "UPDATE settlements SET fees_minor = 1 WHERE status = 'OPEN'"),
    ("ck_settlements_(closed|net)", "UPDATE settlements SET fees_minor = -1, net_minor = -1 WHERE status = 'OPEN'"),
    ("ck_settlements_plan", "UPDATE settlements SET settles_on = NULL WHERE status = 'OPEN'"),
    ("ck_settlements_plan", "UPDATE settlements SET closes_at = cut_off - interval '1 day' WHERE status = 'OPEN'"),
    ("ck_settlements_period", "UPDATE settlements SET cut_off = period_start WHERE status = 'OPEN'"),
    ("ck_settlements_paid_out", "UPDATE settlements SET status = 'PAID_OUT' WHERE number = 1"),
    ("ck_settlement_accounts_carried", "UPDATE settlement_accounts SET carried_minor = 1"),
    ("ck_settlement_accounts_days", "UPDATE settlement_accounts SET weekday = 1"),
    ("ck_settlement_accounts_reserve", "UPDATE settlement_accounts SET reserve_days = 0"),
    ("ck_settlement_accounts_hold", "UPDATE settlement_accounts SET hold_reason = 'Audit'"),
    ("ck_reserve_holds_released", "UPDATE reserve_holds SET released_at = now()"),
    ("ck_settlement_adjustments_approved", _COPY_ADJUSTMENT),
    ("append-only", "UPDATE settlement_lines SET amount_minor = 1"),
    ("append-only", "DELETE FROM settlement_lines"),
    ("append-only", "TRUNCATE settlement_lines"),
    ("append-only", "UPDATE settlement_adjustments SET amount_minor = 1"),
    ("duplicate key", _COPY_LINES),
]


@pytest.fixture
async def settled(units: PostgresUnits, merchant: Merchant) -> SettlementDesk:
    """One settlement is closed with a reserve and an adjustment, others are open."""
    desk = SettlementDesk(units, merchant, SettableClock())
    await desk.set_schedule(reserve=a_reserve("10", 90))
    await desk.capture(eur(100))
    await desk.adjust(eur(3))
    await desk.run(desk.clock.now() + timedelta(days=2))
    return desk


async def test_what_postgresql_refuses(settled: SettlementDesk, owner: asyncpg.Connection) -> None:
    assert (await settled.oldest()).number == 2
    for message, statement in REFUSED:
        with pytest.raises(asyncpg.PostgresError, match=message):
            await owner.execute(statement)
