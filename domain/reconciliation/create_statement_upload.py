"""Get a link to upload a file of statements to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import in_unit
from domain.reconciliation.file_name import clean_file_name
from domain.reconciliation.receiving import new_import
from domain.reconciliation.statement_import import (
    MOST_BYTES,
    UPLOAD_LASTS,
    ImportSource,
    ImportStatus,
    StatementImport,
)

if TYPE_CHECKING:
    from domain.disputes.storage import UploadLink
    from domain.identity.actor import Actor
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStatementUpload:
    """The file's name and how many bytes it has."""

    file_name: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementUpload:
    """The import that awaits its file, and how to send that."""

    awaited: StatementImport
    link: UploadLink


async def create_statement_upload(
    ports: ReconciliationPorts, actor: Actor, command: CreateStatementUpload
) -> StatementUpload:
    """The import, and a link that lasts for an hour.

    Raises `Forbidden`, `Invalid` and `Unavailable`.
    """
    actor.require(Permission.RECONCILIATION_WRITE, PLATFORM)
    name = clean_file_name(command.file_name)
    if not 0 < command.size_bytes <= MOST_BYTES:
        raise Invalid(("sizeBytes",), f"A file has 1 to {MOST_BYTES} bytes.")
    at = ports.clock.now()
    new = new_import(
        ImportSource.UPLOAD,
        name,
        actor,
        at,
        status=ImportStatus.AWAITING_UPLOAD,
        size_bytes=command.size_bytes,
        expires_at=at + UPLOAD_LASTS,
    )

    async def work(unit: ReconciliationUnit) -> StatementImport:
        added = await unit.statement_imports.add(new.announce(at))
        said = {"name": name, "size_bytes": command.size_bytes}
        await unit.audit.record(
            actor, "reconciliation.create_statement_upload", "statement_import", added.id, added.merchant_id, said
        )
        await unit.commit()
        return added

    awaited = await in_unit(ports.units, actor, "import.await", work)
    return StatementUpload(awaited=awaited, link=await ports.files.upload_link(awaited))
