"""SQLAlchemy Core statements, compiled once and run on asyncpg as plain text with positional arguments."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, cast

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ClauseElement, ColumnElement, Table
    from sqlalchemy.sql.compiler import SQLCompiler

_DIALECT = PGDialect_asyncpg()


class Statement:
    """A compiled statement: `await connection.fetch(statement.sql, *statement.args(id=...))`.

    Values pass to asyncpg as they are (UUID, datetime, Decimal, lists, and JSON through the pool's codec), so Core
    compiles a statement once in the life of the process instead of once in a request.
    """

    __slots__ = ("_fixed", "_take", "sql")

    def __init__(self, element: ClauseElement) -> None:
        compiled = cast("SQLCompiler", element.compile(dialect=_DIALECT))
        self.sql = str(compiled)
        if "POSTCOMPILE" in self.sql:
            message = "a list of values has no text of its own; compare with = ANY of an array"
            raise TypeError(message)
        names = compiled.positiontup or ()
        self._fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        self._take = _taker(names)

    def args(self, **values: object) -> tuple[object, ...]:
        """The positional arguments; what is not given is what the statement was built with.

        Raises `KeyError` for a value that is in neither.
        """
        return self._take({**self._fixed, **values} if self._fixed else values)


def _taker(names: Sequence[str]) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
    """What takes the values of these names in C: the longest statements have fifty."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def insert_row(table: Table) -> Statement:
    """Insert one row, every column that the database does not fill in by itself."""
    columns = [c for c in table.columns if c.server_default is None and c.computed is None]
    return Statement(insert(table).values({c.key: bindparam(c.key, type_=c.type) for c in columns}))


def update_row(table: Table, *changing: str) -> Statement:
    """Update these columns of the row with this merchant and id."""
    values = {name: bindparam(name, type_=table.c[name].type) for name in changing}
    return Statement(update(table).where(_is_row(table)).values(values))


def select_row(table: Table, *, lock: bool = False) -> Statement:
    """The row with this merchant and id."""
    found = select(table).where(_is_row(table))
    return Statement(found.with_for_update() if lock else found)


def _is_row(table: Table) -> ColumnElement[bool]:
    return (table.c.merchant_id == bindparam("key_merchant_id")) & (table.c.id == bindparam("key_id"))
