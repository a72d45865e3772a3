"""Identity on a real database: what verbs and endpoints run on in tests."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.postgres.audit.store import AuditStore
from adapters.postgres.database import Database
from adapters.postgres.identity.authentication import Authentication
from adapters.postgres.identity.key_vault import KeyVault
from adapters.postgres.identity.unit import IdentityUnits
from domain.identity.actor import Scope, system_actor
from domain.identity.create_api_client import CreateApiClient, CreatedApiClient, create_api_client
from domain.identity.permission import Permission
from domain.kernel.ids import new_uuid
from tests.domain.identity.people import NOON, SetClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    import asyncpg

SYSTEM = system_actor("test")
VAULT_SECRET = "a secret of thirty-two characters or more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Satisfies `PeoplePorts`, `ClientPorts` and `KeyPorts`."""

    database: Database
    units: IdentityUnits
    clock: SetClock
    key_maker: KeyVault
    authentication: Authentication

    async def add_merchant(self, name: str = "Shop") -> UUID:
        merchant_id = new_uuid(NOON)
        await self.run(
            "INSERT INTO merchants (id, name, country, currency, status, gateway, fee_rates, returns_fee_on_refund,"
            " dispute_fees, next_fee_plans, time_zone, created_at, updated_at, version)"
            " VALUES ($1, $2, 'DE', 'EUR', 'ACTIVE', 'simulator', '[]', false, '{}', '[]', 'UTC', $3, $3, 1)",
            merchant_id,
            name,
            NOON,
        )
        return merchant_id

    async def add_client(self, merchant_id: UUID | None, **changes: Any) -> CreatedApiClient:
        values: dict[str, Any] = {
            "merchant_id": merchant_id,
            "name": "Shop",
            "scopes": frozenset({Permission.PAYMENTS_READ, Permission.PAYMENTS_WRITE}),
        }
        return await create_api_client(self, SYSTEM, CreateApiClient(**(values | changes)))

    async def run(self, sql: str, *args: object) -> None:
        async with self.database.connection(Scope(None)) as connection:
            await connection.execute(sql, *args)

    async def rows(self, sql: str, *args: object) -> list[asyncpg.Record]:
        async with self.database.connection(Scope(None)) as connection:
            return await connection.fetch(sql, *args)

    async def actions(self) -> list[str]:
        """What the audit log says happened, in order."""
        return [row["action"] for row in await self.rows("SELECT action FROM audit_records ORDER BY id")]


@asynccontextmanager
async def installed(database_url: str) -> AsyncGenerator[Installation]:
    database = await Database.connect(database_url, size=5)
    try:
        yield Installation(
            database=database,
            units=IdentityUnits(database, AuditStore),
            clock=SetClock(),
            key_maker=KeyVault(VAULT_SECRET),
            authentication=Authentication(database),
        )
    finally:
        await database.close()
