"""Keep a file's bytes where nobody changes them, and know them by their SHA-256."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit
from domain.reconciliation.errors import StatementRefused, StatementRule
from domain.reconciliation.reading import hold_lease
from domain.reconciliation.statement_import import MOST_BYTES, ImportSource

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from domain.identity.actor import Actor
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit
    from domain.reconciliation.statement_import import StatementImport

_RENEW_EVERY = 256 * 2**20


async def keep_bytes(ports: ReconciliationPorts, actor: Actor, leased: StatementImport) -> StatementImport:
    """The import with its bytes kept; ended as a duplicate when an earlier import has the same ones.

    Raises `StatementRefused` for a file that is too large or gone, `LeaseLost` and `Unavailable`.
    """
    copy = _Copy(ports, actor, leased)
    await ports.files.keep(leased.stored_key, copy.chunks(_source(ports, leased)))
    if not copy.size_bytes:
        await ports.files.delete(leased.stored_key)
        raise StatementRefused(StatementRule.NO_STATEMENT, 0, "The file is empty, or was taken away.")

    async def work(unit: ReconciliationUnit) -> StatementImport:
        at = ports.clock.now()
        held = await hold_lease(unit, copy.leased, at)
        known = await unit.statement_imports.of_content(copy.sha256)
        kept = replace(held, sha256=copy.sha256, size_bytes=copy.size_bytes)
        kept = await unit.statement_imports.save(kept if known is None else kept.duplicate(known.id, at))
        if known is not None:
            said = {"status": kept.status.value, "duplicate_of": str(known.id)}
            await unit.audit.record(
                actor, "reconciliation.import_statement", "statement_import", kept.id, kept.merchant_id, said
            )
        await unit.commit()
        return kept

    kept = await in_unit(ports.units, actor, "import.keep", work)
    if kept.duplicate_of is not None:
        await ports.files.delete(kept.stored_key)
    if kept.source is ImportSource.UPLOAD:
        await ports.files.delete(kept.upload_key)
    return kept


def _source(ports: ReconciliationPorts, leased: StatementImport) -> AsyncIterator[bytes]:
    if leased.source is ImportSource.INBOX:
        return ports.inbox.stream(leased.name)
    return ports.files.stream(leased.upload_key)


class _Copy:
    """What passes through: its size and digest, and the lease renewed now and then."""

    def __init__(self, ports: ReconciliationPorts, actor: Actor, leased: StatementImport) -> None:
        self._ports = ports
        self._actor = actor
        self._digest = hashlib.sha256()
        self.leased = leased
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        """Of all that has passed."""
        return self._digest.hexdigest()

    async def chunks(self, source: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
        """The same again. Whoever stores it stores nothing when this raises."""
        renewed = 0
        async for chunk in source:
            self._digest.update(chunk)
            self.size_bytes += len(chunk)
            if self.size_bytes > MOST_BYTES:
                message = f"A file holds at most {MOST_BYTES} bytes."
                raise StatementRefused(StatementRule.TOO_LARGE, 0, message)
            yield chunk
            if self.size_bytes - renewed >= _RENEW_EVERY:
                renewed = self.size_bytes
                await self._renew()

    async def _renew(self) -> None:
        async def work(unit: ReconciliationUnit) -> StatementImport:
            held = await hold_lease(unit, self.leased, self._ports.clock.now())
            await unit.commit()
            return held

        self.leased = await in_unit(self._ports.units, self._actor, "import.renew", work)
