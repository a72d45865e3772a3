"""What is done with every file that comes, however it does."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from domain.kernel.ids import new_uuid
from domain.reconciliation.statement_import import ImportStatus, StatementImport

if TYPE_CHECKING:
    from datetime import datetime

    from domain.identity.actor import Actor
    from domain.reconciliation.ports import ReconciliationUnit
    from domain.reconciliation.statement_import import ImportSource

_KEY_BYTES = 32


def new_import(source: ImportSource, name: str, actor: Actor, at: datetime, **values: Any) -> StatementImport:  # noqa: ANN401 - its fields
    """An import that nobody knows of yet, and whose file has come unless `values` say otherwise."""
    given: dict[str, Any] = {
        "id": new_uuid(at),
        "status": ImportStatus.RECEIVED,
        "source": source,
        "name": name,
        "key": secrets.token_urlsafe(_KEY_BYTES),
        "requested_by_id": actor.id,
        "requested_by_name": actor.name,
        "created_at": at,
    }
    return StatementImport(**{**given, **values})


async def tell_received(unit: ReconciliationUnit, actor: Actor, received: StatementImport) -> None:
    """The audit line of a file that has come."""
    said = {"source": received.source.value, "name": received.name, "size_bytes": received.size_bytes}
    await unit.audit.record(
        actor, "reconciliation.receive_statement", "statement_import", received.id, received.merchant_id, said
    )
