"""What PostgreSQL itself keeps of fee plans: versions are never changed, and nobody approves their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.builders.merchants import a_fee_plan
from tests.builders.moments import after
from tests.fakes.fee_desk import FeeDesk

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

COPY = """
INSERT INTO fee_plan_versions
SELECT (jsonb_populate_record(v, $1::text::jsonb)).* FROM fee_plan_versions AS v WHERE number = 2
"""


@pytest.fixture
async def desk(units: PostgresUnits, merchant: Merchant) -> FeeDesk:
    """With a second version."""
    desk = FeeDesk(units=units, merchant=merchant)
    await desk.change(a_fee_plan("1.2"), after(60))
    return desk


@pytest.mark.parametrize(
    "change",
    ["UPDATE fee_plan_versions SET reason = 'x'", "DELETE FROM fee_plan_versions", "TRUNCATE fee_plan_versions"],
)
async def test_versions_stay_as_they_are(desk: FeeDesk, owner: asyncpg.Connection, change: str) -> None:
    with pytest.raises(asyncpg.PostgresError, match="fee_plan_versions"):
        await owner.execute(change)
    assert await desk.latest() == 2


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ('{"approved_by_id": null, "approved_by_kind": null, "approved_by_name": null}', "approved"),
        ('{"requested_by_id": "APPROVER"}', "approved"),
        ('{"operation_id": null}', "approved"),
        ('{"created_at": "2030-01-01T00:00:00Z"}', "not_past"),
        ('{"number": 0}', "number"),
        ('{"plan": []}', "plan"),
    ],
)
async def test_what_is_no_version(desk: FeeDesk, owner: asyncpg.Connection, changed: str, constraint: str) -> None:
    approver = await owner.fetchval("SELECT approved_by_id::text FROM fee_plan_versions WHERE number = 2")
    given = '{"number": 3, "operation_id": "00000000-0000-0000-0000-000000000001"}'
    merged = await owner.fetchval("SELECT ($1::text::jsonb || $2::text::jsonb)::text", given, changed)
    assert merged is not None
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_fee_plan_versions_{constraint}"):
        await owner.execute(COPY, merged.replace("APPROVER", approver))
    assert await desk.latest() == 2


async def test_an_operation_makes_one_version(desk: FeeDesk, owner: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_fee_plan_versions_operation"):
        await owner.execute(COPY, '{"number": 3}')
    assert await desk.latest() == 2


async def test_a_capture_asks_for_no_version_and_no_volume(
    desk: FeeDesk, owner: asyncpg.Connection, merchant: Merchant
) -> None:
    """The merchant's row alone says what holds now and next."""
    row = await owner.fetchrow("SELECT * FROM merchants WHERE id = $1", merchant.id)
    assert row is not None
    assert (row["fee_plan_since"], row["next_fee_plans"] != "[]") == (None, True)
    assert (await desk.kept()).fee_plan_at(after(60)) == a_fee_plan("1.2")
