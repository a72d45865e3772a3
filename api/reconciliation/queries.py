"""The queries of reconciliation: parse filter and page, call one scoped read, show the rows. Staff only."""

from typing import Annotated

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument
from api.fields import query
from api.money import money
from api.reconciliation.enums import ImportStatus, ItemStatus, RemittanceStatus
from api.reconciliation.filters import (
    BankEntryFilter,
    BankStatementFilter,
    ReconciliationItemFilter,
    RemittanceFilter,
    StatementImportFilter,
    wanted_entries,
    wanted_imports,
    wanted_items,
    wanted_remittances,
    wanted_statements,
)
from api.reconciliation.imports import StatementImport, StatementImportTotal, statement_import
from api.reconciliation.items import ReconciliationItem, ReconciliationItemTotal, reconciliation_item
from api.reconciliation.remittances import Remittance, RemittanceTotal, remittance
from api.reconciliation.statements import BankEntry, BankStatement, bank_entry, bank_statement
from api.scalars import CurrencyCode
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import PageRequest

READ = Permission.RECONCILIATION_READ
Id = Annotated[strawberry.ID, argument("Its id.", name="id")]


@query(READ, "One import of a file of bank statements, or null when there is none. Staff only.")
async def one_import(reading: Reading, id_: Id) -> StatementImport | None:
    """By id."""
    import_id = parse_id(Prefix.STATEMENT_IMPORT, id_)
    found = await reading.reads.reconciliation.imports_by_id(reading.scope, [import_id])
    return statement_import(found[import_id]) if import_id in found else None


@query(READ, "Imports of files of bank statements, newest first, with their progress and failures. Staff only.")
async def imports(
    reading: Reading,
    filter: Annotated[StatementImportFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[StatementImport]:
    """By filter."""
    reads = reading.reads.reconciliation
    page = await reads.imports(reading.scope, wanted_imports(filter), PageRequest.of(first, after, last, before))
    return connection(page, statement_import, reads.place)


@query(READ, "How many imports there are of each status. Staff only.")
async def import_totals(reading: Reading) -> list[StatementImportTotal]:
    """Of all."""
    found = await reading.reads.reconciliation.import_tally(reading.scope)
    return [
        StatementImportTotal(status=status, count=found[status.value])
        for status in ImportStatus
        if status.value in found
    ]


@query(READ, "One bank statement, or null when there is none. Staff only.")
async def one_statement(reading: Reading, id_: Id) -> BankStatement | None:
    """By id."""
    statement_id = parse_id(Prefix.STATEMENT, id_)
    found = await reading.reads.reconciliation.statements_by_id(reading.scope, [statement_id])
    return bank_statement(found[statement_id]) if statement_id in found else None


@query(READ, "Bank statements that count, the newest import first. Staff only.")
async def statements(
    reading: Reading,
    filter: Annotated[BankStatementFilter | None, argument("Which.")] = None,  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[BankStatement]:
    """By filter."""
    reads = reading.reads.reconciliation
    wanted = wanted_statements(filter, reading.context)
    page = await reads.statements(reading.scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, bank_statement, reads.place)


@query(READ, "One entry of a bank statement, or null when there is none. Staff only.")
async def one_entry(reading: Reading, id_: Id) -> BankEntry | None:
    """By id."""
    entry_id = parse_id(Prefix.BANK_ENTRY, id_)
    found = await reading.reads.reconciliation.entries_by_id(reading.scope, [entry_id])
    return bank_entry(found[entry_id]) if entry_id in found else None


@query(READ, "Entries of bank statements, newest first; those of one statement in its order. Staff only.")
async def entries(
    reading: Reading,
    filter: Annotated[BankEntryFilter | None, argument("Which.")] = None,  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[BankEntry]:
    """By filter."""
    reads = reading.reads.reconciliation
    page = await reads.entries(reading.scope, wanted_entries(filter), PageRequest.of(first, after, last, before))
    return connection(page, bank_entry, reads.place)


@query(READ, "One reconciliation item, or null when there is none. Staff only.")
async def one_item(reading: Reading, id_: Id) -> ReconciliationItem | None:
    """By id."""
    item_id = parse_id(Prefix.RECONCILIATION, id_)
    found = await reading.reads.reconciliation.items_by_id(reading.scope, [item_id])
    return reconciliation_item(found[item_id], reading.actor) if item_id in found else None


@query(READ, "Entries of bank statements that matched nothing, newest first. Staff only.")
async def items(
    reading: Reading,
    filter: Annotated[ReconciliationItemFilter | None, argument("Which.")] = None,  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[ReconciliationItem]:
    """By filter."""
    reads = reading.reads.reconciliation
    wanted = wanted_items(filter, reading.context)
    page = await reads.items(reading.scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, lambda entity: reconciliation_item(entity, reading.actor), reads.place)


@query(READ, "How many reconciliation items stand where, and what they amount to. Staff only.")
async def item_totals(
    reading: Reading,
    filter: Annotated[ReconciliationItemFilter | None, argument("Of which.")] = None,  # noqa: A002
) -> list[ReconciliationItemTotal]:
    """By filter."""
    found = await reading.reads.reconciliation.item_tally(reading.scope, wanted_items(filter, reading.context))
    return [
        ReconciliationItemTotal(
            status=ItemStatus(status),
            currency=CurrencyCode(code),
            count=count,
            amount=money(minor, reading.context.currency_of(code)),
        )
        for status, code, count, minor in found
    ]


@query(READ, "One remittance, or null when there is none. Staff only.")
async def one_remittance(reading: Reading, id_: Id) -> Remittance | None:
    """By id."""
    remittance_id = parse_id(Prefix.REMITTANCE, id_)
    found = await reading.reads.reconciliation.remittances_by_id(reading.scope, [remittance_id])
    return remittance(found[remittance_id]) if remittance_id in found else None


@query(READ, "What gateways say they pay out to us, newest first. Staff only.")
async def remittances(
    reading: Reading,
    filter: Annotated[RemittanceFilter | None, argument("Which.")] = None,  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Remittance]:
    """By filter."""
    reads = reading.reads.reconciliation
    wanted = wanted_remittances(filter, reading.context)
    page = await reads.remittances(reading.scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, remittance, reads.place)


@query(READ, "How many remittances have come and are to come, and what they amount to. Staff only.")
async def remittance_totals(reading: Reading) -> list[RemittanceTotal]:
    """Of all."""
    found = await reading.reads.reconciliation.remittance_tally(reading.scope)
    return [
        RemittanceTotal(
            status=RemittanceStatus(status),
            currency=CurrencyCode(code),
            count=count,
            net=money(minor, reading.context.currency_of(code)),
        )
        for status, code, count, minor in found
    ]


@strawberry.type
class ReconciliationQueries:
    """The fields that reconciliation adds to Query."""

    statement_import = one_import
    statement_imports = imports
    statement_import_totals = import_totals
    bank_statement = one_statement
    bank_statements = statements
    bank_entry = one_entry
    bank_entries = entries
    reconciliation_item = one_item
    reconciliation_items = items
    reconciliation_item_totals = item_totals
    remittance = one_remittance
    remittances = remittances
    remittance_totals = remittance_totals
