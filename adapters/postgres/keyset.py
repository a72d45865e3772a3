"""Keyset pages: a cursor is the sort key and id of a row, so a page stays valid under inserts, wherever it stands."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, BindParameter, Integer, bindparam, case, literal_column, select, true, tuple_
from sqlalchemy.sql.visitors import replacement_traverse

from domain.kernel.errors import Invalid
from domain.kernel.paging import DEFAULT_PAGE, MAX_PAGE, Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asyncpg import Record
    from sqlalchemy import ColumnElement, Select

    from domain.kernel.paging import PageRequest

# Page sizes that statements are written for: what people choose, and the largest.
_PAGES = (DEFAULT_PAGE, 50, MAX_PAGE)
_LAYOUT = struct.Struct(">cq16s")


class Key:
    """What a cursor's key measures: a cursor of one order means nothing in another."""

    ID = b"i"
    TIME = b"t"
    AMOUNT = b"a"
    DUE = b"d"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Row = TypeVar("Row")


def cursor_of(kind: bytes, key: int, row_id: UUID) -> str:
    """The opaque cursor of a row."""
    return base64.urlsafe_b64encode(_LAYOUT.pack(kind, key, row_id.bytes)).decode()


def position_of(kind: bytes, cursor: str, argument: str) -> tuple[int, UUID]:
    """Where a cursor stands; raise `Invalid` for one that no page of this order has given out."""
    try:
        found, key, raw = _LAYOUT.unpack(base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True))
    except (struct.error, binascii.Error, ValueError):
        found, key, raw = b"", 0, b""
    if found != kind:
        raise Invalid((argument,), "This is not a cursor of this list; take one from its edges.")
    return key, UUID(bytes=raw)


def microseconds(moment: datetime) -> int:
    """A moment as a cursor's key."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(key: int, argument: str) -> datetime:
    """A cursor's key as a moment; raise `Invalid` outside of what a calendar holds."""
    try:
        return _EPOCH + key * _MICROSECOND
    except OverflowError:
        raise Invalid((argument,), "This is not a cursor of this list; take one from its edges.") from None


def most_rows(request: PageRequest) -> int:
    """A bound for the page and one row more, of which there are few: statements say it in their text.

    They do so beside the page's own size, which is an argument: of that PostgreSQL would expect to be asked for a
    tenth of the list, and rather sort all of it than read a page in order.
    """
    return next((size for size in _PAGES if size >= request.limit), request.limit) + 1


MOST = bindparam("most", type_=BigInteger)
"""The size of the page that is asked for, and one row more."""


class Whose(Enum):
    """Whose rows stand in the order of a list: so many kinds of indexes there are."""

    A_MERCHANTS = "a merchant's"
    A_VALUES = "all that have a value, of all merchants"
    ALL = "all"


def in_order(
    key: ColumnElement[Any], row_id: ColumnElement[Any], *, downward: bool, whose: Whose = Whose.A_MERCHANTS
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The order of a list and of its index, for behind ORDER BY.

    The columns are never null. But each kind of index says otherwise where nulls would stand, and so do its lists: else
    a list would go by another kind's index, past all rows that it does not want, where statistics make that look cheap.
    """
    order = (key.desc(), row_id.desc()) if downward else (key.asc(), row_id.asc())
    # The opposite of what PostgreSQL takes for granted.
    astray = [column.nulls_last() if downward else column.nulls_first() for column in order]
    if whose is Whose.A_MERCHANTS:
        return order
    return (astray[0] if whose is Whose.ALL else order[0]), astray[1]


def beyond(key: ColumnElement[Any], row_id: ColumnElement[Any], *, downward: bool) -> ColumnElement[bool]:
    """Behind a cursor's row, whose position is bound as `cursor_key` and `cursor_id`."""
    row = tuple_(key, row_id)
    position = tuple_(bindparam("cursor_key", type_=key.type), bindparam("cursor_id", type_=row_id.type))
    return row < position if downward else row > position


def number(value: int) -> ColumnElement[int]:
    """A number that stands in the statement's text, where PostgreSQL plans with it."""
    return literal_column(str(value), Integer)


def presumed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition in words of which PostgreSQL expects that every row meets it, and so reads on in order.

    Of most conditions it expects that few rows do, and would rather gather and sort all of them than walk the list.
    """
    return case((condition, true())).is_not(None)


def unseen(query: Select[Any]) -> Select[Any]:
    """The query with its values in sub-selects, into which PostgreSQL does not look when it plans.

    So the plan for these values costs as much as the one for all values, and PostgreSQL keeps the latter instead of
    planning every time anew, which takes longer than to read a page.
    """

    def hide(element: object, **_: object) -> Any:  # noqa: ANN401 - any element stays as it is
        # `= ANY (SELECT ...)` would mean something else.
        if isinstance(element, BindParameter) and not isinstance(element.type, ARRAY):
            return select(element).scalar_subquery()
        return None

    return cast("Select[Any]", replacement_traverse(query, {}, hide))


def slice_of(found: Sequence[Record], request: PageRequest, entity: Callable[[Any], Row]) -> Slice[Row]:
    """The rows of a page in list order."""
    more = len(found) > request.limit
    rows = [entity(row) for row in found[: request.limit]]
    if request.backward:
        rows.reverse()
        return Slice(rows=rows, has_next=request.cursor is not None, has_previous=more)
    return Slice(rows=rows, has_next=more, has_previous=request.cursor is not None)
