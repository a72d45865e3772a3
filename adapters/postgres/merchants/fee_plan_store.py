"""The versions of fee plans, and the volumes that their tiers count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from adapters.postgres.merchants.tables import fee_plan_versions
from adapters.postgres.statement import Statement, insert_row
from domain.approvals.party import Party
from domain.identity.actor import ActorKind
from domain.kernel.errors import NotFound
from domain.merchants.fee_plan_record import plan_record, recorded_plan
from domain.merchants.fee_plan_version import FeePlanVersion

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import FencedConnection
    from domain.merchants.fee_plan import FeePlan

_V = fee_plan_versions
_OF_MERCHANT = _V.c.merchant_id == bindparam("merchant_id")
INSERT_VERSION = insert_row(_V)
_LATEST = Statement(select(func.max(_V.c.number)).where(_OF_MERCHANT))
# The newest of those that have begun; before the first one had, the first one.
_IN_FORCE = Statement(
    select(_V.c.plan)
    .where(_OF_MERCHANT, (_V.c.effective_from <= bindparam("moment")) | (_V.c.number == 1))
    .order_by(_V.c.number.desc())
    .limit(1)
)
_OF_OPERATION = Statement(select(_V).where(_OF_MERCHANT, _V.c.operation_id == bindparam("operation_id")))
# What is folded already, and the captures of all transactions that are not. Of these, few are of last month.
_SOLD = """
SELECT coalesce((
    SELECT sum(captured_minor) FROM merchant_volumes
    WHERE merchant_id = $1 AND currency = $2 AND quarter >= $3 AND quarter < $4
), 0) + coalesce((
    SELECT -sum(p.amount_minor) FROM ledger_postings AS p
    JOIN ledger_entries AS e ON (e.merchant_id, e.id) = (p.merchant_id, p.entry_id)
    WHERE p.merchant_id = $1 AND p.account = 'pending' AND p.currency = $2
      AND p.xid >= (SELECT horizon FROM volume_horizon) AND p.posted_at >= $3 AND p.posted_at < $4
      AND p.position = 1 AND e.kind = 'CAPTURE'
), 0)
"""


def version_of(row: Record) -> FeePlanVersion:
    """A version from its row."""
    return FeePlanVersion(
        merchant_id=row["merchant_id"],
        number=row["number"],
        plan=recorded_plan(row["plan"]),
        effective_from=row["effective_from"],
        reason=row["reason"],
        operation_id=row["operation_id"],
        requested_by=_party(row, "requested_by"),
        approved_by=_party(row, "approved_by"),
        created_at=row["created_at"],
    )


def _party(row: Record, name: str) -> Party | None:
    kind = row[f"{name}_kind"]
    return Party(kind=ActorKind(kind), id=row[f"{name}_id"], name=row[f"{name}_name"]) if kind else None


def version_values(version: FeePlanVersion) -> dict[str, Any]:
    """The columns of a version."""
    return {
        "merchant_id": version.merchant_id,
        "number": version.number,
        "plan": plan_record(version.plan),
        "effective_from": version.effective_from,
        "reason": version.reason,
        "operation_id": version.operation_id,
        **_party_values("requested_by", version.requested_by),
        **_party_values("approved_by", version.approved_by),
        "created_at": version.created_at,
    }


def _party_values(name: str, party: Party | None) -> dict[str, Any]:
    return {
        f"{name}_kind": party and party.kind.value,
        f"{name}_id": party and party.id,
        f"{name}_name": party and party.name,
    }


class FeePlanStore:
    """Satisfies `domain.merchants.ports.FeePlans` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def add(self, version: FeePlanVersion) -> None:
        """A new one, whose number is the next."""
        await self._connection.execute(INSERT_VERSION.sql, *INSERT_VERSION.args(**version_values(version)))

    async def latest(self, merchant_id: UUID) -> int:
        """The number of the newest version, whether it holds yet or not; raise `NotFound`."""
        number = await self._connection.fetchval(_LATEST.sql, *_LATEST.args(merchant_id=merchant_id))
        return _found(number)

    async def in_force(self, merchant_id: UUID, moment: datetime) -> FeePlan:
        """The newest plan of those that hold from this moment or before; the first one before all."""
        arguments = _IN_FORCE.args(merchant_id=merchant_id, moment=moment)
        return recorded_plan(_found(await self._connection.fetchval(_IN_FORCE.sql, *arguments)))

    async def of_operation(self, merchant_id: UUID, operation_id: UUID) -> FeePlanVersion | None:
        """The version that an approved operation has made; nothing when it has not."""
        arguments = _OF_OPERATION.args(merchant_id=merchant_id, operation_id=operation_id)
        row = await self._connection.fetchrow(_OF_OPERATION.sql, *arguments)
        return None if row is None else version_of(row)

    async def sold_minor(self, merchant_id: UUID, currency: str, begin: datetime, end: datetime) -> int:
        """What was captured in a currency from one moment until before another; both are full quarters of an hour."""
        return int(await self._connection.fetchval(_SOLD, merchant_id, currency, begin, end) or 0)


def _found(value: Any) -> Any:  # noqa: ANN401 - a column's value
    if value is None:
        what = "The fee plan"
        raise NotFound(what)
    return value
