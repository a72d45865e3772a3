"""The write side of what disputes are worked by: merchants' policies, gateways' cursors, and who can be given one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.disputes import rows, tables
from adapters.postgres.statement import insert_row
from domain.kernel.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.disputes.dispute_policy import DisputePolicy
    from domain.kernel.money import Currency

_INSERT = insert_row(tables.dispute_policies)
_PUT = (
    f"{_INSERT.sql} ON CONFLICT (merchant_id, currency) DO UPDATE SET accept_up_to_minor = excluded.accept_up_to_minor,"
    " categories = excluded.categories, updated_at = excluded.updated_at"
)
_MOVE_CURSOR = """
INSERT INTO gateway_cursors (gateway, cursor, updated_at) VALUES ($1, $2, $3)
ON CONFLICT (gateway) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at
"""
_COLLEAGUE = """
SELECT FROM users AS u WHERE u.id = $1 AND u.status = 'ACTIVE' AND (
    u.realm = 'STAFF' OR EXISTS (SELECT FROM memberships AS m WHERE m.user_id = u.id AND m.merchant_id = $2))
"""


class DisputePolicyStore:
    """Satisfies `domain.disputes.ports.DisputePolicies` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def of_merchant(self, merchant_id: UUID) -> list[DisputePolicy]:
        """One for each currency."""
        found = await self._connection.fetch(
            "SELECT * FROM dispute_policies WHERE merchant_id = $1 ORDER BY currency", merchant_id
        )
        return [rows.policy_of(row) for row in found]

    async def save(self, policy: DisputePolicy) -> None:
        """A new or changed one."""
        await self._connection.execute(_PUT, *_INSERT.args(**rows.policy_values(policy)))

    async def remove(self, merchant_id: UUID, currency: Currency) -> None:
        """None for that currency."""
        gone = "DELETE FROM dispute_policies WHERE merchant_id = $1 AND currency = $2"
        await self._connection.execute(gone, merchant_id, currency.code)


class CursorStore:
    """Satisfies `domain.disputes.ports.GatewayCursors` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def get(self, gateway: str) -> str | None:
        """The cursor; None before the first reading."""
        return await self._connection.fetchval("SELECT cursor FROM gateway_cursors WHERE gateway = $1", gateway)

    async def save(self, gateway: str, cursor: str, at: datetime) -> None:
        """Read up to there."""
        await self._connection.execute(_MOVE_CURSOR, gateway, cursor, at)


class ColleagueStore:
    """Satisfies `domain.disputes.ports.Colleagues` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def ensure(self, user_id: UUID, merchant_id: UUID) -> None:
        """Raise `NotFound` for anybody who is neither staff nor with the merchant."""
        if await self._connection.fetchrow(_COLLEAGUE, user_id, merchant_id) is None:
            what = "The person"
            raise NotFound(what, ("assigneeId",))
