"""Take a file of statements: uploaded by a link, or as the text of a small one. Jobs read it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import in_unit
from domain.reconciliation.errors import StatementImportStateForbids
from domain.reconciliation.file_name import clean_file_name
from domain.reconciliation.receiving import new_import, tell_received
from domain.reconciliation.statement_import import MOST_BYTES, ImportSource, ImportStatus, StatementImport

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit

MOST_TEXT_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStatement:
    """Either `upload_id`, an import whose file was uploaded, or the `text` of a file and its `name`."""

    upload_id: UUID | None = None
    text: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """`known`: the very same bytes have come before; the import is that earlier one."""

    imported: StatementImport
    known: bool = False


async def import_statement(ports: ReconciliationPorts, actor: Actor, command: ImportStatement) -> ImportResult:
    """The import, which a job takes up at once; said again, nothing changes.

    Raises `NotFound`, `Forbidden`, `Invalid`, `StatementImportStateForbids` and `Unavailable`.
    """
    actor.require(Permission.RECONCILIATION_WRITE, PLATFORM)
    if (command.upload_id is None) == (command.text is None):
        raise Invalid(("uploadId",), "Give either the id of an upload, or a text.")
    if command.upload_id is not None:
        return ImportResult(imported=await _uploaded(ports, actor, command.upload_id))
    assert command.text is not None
    return await _text(ports, actor, command.text.encode(), clean_file_name(command.name or "statement.xml"))


async def _uploaded(ports: ReconciliationPorts, actor: Actor, upload_id: UUID) -> StatementImport:
    async def load(unit: ReconciliationUnit) -> StatementImport:
        return await unit.statement_imports.for_update(upload_id)

    awaited = await in_unit(ports.units, actor, "import.load", load)
    if awaited.status is not ImportStatus.AWAITING_UPLOAD:
        return awaited
    size = await ports.files.size(awaited.upload_key)
    if not size:
        raise StatementImportStateForbids("Nothing was uploaded yet; send the file to the upload's link first.")
    if size > MOST_BYTES:
        raise Invalid(("uploadId",), f"A file has at most {MOST_BYTES} bytes; this one has {size}.")

    async def work(unit: ReconciliationUnit) -> StatementImport:
        present = await unit.statement_imports.for_update(upload_id)
        if present.status is not ImportStatus.AWAITING_UPLOAD:
            return present
        received = await unit.statement_imports.save(present.receive(size, ports.clock.now()))
        await tell_received(unit, actor, received)
        await unit.commit()
        return received

    return await in_unit(ports.units, actor, "import.receive", work)


async def _text(ports: ReconciliationPorts, actor: Actor, content: bytes, name: str) -> ImportResult:
    if len(content) > MOST_TEXT_BYTES:
        raise Invalid(("text",), f"A text has at most {MOST_TEXT_BYTES} bytes; upload larger files.")
    sha256 = hashlib.sha256(content).hexdigest()
    new = new_import(ImportSource.TEXT, name, actor, ports.clock.now(), size_bytes=len(content), sha256=sha256)

    async def work(unit: ReconciliationUnit) -> ImportResult:
        known = await unit.statement_imports.of_content(sha256)
        if known is not None:
            return ImportResult(imported=known, known=True)
        # The bytes first: an import never lacks them. What a crash leaves of them nobody ever reads.
        await ports.files.keep(new.stored_key, _once(content))
        added = await unit.statement_imports.add(new.announce(new.created_at))
        await tell_received(unit, actor, added)
        await unit.commit()
        return ImportResult(imported=added)

    return await in_unit(ports.units, actor, "import.receive", work)


async def _once(content: bytes) -> AsyncGenerator[bytes]:
    yield content
