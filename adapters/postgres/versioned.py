"""Tables of objects whose version counts their events: a change is kept once, on the version that was loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from sqlalchemy import bindparam, update

from adapters.postgres.statement import Statement, insert_row
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import Table

    from adapters.postgres.audit.store import EventStore, Subject
    from adapters.postgres.database import FencedConnection

Entity = TypeVar("Entity", bound="Subject")


class VersionedTable(Generic[Entity]):
    """Writes such objects with their events, and gives them back without: what has been saved is no news.

    `subject_type` is what the events call the object, `what` what people do; `values` are its columns, of which those
    that are `changing` are saved.
    """

    def __init__(
        self,
        table: Table,
        subject_type: str,
        what: str,
        values: Callable[[Entity], dict[str, Any]],
        changing: Collection[str],
    ) -> None:
        self._subject_type = subject_type
        self._what = what
        self._values = values
        self._insert = insert_row(table)
        self._update = Statement(
            update(table)
            .where(
                table.c.merchant_id == bindparam("key_merchant_id"),
                table.c.id == bindparam("key_id"),
                table.c.version == bindparam("key_version"),
            )
            .values({name: bindparam(name, type_=table.c[name].type) for name in changing})
        )

    async def add(self, connection: FencedConnection, events: EventStore, entity: Entity) -> Entity:
        """A new one."""
        await connection.execute(self._insert.sql, *self._insert.args(**self._values(entity)))
        return await self._told(events, entity)

    async def save(self, connection: FencedConnection, events: EventStore, entity: Entity) -> Entity:
        """A changed one; raise `Contention` when it is not the version that was loaded any more."""
        if not entity.events:
            return entity
        status = await connection.execute(
            self._update.sql,
            *self._update.args(
                **self._values(entity),
                key_merchant_id=entity.merchant_id,
                key_id=entity.id,
                key_version=entity.version - len(entity.events),
            ),
        )
        if status != "UPDATE 1":
            message = f"{self._what} was changed at the same time; try again."
            raise Contention(message)
        return await self._told(events, entity)

    async def _told(self, events: EventStore, entity: Entity) -> Entity:
        await events.append(self._subject_type, entity)
        return cast("Entity", replace(cast("Any", entity), events=()))
