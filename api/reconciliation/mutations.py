"""The mutations of reconciliation: read the input, run the verb, show the result."""

import strawberry

from api.context import Context
from api.disputes.files import HttpHeader
from api.fields import mutation
from api.identifiers import optional_id
from api.money import amount_of
from api.reconciliation.imports import statement_import
from api.reconciliation.inputs import (
    AssignReconciliationItemInput,
    CreateStatementDownloadInput,
    CreateStatementUploadInput,
    ImportStatementInput,
    MatchReconciliationItemInput,
    RecordRemittanceInput,
    ResolveReconciliationItemInput,
    RetryStatementImportInput,
)
from api.reconciliation.items import reconciliation_item
from api.reconciliation.remittances import remittance
from api.reconciliation.results import (
    AssignReconciliationItemPayload,
    AssignReconciliationItemResult,
    CreateStatementDownloadPayload,
    CreateStatementDownloadResult,
    CreateStatementUploadPayload,
    CreateStatementUploadResult,
    ImportStatementPayload,
    ImportStatementResult,
    MatchReconciliationItemPayload,
    MatchReconciliationItemResult,
    RecordRemittancePayload,
    RecordRemittanceResult,
    ResolveReconciliationItemPayload,
    ResolveReconciliationItemResult,
    RetryStatementImportPayload,
    RetryStatementImportResult,
    StatementUpload,
)
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.reconciliation.assign_item import AssignItem, assign_item
from domain.reconciliation.create_statement_upload import CreateStatementUpload, create_statement_upload
from domain.reconciliation.give_statement_file import GiveStatementFile, give_statement_file
from domain.reconciliation.import_statement import ImportStatement, import_statement
from domain.reconciliation.match_item import MatchItem, match_item
from domain.reconciliation.record_remittance import RecordRemittance, record_remittance
from domain.reconciliation.resolve_item import ResolveItem, resolve_item
from domain.reconciliation.retry_statement_import import RetryStatementImport, retry_statement_import

READ, WRITE = Permission.RECONCILIATION_READ, Permission.RECONCILIATION_WRITE
_ITEM_ID = ("itemId",)


@mutation(WRITE, "Get a link to upload a file of bank statements to, of up to four gigabytes.")
async def create_upload(context: Context, input: CreateStatementUploadInput) -> CreateStatementUploadResult:  # noqa: A002 - GraphQL's word
    """Run `create_statement_upload`."""
    command = CreateStatementUpload(file_name=input.file_name, size_bytes=input.size_bytes)
    made = await create_statement_upload(context.reconciliation, context.actor, command)
    upload = StatementUpload(
        url=made.link.url,
        method=made.link.method,
        headers=[HttpHeader(name=name, value=value) for name, value in made.link.headers.items()],
        expires_at=made.link.expires_at,
    )
    return CreateStatementUploadPayload(statement_import=statement_import(made.awaited), upload=upload)


@mutation(
    WRITE,
    "Import bank statements (camt.053, versions 02 and 08): a file that was uploaded, or the text of a small one. The"
    " same file, also in another encoding or version, adds nothing.",
)
async def import_(context: Context, input: ImportStatementInput) -> ImportStatementResult:  # noqa: A002
    """Run `import_statement`."""
    command = ImportStatement(
        upload_id=optional_id(Prefix.STATEMENT_IMPORT, input.upload_id, "uploadId"), text=input.text, name=input.name
    )
    result = await import_statement(context.reconciliation, context.actor, command)
    return ImportStatementPayload(statement_import=statement_import(result.imported), known=result.known)


@mutation(WRITE, "Read a quarantined file again, after what was wrong on our side was set right.")
async def retry(context: Context, input: RetryStatementImportInput) -> RetryStatementImportResult:  # noqa: A002
    """Run `retry_statement_import`."""
    command = RetryStatementImport(import_id=parse_id(Prefix.STATEMENT_IMPORT, input.import_id, ("importId",)))
    retried = await retry_statement_import(context.reconciliation, context.actor, command)
    return RetryStatementImportPayload(statement_import=statement_import(retried))


