"""The write side of merchants."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from adapters.currencies import currency_of
from adapters.postgres.merchants.fee_plan_store import INSERT_VERSION, version_values
from adapters.postgres.merchants.tables import merchants
from adapters.postgres.statement import Statement, insert_row
from domain.kernel.errors import NotFound
from domain.kernel.money import Money
from domain.merchants.fee_plan import FeePlan
from domain.merchants.fee_plan_record import plan_record, rate_record, recorded_plan, recorded_rate
from domain.merchants.fee_plan_version import first_version
from domain.merchants.merchant import Merchant, MerchantStatus, NextFeePlan

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import FencedConnection

_BY_ID = Statement(select(merchants).where(merchants.c.id == bindparam("id")))
_LOCK = Statement(select(merchants).where(merchants.c.id == bindparam("id")).with_for_update())
_INSERT = insert_row(merchants)
_UPDATE = Statement(
    update(merchants)
    .where(merchants.c.id == bindparam("key_id"))
    .values(
        {
            name: bindparam(name, type_=merchants.c[name].type)
            for name in (
                "name",
                "status",
                "time_zone",
                "fee_rates",
                "returns_fee_on_refund",
                "dispute_fees",
                "fee_plan_since",
                "next_fee_plans",
                "updated_at",
                "version",
            )
        }
    )
)


def merchant_of(row: Record) -> Merchant:
    """A merchant from its row."""
    return Merchant(
        id=row["id"],
        name=row["name"],
        country=row["country"],
        currency=row["currency"],
        status=MerchantStatus(row["status"]),
        gateway=row["gateway"],
        time_zone=row["time_zone"],
        fee_plan=FeePlan(
            rates=tuple(recorded_rate(rate) for rate in row["fee_rates"]),
            returns_fee_on_refund=row["returns_fee_on_refund"],
            dispute_fees=_dispute_fees(row),
        ),
        fee_plan_since=row["fee_plan_since"],
        next_fee_plans=tuple(
            NextFeePlan(
                plan=recorded_plan(following["plan"]),
                effective_from=datetime.fromisoformat(following["effective_from"]),
            )
            for following in row["next_fee_plans"]
        ),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
    )


def _dispute_fees(row: Record) -> tuple[Money, ...]:
    return tuple(Money(minor, currency_of(code)) for code, minor in sorted(row["dispute_fees"].items()))


def merchant_values(merchant: Merchant) -> dict[str, Any]:
    """The columns of a merchant."""
    return {
        "id": merchant.id,
        "name": merchant.name,
        "country": merchant.country,
        "currency": merchant.currency,
        "status": merchant.status.value,
        "gateway": merchant.gateway,
        "fee_rates": [rate_record(rate) for rate in merchant.fee_plan.rates],
        "returns_fee_on_refund": merchant.fee_plan.returns_fee_on_refund,
        "dispute_fees": {fee.currency.code: fee.minor for fee in merchant.fee_plan.dispute_fees},
        "fee_plan_since": merchant.fee_plan_since,
        "next_fee_plans": [
            {"plan": plan_record(following.plan), "effective_from": following.effective_from.isoformat()}
            for following in merchant.next_fee_plans
        ],
        "time_zone": merchant.time_zone,
        "created_at": merchant.created_at,
        "updated_at": merchant.updated_at,
        "version": merchant.version,
    }


class MerchantStore:
    """Satisfies `domain.merchants.ports.Merchants` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def get(self, merchant_id: UUID) -> Merchant:
        """The merchant; raise `NotFound`."""
        return await self._one(_BY_ID, merchant_id)

    async def for_update(self, merchant_id: UUID) -> Merchant:
        """The merchant, locked until the unit ends; raise `NotFound`."""
        return await self._one(_LOCK, merchant_id)

    async def add(self, merchant: Merchant) -> None:
        """A new one; its fee plan becomes the first version."""
        await self._connection.execute(_INSERT.sql, *_INSERT.args(**merchant_values(merchant)))
        first = version_values(first_version(merchant))
        await self._connection.execute(INSERT_VERSION.sql, *INSERT_VERSION.args(**first))

    async def save(self, merchant: Merchant) -> None:
        """A changed one."""
        values = merchant_values(merchant)
        await self._connection.execute(_UPDATE.sql, *_UPDATE.args(**values, key_id=merchant.id))

    async def _one(self, statement: Statement, merchant_id: UUID) -> Merchant:
        row = await self._connection.fetchrow(statement.sql, *statement.args(id=merchant_id))
        if row is None:
            what = "The merchant"
            raise NotFound(what)
        return merchant_of(row)
