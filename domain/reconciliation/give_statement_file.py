"""Get a link to the bytes of a file that was imported or quarantined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import in_unit
from domain.reconciliation.errors import StatementImportStateForbids

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit
    from domain.reconciliation.statement_import import StatementImport

LINK_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveStatementFile:
    """Of which import."""

    import_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFile:
    """An address that gives the file until then, to whoever has it."""

    imported: StatementImport
    url: str
    expires_at: datetime


async def give_statement_file(ports: ReconciliationPorts, actor: Actor, command: GiveStatementFile) -> StatementFile:
    """The address of the file's bytes, as they came; who asked for it is in the audit log.

    Raises `NotFound`, `Forbidden`, `StatementImportStateForbids` while they have not been kept, and `Unavailable`.
    """
    actor.require(Permission.RECONCILIATION_READ, PLATFORM)
    expires_at = ports.clock.now() + LINK_LASTS

    async def work(unit: ReconciliationUnit) -> StatementImport:
        present = await unit.statement_imports.for_update(command.import_id)
        if present.sha256 is None or present.duplicate_of is not None:
            raise StatementImportStateForbids("The bytes of this import are not kept.")
        await unit.audit.record(
            actor, "reconciliation.give_file", "statement_import", present.id, present.merchant_id, {}
        )
        await unit.commit()
        return present

    present = await in_unit(ports.units, actor, "import.give", work)
    return StatementFile(
        imported=present, url=await ports.files.download_link(present, expires_at), expires_at=expires_at
    )
