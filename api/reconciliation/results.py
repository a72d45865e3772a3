"""What the mutations of reconciliation answer with: a payload, or one of the errors that can happen."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from api.describing import attribute
from api.disputes.files import HttpHeader
from api.errors import (
    IdempotencyConflict,
    IdempotencyInProgress,
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
)
from api.payments.results import REPLAYED
from api.reconciliation.imports import StatementImport
from api.reconciliation.items import ReconciliationItem
from api.reconciliation.remittances import Remittance

_IMPORT = "The import."
_ITEM = "The item, as it is now."


@strawberry.type(description="How the file is sent: one request to this address, with the file as its body.")
class StatementUpload:
    """Whoever has it may send the file."""

    url: str = attribute("The address; no other credentials are needed, so keep it to yourself.")
    method: str = attribute("The HTTP method: PUT.")
    headers: list[HttpHeader] = attribute("Headers to send with it.")
    expires_at: datetime = attribute("Until when the upload may begin.")


@strawberry.type(description="The file was declared; now send it, and then call `importStatement`.")
class CreateStatementUploadPayload:
    """Of `createStatementUpload`."""

    statement_import: StatementImport = attribute("The import, which awaits its file; its id is the `uploadId`.")
    upload: StatementUpload = attribute("How to send it.")


@strawberry.type(description="The file is read as soon as a worker is free.")
class ImportStatementPayload:
    """Of `importStatement`."""

    statement_import: StatementImport = attribute("The import; ask for it again to see how far it is.")
    known: bool = attribute("Whether the very same bytes had come before; then it is that import.")


@strawberry.type(description="The file is read again as soon as a worker is free.")
class RetryStatementImportPayload:
    """Of `retryStatementImport`."""

    statement_import: StatementImport = attribute(_IMPORT)


@strawberry.type(description="The file can be fetched.")
class CreateStatementDownloadPayload:
    """Of `createStatementDownload`."""

    statement_import: StatementImport = attribute(_IMPORT)
    url: str = attribute("The address of its bytes, as they came; no other credentials are needed.")
    expires_at: datetime = attribute("Until when.")


@strawberry.type(description="The entry is known, and what it is has moved on.")
class MatchReconciliationItemPayload:
    """Of `matchReconciliationItem`."""

    item: ReconciliationItem = attribute(_ITEM)
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="The entry is booked to suspense, and the item is resolved.")
class ResolveReconciliationItemPayload:
    """Of `resolveReconciliationItem`."""

    item: ReconciliationItem = attribute(_ITEM)
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="Somebody works on the item, or nobody.")
class AssignReconciliationItemPayload:
    """Of `assignReconciliationItem`."""

    item: ReconciliationItem = attribute(_ITEM)


@strawberry.type(description="The remittance is awaited.")
class RecordRemittancePayload:
    """Of `recordRemittance`."""

    remittance: Remittance = attribute("The remittance; the known one when it had been written down before.")


_Refusal: TypeAlias = InvalidInput | NotFound | PermissionDenied
_StateRefusal: TypeAlias = _Refusal | InvalidState
_KeyRefusal: TypeAlias = _StateRefusal | IdempotencyConflict | IdempotencyInProgress
CreateStatementUploadResult = Annotated[
    CreateStatementUploadPayload | _Refusal,
    strawberry.union("CreateStatementUploadResult", description="What `createStatementUpload` answers with."),
]
ImportStatementResult = Annotated[
    ImportStatementPayload | _StateRefusal,
    strawberry.union("ImportStatementResult", description="What `importStatement` answers with."),
]
RetryStatementImportResult = Annotated[
    RetryStatementImportPayload | _StateRefusal,
    strawberry.union("RetryStatementImportResult", description="What `retryStatementImport` answers with."),
]
CreateStatementDownloadResult = Annotated[
    CreateStatementDownloadPayload | _StateRefusal,
    strawberry.union("CreateStatementDownloadResult", description="What `createStatementDownload` answers with."),
]
MatchReconciliationItemResult = Annotated[
    MatchReconciliationItemPayload | _KeyRefusal,
    strawberry.union("MatchReconciliationItemResult", description="What `matchReconciliationItem` answers with."),
]
ResolveReconciliationItemResult = Annotated[
    ResolveReconciliationItemPayload | _KeyRefusal,
    strawberry.union("ResolveReconciliationItemResult", description="What `resolveReconciliationItem` answers with."),
]
AssignReconciliationItemResult = Annotated[
    AssignReconciliationItemPayload | _StateRefusal,
    strawberry.union("AssignReconciliationItemResult", description="What `assignReconciliationItem` answers with."),
]
RecordRemittanceResult = Annotated[
    RecordRemittancePayload | _StateRefusal,
    strawberry.union("RecordRemittanceResult", description="What `recordRemittance` answers with."),
]
