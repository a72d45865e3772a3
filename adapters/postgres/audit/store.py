"""The write side of the audit log and of the outbox: each in the transaction of its cause."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from adapters.postgres.audit import tables
from adapters.postgres.statement import insert_row
from domain.audit.audit_record import AuditRecord
from domain.kernel.events import Event
from domain.kernel.ids import new_uuid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from enum import StrEnum
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue

_INSERT_RECORD = insert_row(tables.audit_records)
_INSERT_EVENT = insert_row(tables.events)


class AuditStore:
    """Satisfies `domain.identity.ports.Audit` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection
        self._written = 0

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
        now = datetime.now(UTC)
        # Counted, so that the lines of one transaction stay in order even within a millisecond.
        self._written += 1
        await self.append(
            AuditRecord(
                id=new_uuid(now, self._written),
                merchant_id=merchant_id,
                actor_kind=actor.kind.value,
                actor_id=actor.id,
                actor_name=actor.name,
                action=action,
                subject_type=subject_type,
                subject_id=subject_id,
                occurred_at=now,
                address=actor.address,
                data=data,
            )
        )

    async def append(self, record: AuditRecord) -> None:
        """Write a record as it is."""
        values = {name: getattr(record, name) for name in AuditRecord.__slots__}
        values["data"] = dict(record.data)
        await self._connection.execute(_INSERT_RECORD.sql, *_INSERT_RECORD.args(**values))


class Happening(Protocol):
    """What happened to an object, as its context says it."""

    @property
    def type(self) -> StrEnum: ...  # noqa: D102 - its value is the event's name
    @property
    def occurred_at(self) -> datetime: ...  # noqa: D102
    @property
    def data(self) -> Mapping[str, JsonValue]: ...  # noqa: D102


class Subject(Protocol):
    """An object whose version counts its events; `events` are those not yet saved."""

    @property
    def id(self) -> UUID: ...  # noqa: D102
    @property
    def merchant_id(self) -> UUID: ...  # noqa: D102
    @property
    def version(self) -> int: ...  # noqa: D102
    @property
    def events(self) -> Sequence[Happening]: ...  # noqa: D102


class EventStore:
    """Appends what happened to an object, numbered by its version."""

    def __init__(self, connection: FencedConnection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def append(self, subject_type: str, subject: Subject) -> None:
        """The object's events that are not saved yet."""
        first = subject.version - len(subject.events) + 1
        events = [
            Event(
                id=new_uuid(event.occurred_at, sequence),
                merchant_id=subject.merchant_id,
                subject_type=subject_type,
                subject_id=subject.id,
                sequence=sequence,
                name=event.type.value,
                occurred_at=event.occurred_at,
                data=event.data,
            )
            for sequence, event in enumerate(subject.events, first)
        ]
        arguments = [_INSERT_EVENT.args(**self._columns(event)) for event in events]
        await self._connection.executemany(_INSERT_EVENT.sql, arguments)

    def _columns(self, event: Event) -> dict[str, Any]:
        actor = {"actor_kind": self._actor.kind.value, "actor_id": self._actor.id, "actor_name": self._actor.name}
        return {**{name: getattr(event, name) for name in Event.__slots__}, **actor, "data": dict(event.data)}
