"""Units in which the verbs of the past work: all of them in the one transaction of the seed."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from adapters.postgres.audit.store import AuditStore
from adapters.postgres.payments.customer_store import KeyStore
from adapters.postgres.unit import PostgresUnit
from domain.audit.audit_record import AuditRecord
from domain.kernel.ids import new_uuid

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.events import JsonValue
    from domain.kernel.idempotency import KeyClaim


class PastUnit(PostgresUnit):
    """A unit whose audit log is written by the story's clock, and whose end is that of the whole seed."""

    def __init__(self, connection: FencedConnection, clock: Clock, actor: Actor, name: str) -> None:
        super().__init__(connection, connection.transaction(), actor, name)
        self.audit = _PastAudit(connection, clock)
        self.keys = _NoKeys(connection)

    async def commit(self) -> None:
        """Go on: it is durable when the seed is."""
        self.ended = True


class PastUnits:
    """Opens them, one after the other."""

    def __init__(self, connection: FencedConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._failed: asyncpg.PostgresError | None = None

    @asynccontextmanager
    async def begin(self, actor: Actor, name: str) -> AsyncGenerator[PastUnit]:
        """A unit. One that PostgreSQL fails takes the seed with it, also where a job would go on with the others."""
        if self._failed is not None:
            raise self._failed
        try:
            yield PastUnit(self._connection, self._clock, actor, name)
        except asyncpg.PostgresError as error:
            self._failed = error
            raise


class _PastAudit(AuditStore):
    def __init__(self, connection: FencedConnection, clock: Clock) -> None:
        super().__init__(connection)
        self._clock = clock

    async def record(
        self,
        actor: Actor,
        action: str,
        subject_type: str,
        subject_id: UUID | None,
        merchant_id: UUID | None,
        data: Mapping[str, JsonValue],
    ) -> None:
        """Write one line."""
        at = self._clock.now()
        record = AuditRecord(
            id=new_uuid(at),
            merchant_id=merchant_id,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            occurred_at=at,
            address=actor.address,
            data=data,
        )
        await self.append(record)


class _NoKeys(KeyStore):
    """The past asked for everything once; its keys would have been purged by now."""

    async def claim(self, claim: KeyClaim) -> KeyClaim | None:
        """Always for the first time."""
        del claim
        return None
