"""The in-memory transaction that the stores of one unit share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from domain.kernel.errors import NotFound
from domain.merchants.merchant import Merchant

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from uuid import UUID

    from domain.identity.actor import Scope
    from tests.fakes.tables import Tables


class Row(Protocol):
    """What lies in a table."""

    @property
    def id(self) -> UUID:
        """Its key."""
        ...

    @property
    def merchant_id(self) -> UUID | None:
        """Whose it is; None while that is not known."""
        ...


RowT = TypeVar("RowT", bound="Row | Merchant")


class Fenced(Exception):
    """A row of a merchant beyond the fence was written."""


class Transaction:
    """Collects writes, which take place at the commit; holds locks until the end."""

    def __init__(self, tables: Tables, fence: Scope) -> None:
        self.tables = tables
        self._fence = fence
        self._writes: list[Callable[[], object]] = []
        self._changed: dict[UUID, object] = {}
        self._held: list[asyncio.Lock] = []
        self._advisory: set[str] = set()

    def visible(self, merchant_id: UUID | None) -> bool:
        """Whether rows of that merchant exist for this transaction; those of no merchant do for staff alone."""
        return self._fence.merchant_ids is None or (merchant_id is not None and self._fence.covers(merchant_id))

    def rows(self, table: dict[UUID, RowT]) -> list[RowT]:
        """The rows of a table as this transaction sees them."""
        present: dict[UUID, RowT] = {row_id: self._changed.get(row_id, row) for row_id, row in table.items()}  # ty: ignore[invalid-assignment]  # pyright: ignore[reportAssignmentType]
        return [row for row in present.values() if self.visible(_owner(row))]

    def get(self, table: dict[UUID, RowT], row_id: UUID, what: str) -> RowT:
        """A row as this transaction sees it; raise `NotFound`."""
        row: RowT | None = self._changed.get(row_id, table.get(row_id))  # ty: ignore[invalid-assignment]  # pyright: ignore[reportAssignmentType]
        if row is None or not self.visible(_owner(row)):
            raise NotFound(what)
        return row

    def put(self, table: dict[UUID, RowT], row: RowT) -> None:
        """Write a row at the commit."""
        self.ensure_within(_owner(row))
        self._changed[row.id] = row
        self.later(lambda: table.__setitem__(row.id, row))

    def later(self, write: Callable[[], object]) -> None:
        """Do this at the commit."""
        self._writes.append(write)

    def ensure_within(self, merchant_id: UUID | None) -> None:
        """Raise `Fenced` for a row beyond the fence."""
        if not self.visible(merchant_id):
            raise Fenced

    async def lock(self, key: object) -> None:
        """Wait until nobody else holds the key; keep it until the end."""
        lock = self.tables.locks[key]
        if lock not in self._held:
            await lock.acquire()
            self._held.append(lock)

    def try_lock(self, name: str) -> bool:
        """Take an advisory lock unless another transaction holds it."""
        if name in self.tables.advisory and name not in self._advisory:
            return False
        self.tables.advisory.add(name)
        self._advisory.add(name)
        return True

    def commit(self) -> None:
        """Let the writes take place."""
        for write in self._writes:
            write()
        self.end()

    def end(self) -> None:
        """Forget what was not committed, and let others have the locks."""
        self._writes.clear()
        self._changed.clear()
        for lock in self._held:
            lock.release()
        self._held.clear()
        self.tables.advisory -= self._advisory
        self._advisory.clear()


def _owner(row: Row | Merchant) -> UUID | None:
    return row.id if isinstance(row, Merchant) else row.merchant_id
