"""Read a quarantined file again, after what was wrong on our side has been set right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import in_unit
from domain.reconciliation.errors import StatementImportStateForbids
from domain.reconciliation.statement_import import ImportStatus, StatementImport

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryStatementImport:
    """Which one."""

    import_id: UUID


async def retry_statement_import(
    ports: ReconciliationPorts, actor: Actor, command: RetryStatementImport
) -> StatementImport:
    """The import, which a job takes up again.

    Raises `NotFound`, `Forbidden`, `StatementImportStateForbids` and `Unavailable`.
    """
    actor.require(Permission.RECONCILIATION_WRITE, PLATFORM)

    async def work(unit: ReconciliationUnit) -> StatementImport:
        present = await unit.statement_imports.for_update(command.import_id)
        refusal = retry_refusal(present)
        if refusal is not None:
            raise StatementImportStateForbids(refusal)
        retried = await unit.statement_imports.save(present.retry(ports.clock.now()))
        await unit.audit.record(
            actor, "reconciliation.retry_import", "statement_import", retried.id, retried.merchant_id, {}
        )
        await unit.commit()
        return retried

    return await in_unit(ports.units, actor, "import.retry", work)


def retry_refusal(present: StatementImport) -> str | None:
    """Why it cannot be read again."""
    if present.status is ImportStatus.QUARANTINED:
        return None
    return f"Only a quarantined import can be read again; this one is {present.status}."
