"""Rows to the nouns of reconciliation and back: the only place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.currencies import all_currencies
from adapters.postgres.hydration import hydrator
from domain.reconciliation.bank_entry import BankEntry
from domain.reconciliation.bank_match import BankMatch, MatchKind
from domain.reconciliation.bank_statement import BankStatement, StatementStatus
from domain.reconciliation.errors import StatementRule
from domain.reconciliation.reconciliation_item import ItemReason, ItemStatus, ReconciliationItem, Resolution
from domain.reconciliation.remittance import Remittance, RemittanceStatus
from domain.reconciliation.statement_import import ImportSource, ImportStatus, StatementImport

if TYPE_CHECKING:
    from asyncpg import Record

_CURRENCIES = {currency.code: currency for currency in all_currencies()}
_NOT_COLUMNS = frozenset({"events"})


def _no_events(_: Record) -> tuple[()]:
    return ()


import_of = hydrator(
    StatementImport, {"status": ImportStatus, "source": ImportSource, "rule": StatementRule, "events": _no_events}
)
"""An import from its row."""
statement_of = hydrator(BankStatement, {"status": StatementStatus, "currency": _CURRENCIES})
"""A statement from its row."""
entry_of = hydrator(BankEntry, {"currency": _CURRENCIES})
"""An entry from its row."""
match_of = hydrator(BankMatch, {"kind": MatchKind, "currency": _CURRENCIES})
"""A match from its row."""
item_of = hydrator(
    ReconciliationItem,
    {
        "status": ItemStatus,
        "reason": ItemReason,
        "currency": _CURRENCIES,
        "resolution": Resolution,
        "events": _no_events,
    },
)
"""An item from its row."""
remittance_of = hydrator(
    Remittance, {"status": RemittanceStatus, "currency": _CURRENCIES, "events": _no_events}, checked=False
)
"""A remittance from its row."""


def import_values(one: StatementImport) -> dict[str, Any]:
    """The columns of an import."""
    return {
        **_plain(one),
        "status": one.status.value,
        "source": one.source.value,
        "rule": one.rule and one.rule.value,
    }


def statement_values(one: BankStatement) -> dict[str, Any]:
    """The columns of a statement."""
    return {**_plain(one), "status": one.status.value, "currency": one.currency.code}


def match_values(one: BankMatch) -> dict[str, Any]:
    """The columns of a match."""
    return {**_plain(one), "kind": one.kind.value, "currency": one.currency.code}


def item_values(one: ReconciliationItem) -> dict[str, Any]:
    """The columns of an item."""
    return {
        **_plain(one),
        "status": one.status.value,
        "reason": one.reason.value,
        "currency": one.currency.code,
        "resolution": one.resolution and one.resolution.value,
    }


def remittance_values(one: Remittance) -> dict[str, Any]:
    """The columns of a remittance."""
    return {**_plain(one), "status": one.status.value, "currency": one.currency.code}


def _plain(one: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the above
    return {name: getattr(one, name) for name in type(one).__slots__ if name not in _NOT_COLUMNS}
