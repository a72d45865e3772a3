"""Filters of reconciliation, as requests give them and as the domain knows them."""

from typing import TypeVar

import strawberry

from api.context import Context
from api.describing import attribute
from api.identifiers import many_ids, optional_id
from api.money import codes_of
from api.reconciliation.enums import ImportSource, ImportStatus, ItemReason, ItemStatus, RemittanceStatus
from api.scalars import CurrencyCode
from api.spans import DateRange, days
from domain.kernel.ids import Prefix
from domain.reconciliation import filter as filters

Value = TypeVar("Value")
_ACCOUNTS = "Of our accounts of these names."
_CURRENCIES = "In these currencies."


@strawberry.input(description="Which imports. Everything given must hold; a list means any of.")
class StatementImportFilter:
    """For `statementImports`."""

    status: list[ImportStatus] | None = attribute("In these statuses.", default=None)
    source: list[ImportSource] | None = attribute("That came so.", default=None)


@strawberry.input(description="Which bank statements. Everything given must hold; a list means any of.")
class BankStatementFilter:
    """For `bankStatements`."""

    account: list[str] | None = attribute(_ACCOUNTS, default=None)
    currency: list[CurrencyCode] | None = attribute(_CURRENCIES, default=None)
    import_id: strawberry.ID | None = attribute("That were in the file of this import.", default=None)
    closing_on: DateRange | None = attribute("Whose closing balance is of that day.", default=None)
    gap: bool | None = attribute("Whether the opening balance differs from the closing balance before.", default=None)


@strawberry.input(description="Which entries. Everything given must hold; a list means any of.")
class BankEntryFilter:
    """For `bankEntries`."""

    statement_id: strawberry.ID | None = attribute("Of this statement, in its order.", default=None)
    end_to_end_id: list[str] | None = attribute("With these end-to-end ids.", default=None)


@strawberry.input(description="Which reconciliation items. Everything given must hold; a list means any of.")
class ReconciliationItemFilter:
    """For `reconciliationItems`."""

    status: list[ItemStatus] | None = attribute("In these statuses.", default=None)
    reason: list[ItemReason] | None = attribute("For these reasons.", default=None)
    account: list[str] | None = attribute(_ACCOUNTS, default=None)
    currency: list[CurrencyCode] | None = attribute(_CURRENCIES, default=None)
    owner_ids: list[strawberry.ID] | None = attribute("That these people work on.", default=None)
    unowned: bool | None = attribute("True: that nobody works on; false: that somebody does.", default=None)
    statement_id: strawberry.ID | None = attribute("With entries of this statement.", default=None)
    booked_on: DateRange | None = attribute("That the bank booked on these days.", default=None)


@strawberry.input(description="Which remittances. Everything given must hold; a list means any of.")
class RemittanceFilter:
    """For `remittances`."""

    status: list[RemittanceStatus] | None = attribute("In these statuses.", default=None)
    gateway: list[str] | None = attribute("Of these gateways.", default=None)
    currency: list[CurrencyCode] | None = attribute(_CURRENCIES, default=None)
    reference: list[str] | None = attribute("With these references.", default=None)


def wanted_imports(given: StatementImportFilter | None) -> filters.ImportFilter:
    """The domain's filter."""
    if given is None:
        return filters.ImportFilter()
    return filters.ImportFilter(status=_tuple(given.status), source=_tuple(given.source))


def wanted_statements(given: BankStatementFilter | None, context: Context) -> filters.StatementFilter:
    """The domain's filter; raise `Invalid` that names the path."""
    if given is None:
        return filters.StatementFilter()
    return filters.StatementFilter(
        account=_tuple(given.account),
        currency=codes_of(given.currency, context.currency_of, "filter", "currency"),
        import_id=optional_id(Prefix.STATEMENT_IMPORT, given.import_id, "filter", "importId"),
        closing_on=days(given.closing_on),
        gap=given.gap,
    )


def wanted_entries(given: BankEntryFilter | None) -> filters.EntryFilter:
    """The domain's filter; raise `Invalid` that names the path."""
    if given is None:
        return filters.EntryFilter()
    return filters.EntryFilter(
        statement_id=optional_id(Prefix.STATEMENT, given.statement_id, "filter", "statementId"),
        end_to_end_id=_tuple(given.end_to_end_id),
    )


def wanted_items(given: ReconciliationItemFilter | None, context: Context) -> filters.ItemFilter:
    """The domain's filter; raise `Invalid` that names the path."""
    if given is None:
        return filters.ItemFilter()
    owners = given.owner_ids
    return filters.ItemFilter(
        status=_tuple(given.status),
        reason=_tuple(given.reason),
        account=_tuple(given.account),
        currency=codes_of(given.currency, context.currency_of, "filter", "currency"),
        owner_ids=None if owners is None else tuple(many_ids(Prefix.USER, owners, "filter", "ownerIds")),
        unowned=given.unowned,
        statement_id=optional_id(Prefix.STATEMENT, given.statement_id, "filter", "statementId"),
        booked_on=days(given.booked_on),
    )


def wanted_remittances(given: RemittanceFilter | None, context: Context) -> filters.RemittanceFilter:
    """The domain's filter; raise `Invalid` that names the path."""
    if given is None:
        return filters.RemittanceFilter()
    return filters.RemittanceFilter(
        status=_tuple(given.status),
        gateway=_tuple(given.gateway),
        currency=codes_of(given.currency, context.currency_of, "filter", "currency"),
        reference=_tuple(given.reference),
    )


def _tuple(given: list[Value] | None) -> tuple[Value, ...] | None:
    return None if given is None else tuple(given)
