"""Imports of files of bank statements in the graph."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.fields import batched
from api.node import Node, identifier
from api.reconciliation.enums import ImportSource, ImportStatus, StatementRule
from api.scalars import BigInt
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.reconciliation import statement_import as imports

if TYPE_CHECKING:
    from api.reconciliation.statements import BankStatement

StatementOf: TypeAlias = Annotated["BankStatement", strawberry.lazy("api.reconciliation.statements")]
ImportOf: TypeAlias = Annotated["StatementImport", strawberry.lazy("api.reconciliation.imports")]
READ = Permission.RECONCILIATION_READ


async def _statements(rows: list["StatementImport"], reading: Reading) -> list[list[StatementOf]]:
    from api.reconciliation.statements import bank_statement  # noqa: PLC0415 - each shows the other

    found = await reading.reads.reconciliation.statements_of(reading.scope, [row.entity.id for row in rows])
    return [[bank_statement(one) for one in found.get(row.entity.id, ())] for row in rows]


async def _earlier(rows: list["StatementImport"], reading: Reading) -> list[Optional[ImportOf]]:  # noqa: UP045 - an element type
    wanted = {row.entity.duplicate_of for row in rows if row.entity.duplicate_of is not None}
    found = await reading.reads.reconciliation.imports_by_id(reading.scope, wanted) if wanted else {}
    return [
        None if (id_ := row.entity.duplicate_of) is None or id_ not in found else statement_import(found[id_])
        for row in rows
    ]


@strawberry.type(description="A file of bank statements on its way in.")
class StatementImport(Node):
    """All of it counts, or nothing."""

    entity: strawberry.Private[imports.StatementImport]
    id: strawberry.ID = identifier(Prefix.STATEMENT_IMPORT)
    status: ImportStatus = derived("Where it stands.", "entity.status")
    source: ImportSource = derived("How the file came.", "entity.source")
    name: str = derived("The file's name, or its path in the watched prefix.", "entity.name")
    size_bytes: BigInt | None = derived("How many bytes it has, once that is known.", "entity.size_bytes")
    sha256: str | None = derived("The SHA-256 of its bytes, in hexadecimal, once they are kept.", "entity.sha256")
    entries: BigInt = derived("How many entries were read so far.", "entity.entries")
    bytes_read: BigInt = derived("How many of its bytes were read so far.", "entity.bytes_read")
    rule: StatementRule | None = derived("The rule that it breaks, while it is quarantined.", "entity.rule")
    line: BigInt | None = derived("The line of the file where it breaks the rule; 0 where none does.", "entity.line")
    message: str | None = derived("What is wrong, in words for people.", "entity.message")
    requested_by: str = derived("The name of whoever brought it.", "entity.requested_by_name")
    created_at: datetime = derived("When it came, or a link for it was given out.", "entity.created_at")
    expires_at: datetime | None = derived("Until when it can be uploaded, while it is awaited.", "entity.expires_at")
    finished_at: datetime | None = derived("When it was read to its end.", "entity.finished_at")
    statements: list[StatementOf] = batched(
        READ, "Its statements that count, in the file's order; the first hundred.", "entity.id"
    )(_statements)
    duplicate_of: ImportOf | None = batched(READ, "The import that had the same before.", "entity.duplicate_of")(
        _earlier
    )


def statement_import(entity: imports.StatementImport) -> StatementImport:
    """An import as the graph shows it."""
    return StatementImport(entity=entity)


@strawberry.type(description="How many imports there are of one status.")
class StatementImportTotal:
    """Where there are any."""

    status: ImportStatus = attribute("The status.")
    count: int = attribute("How many there are.")
