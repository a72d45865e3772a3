"""Keyset pages: a cursor is the sort key and id of a row, so a page stays valid under inserts, wherever it stands."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, tuple_

from domain.kernel.errors import Invalid
from domain.kernel.paging import Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asyncpg import Record
    from sqlalchemy import Column, ColumnElement, Select

    from domain.kernel.paging import PageRequest

_LAYOUT = struct.Struct(">cq16s")


class Key:
    """What a cursor's key measures: a cursor of one order means nothing in another."""

    ID = b"i"
    TIME = b"t"
    AMOUNT = b"a"


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


def page(
    query: Select[tuple[object, ...]],
    key: Column[object],
    row_id: Column[object],
    *,
    descending: bool,
    request: PageRequest,
) -> Select[tuple[object, ...]]:
    """One page of a query and one row more, which tells whether another page follows.

    The position is bound as `cursor_key` and `cursor_id`, the size as `most`.
    """
    downward = descending != request.backward
    if request.cursor is not None:
        position: ColumnElement[bool] = tuple_(key, row_id) < tuple_(
            bindparam("cursor_key", type_=key.type), bindparam("cursor_id", type_=row_id.type)
        )
        if not downward:
            position = tuple_(key, row_id) > tuple_(
                bindparam("cursor_key", type_=key.type), bindparam("cursor_id", type_=row_id.type)
            )
        query = query.where(position)
    order = (key.desc(), row_id.desc()) if downward else (key.asc(), row_id.asc())
    return query.order_by(*order).limit(bindparam("most"))


def slice_of(found: Sequence[Record], request: PageRequest, entity: Callable[[Any], Row]) -> Slice[Row]:
    """The rows of a page in list order."""
    more = len(found) > request.limit
    rows = [entity(row) for row in found[: request.limit]]
    if request.backward:
        rows.reverse()
        return Slice(rows=rows, has_next=request.cursor is not None, has_previous=more)
    return Slice(rows=rows, has_next=more, has_previous=request.cursor is not None)