@mutation(READ, "Get a link to the bytes of a file, for five minutes; who asked for it is in the audit log.")
async def create_download(context: Context, input: CreateStatementDownloadInput) -> CreateStatementDownloadResult:  # noqa: A002
    """Run `give_statement_file`."""
    command = GiveStatementFile(import_id=parse_id(Prefix.STATEMENT_IMPORT, input.import_id, ("importId",)))
    given = await give_statement_file(context.reconciliation, context.actor, command)
    return CreateStatementDownloadPayload(
        statement_import=statement_import(given.imported), url=given.url, expires_at=given.expires_at
    )


@mutation(
    WRITE, "Say which payout or remittance an entry is; references need not agree, money must. The payout moves on."
)
async def match(context: Context, input: MatchReconciliationItemInput) -> MatchReconciliationItemResult:  # noqa: A002
    """Run `match_item`."""
    command = MatchItem(
        idempotency_key=input.idempotency_key,
        item_id=parse_id(Prefix.RECONCILIATION, input.item_id, _ITEM_ID),
        payout_id=optional_id(Prefix.PAYOUT, input.payout_id, "payoutId"),
        remittance_id=optional_id(Prefix.REMITTANCE, input.remittance_id, "remittanceId"),
        note=input.note,
    )
    result = await match_item(context.reconciliation, context.actor, command)
    item = reconciliation_item(result.item, context.actor)
    return MatchReconciliationItemPayload(item=item, replayed=result.replayed)


@mutation(WRITE, "Say what an entry was that matches nothing; its money is booked between the bank and suspense.")
async def resolve(context: Context, input: ResolveReconciliationItemInput) -> ResolveReconciliationItemResult:  # noqa: A002
    """Run `resolve_item`."""
    command = ResolveItem(
        idempotency_key=input.idempotency_key,
        item_id=parse_id(Prefix.RECONCILIATION, input.item_id, _ITEM_ID),
        resolution=input.resolution,
        note=input.note,
        payout_id=optional_id(Prefix.PAYOUT, input.payout_id, "payoutId"),
    )
    result = await resolve_item(context.reconciliation, context.actor, command)
    item = reconciliation_item(result.item, context.actor)
    return ResolveReconciliationItemPayload(item=item, replayed=result.replayed)


@mutation(WRITE, "Make an item somebody's to work on, or nobody's.")
async def assign(context: Context, input: AssignReconciliationItemInput) -> AssignReconciliationItemResult:  # noqa: A002
    """Run `assign_item`."""
    command = AssignItem(
        item_id=parse_id(Prefix.RECONCILIATION, input.item_id, _ITEM_ID),
        owner_id=optional_id(Prefix.USER, input.owner_id, "ownerId"),
    )
    item = await assign_item(context.reconciliation, context.actor, command)
    return AssignReconciliationItemPayload(item=reconciliation_item(item, context.actor))


@mutation(WRITE, "Write down what a gateway says it pays out to us, so that the bank's entry is known when it comes.")
async def record(context: Context, input: RecordRemittanceInput) -> RecordRemittanceResult:  # noqa: A002
    """Run `record_remittance`."""
    command = RecordRemittance(
        gateway=input.gateway,
        reference=input.reference,
        gross=amount_of(input.gross, context.currency_of, "gross"),
        costs=amount_of(input.costs, context.currency_of, "costs"),
        expected_on=input.expected_on,
    )
    return RecordRemittancePayload(
        remittance=remittance(await record_remittance(context.reconciliation, context.actor, command))
    )


@strawberry.type
class ReconciliationMutations:
    """The fields that reconciliation adds to Mutation."""

    create_statement_upload = create_upload
    import_statement = import_
    retry_statement_import = retry
    create_statement_download = create_download
    match_reconciliation_item = match
    resolve_reconciliation_item = resolve
    assign_reconciliation_item = assign
    record_remittance = record
