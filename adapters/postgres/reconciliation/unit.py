"""The stores of reconciliation, as one transaction offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.audit.store import EventStore
from adapters.postgres.reconciliation.import_store import EntryStore, ImportStore, StatementStore
from adapters.postgres.reconciliation.store import ItemStore, MatchStore, RemittanceStore, SentPayoutStore

if TYPE_CHECKING:
    from adapters.postgres.database import FencedConnection
    from domain.identity.actor import Actor


class ReconciliationStores:
    """Each is made when it is asked for: most transactions, which are about payments, need none of them."""

    def __init__(self, connection: FencedConnection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    @property
    def statement_imports(self) -> ImportStore:
        """Imports of files of statements."""
        return ImportStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def bank_statements(self) -> StatementStore:
        """Statements."""
        return StatementStore(self._connection)

    @property
    def bank_entries(self) -> EntryStore:
        """Entries of statements."""
        return EntryStore(self._connection)

    @property
    def bank_matches(self) -> MatchStore:
        """What entries turned out to be."""
        return MatchStore(self._connection)

    @property
    def reconciliation_items(self) -> ItemStore:
        """What did not match."""
        return ItemStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def remittances(self) -> RemittanceStore:
        """What gateways say they pay out."""
        return RemittanceStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def sent_payouts(self) -> SentPayoutStore:
        """Payouts as banks know them."""
        return SentPayoutStore(self._connection)
