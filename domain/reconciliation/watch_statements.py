"""Look where the bank leaves its files, take each new one once, and forget uploads that never came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.kernel.unit import Contention, in_unit
from domain.reconciliation.receiving import new_import, tell_received
from domain.reconciliation.statement_import import LONGEST_NAME, MOST_BYTES, ImportSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.identity.actor import Actor
    from domain.reconciliation.ports import InboxObject, ReconciliationPorts, ReconciliationUnit

SETTLES_AFTER = timedelta(seconds=2)
"""What was written just now may still be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchStatements:
    """At most so many uploads are forgotten at a time."""

    limit: int = 100


async def watch_statements(ports: ReconciliationPorts, actor: Actor, command: WatchStatements) -> int:
    """How many files were taken, and how many uploads forgotten.

    A file is known by its path and the storage's tag of its content: one that is replaced comes again, and is compared
    with what was imported. Raises `Unavailable`.
    """
    taken = 0
    async for objects in ports.inbox.objects():
        taken += await _take(ports, actor, objects)
    return taken + await _forget(ports, actor, command.limit)


async def _take(ports: ReconciliationPorts, actor: Actor, objects: Sequence[InboxObject]) -> int:
    settled = [
        one
        for one in objects
        if one.left_at + SETTLES_AFTER <= ports.clock.now()
        and one.size_bytes <= MOST_BYTES
        and len(one.path) <= LONGEST_NAME
    ]

    async def work(unit: ReconciliationUnit) -> int:
        at = ports.clock.now()
        known = await unit.statement_imports.known_origins([_origin(one) for one in settled])
        new = [one for one in settled if _origin(one) not in known]
        for one in new:
            made = new_import(ImportSource.INBOX, one.path, actor, at, origin=_origin(one), size_bytes=one.size_bytes)
            received = await unit.statement_imports.add(made.announce(at))
            await tell_received(unit, actor, received)
        await unit.commit()
        return len(new)

    if not settled:
        return 0
    try:
        return await in_unit(ports.units, actor, "import.watch", work)
    except Contention:
        # Another worker looks at the same time, and takes them.
        return 0


def _origin(one: InboxObject) -> str:
    return f"{one.path} {one.tag}"


async def _forget(ports: ReconciliationPorts, actor: Actor, limit: int) -> int:
    async def work(unit: ReconciliationUnit) -> list[str]:
        at = ports.clock.now()
        overdue = await unit.statement_imports.overdue(at, limit)
        for one in overdue:
            await unit.statement_imports.save(one.expire(at))
        await unit.commit()
        return [one.upload_key for one in overdue]

    keys = await in_unit(ports.units, actor, "import.forget", work)
    for key in keys:
        await ports.files.delete(key)
    return len(keys)
