"""What the graph reads of reconciliation. All but matches is the platform's own, and staff's alone to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.reconciliation.bank_entry import BankEntry
    from domain.reconciliation.bank_match import BankMatch
    from domain.reconciliation.bank_statement import BankStatement
    from domain.reconciliation.filter import (
        EntryFilter,
        ImportFilter,
        ItemFilter,
        RemittanceFilter,
        StatementFilter,
    )
    from domain.reconciliation.reconciliation_item import ReconciliationItem
    from domain.reconciliation.remittance import Remittance
    from domain.reconciliation.statement_import import StatementImport

Totals = list[tuple[str, str, int, int]]
"""Status, currency, how many, and the sum of their amounts in minor units."""


class ReconciliationReads(Protocol):
    """Every read takes a scope first; lists are newest first, and raise `Invalid` for a cursor that is none."""

    async def imports(self, scope: Scope, wanted: ImportFilter, request: PageRequest) -> Slice[StatementImport]:
        """One page of imports."""
        ...

    async def imports_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, StatementImport]:
        """Those within the scope."""
        ...

    async def import_tally(self, scope: Scope) -> Mapping[str, int]:
        """How many imports have each status."""
        ...

    async def statements(self, scope: Scope, wanted: StatementFilter, request: PageRequest) -> Slice[BankStatement]:
        """One page of imported statements."""
        ...

    async def statements_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, BankStatement]:
        """Imported ones within the scope."""
        ...

    async def statements_of(self, scope: Scope, import_ids: Collection[UUID]) -> Mapping[UUID, Sequence[BankStatement]]:
        """The imported statements of imports, in the order of their files; 100 of each at most."""
        ...

    async def entries(self, scope: Scope, wanted: EntryFilter, request: PageRequest) -> Slice[BankEntry]:
        """One page of the entries of imported statements; of one statement in its order, else newest first."""
        ...

    async def entries_of(
        self, scope: Scope, statements: Sequence[BankStatement], request: PageRequest
    ) -> list[Slice[BankEntry]]:
        """One page of each statement's entries, in their order."""
        ...

    async def entries_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, BankEntry]:
        """Entries of imported statements within the scope."""
        ...

    async def matches_of(self, scope: Scope, entry_ids: Collection[UUID]) -> Mapping[UUID, BankMatch]:
        """What entries turned out to be; of payouts, those of merchants within the scope."""
        ...

    async def items(self, scope: Scope, wanted: ItemFilter, request: PageRequest) -> Slice[ReconciliationItem]:
        """One page of items."""
        ...

    async def items_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, ReconciliationItem]:
        """Those within the scope."""
        ...

    async def items_of(self, scope: Scope, entry_ids: Collection[UUID]) -> Mapping[UUID, ReconciliationItem]:
        """By their entries' ids."""
        ...

    async def item_tally(self, scope: Scope, wanted: ItemFilter) -> Totals:
        """Items by status and currency."""
        ...

    async def remittances(self, scope: Scope, wanted: RemittanceFilter, request: PageRequest) -> Slice[Remittance]:
        """One page of remittances."""
        ...

    async def remittances_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, Remittance]:
        """Those within the scope."""
        ...

    async def remittance_tally(self, scope: Scope) -> Totals:
        """Remittances by status and currency; the sums are of their net amounts."""
        ...

    def place(self, row: StatementImport | BankStatement | BankEntry | ReconciliationItem | Remittance) -> str:
        """The cursor of a row in any of these lists."""
        ...
