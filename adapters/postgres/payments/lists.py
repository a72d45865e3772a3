"""The statements of payment lists: one page each, read in the list's order wherever an index has that order.

None of them leaves PostgreSQL a choice that only statistics could make well. Where a few rows are best gathered and
sorted but many best walked until the page is full, both ways stand in the statement, and a count decides.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from adapters.postgres.keyset import MOST, Whose, beyond, in_order, number, presumed, unseen
from adapters.postgres.payments.search import ASKED_FOR, EMAIL, EXACT, LISTS, MERCHANT, SPANS, Condition, has_email
from adapters.postgres.payments.tables import customers, payments
from adapters.postgres.payments.words import MOST_CANDIDATES, WINDOW, candidates, matches, pair_of
from adapters.postgres.statement import Statement
from domain.kernel.paging import MAX_PAGE
from domain.payments.filter import PaymentOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Clauses = Iterable[sa.ColumnElement[bool]]

_T = payments
_SHOWN = (
    *("id", "merchant_id", "customer_id", "status", "capture_mode", "currency", "amount_minor", "authorized_minor"),
    *("captured_minor", "refunded_minor", "disputed_minor", "unknown_operations", "reference", "gateway"),
    *("decline_code", "risk_score", "created_at"),
)
LISTED = {name: name for name in _SHOWN} | {
    "method.type": "method_type",
    "method.brand": "brand",
    "method.last4": "last4",
}
"""The paths to what lists show of a payment, and their columns: less than half of all, and few that are slow to read.

A statement for each set of columns would be as many to prepare on each connection, so there is just this one.
"""
_MOST_BRANCHES = 8
# What leaves so few rows that nothing else needs to lead to them.
_SELECTIVE = frozenset({*EXACT, EMAIL})
# What has rows of its own that lead to payments.
_LED = frozenset({"text", "metadata"})
# What leads indexes over all merchants.
_LEADING = ("status", "gateway", "reference", "has_unknown_outcome")
# Spans of another column than the order's, and whether that column has an index over all merchants, too.
_GATHERED = {"captured_at": False, "amount": True}


class Shape(NamedTuple):
    """What decides a statement's text; the values do not.

    `most` is a bound for the page and one row more; `narrow` says that only the columns of `LISTED` are wanted.
    """

    conditions: tuple[Condition, ...]
    order: PaymentOrder
    backward: bool
    continued: bool
    most: int
    narrow: bool = False

    @property
    def by_amount(self) -> bool:
        """Whether the list is in order of amounts."""
        return self.order in {PaymentOrder.AMOUNT_ASC, PaymentOrder.AMOUNT_DESC}

    @property
    def downward(self) -> bool:
        """Whether the page is read from larger keys to smaller ones."""
        return (self.order in {PaymentOrder.AMOUNT_DESC, PaymentOrder.CREATED_AT_DESC}) != self.backward


def is_narrow(asked: frozenset[str] | None) -> bool:
    """Whether all that is asked for is in `LISTED`: by its path, or by one above it."""
    return asked is not None and all(path in LISTED or path.partition(".")[0] in LISTED for path in asked)


@lru_cache(maxsize=512)
def statement(shape: Shape) -> Statement:
    """The statement of a shape; the size of the page and one row more is bound as `most`."""
    return _List(shape).statement()


class _List:
    """A list's page, put together from sources whose rows it merges in order; no row is in two of them."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._by_field = {condition.field: condition for condition in shape.conditions}
        self._merchants = self._by_field.get(MERCHANT)
        # The merchants one by one; none when it is all of them, or too many to be read one by one.
        self._each_merchant = self._merchants.values if self._merchants else []
        self._whose = self._led_by()
        self._selective = not _SELECTIVE.isdisjoint(self._by_field)
        self._whole = self._one_source()

    def _led_by(self) -> Whose:
        if self._each_merchant:
            return Whose.A_MERCHANTS
        led = [name for name in _LEADING if name in self._by_field and self._by_field[name].leads]
        plain = self._shape.by_amount or not _LED.isdisjoint(self._by_field)
        return Whose.A_VALUES if led and not plain else Whose.ALL

    def statement(self) -> Statement:
        """All of it."""
        sources = [source.subquery() for source in self._sources()]
        rows = sources[0] if len(sources) == 1 else sa.union_all(*(sa.select(one) for one in sources)).subquery()
        page = sa.select(rows).order_by(*self._order(rows)).limit(MOST)
        if not self._whole:
            keys = page.subquery("keys")
            row = _row_of(keys, [_T.c[name] for name in self._wanted()])
            page = sa.select(row).select_from(keys.join(row, sa.true())).order_by(*self._order(keys))
        return Statement(unseen(page) if self._settled() else page)

    def _one_source(self) -> bool:
        """Whether all comes from one source, which then gives whole rows.

        Several give keys, whose rows are looked up at the end: with forty columns each, their text would pass 15 KiB,
        and what is longer asyncpg prepares at every call, which takes ten times as long as the read.
        """
        if EMAIL in self._by_field:
            return True
        if "text" in self._by_field or self._span() is not None:
            return False
        if self._of_pairs():
            return len(self._each_merchant) <= 1
        return len(list(self._split(self._split_list()))) == 1

    def _of_pairs(self) -> bool:
        return "metadata" in self._by_field and not self._selective

    def _wanted(self) -> list[str]:
        return list(LISTED.values()) if self._shape.narrow else _T.c.keys()

    def _chosen(self, table: sa.FromClause) -> list[sa.ColumnElement[Any]]:
        key = "amount_scaled" if self._shape.by_amount else "created_at"
        names = dict.fromkeys([*(self._wanted() if self._whole else ("merchant_id", "id")), key])
        return [table.c[name] for name in names]

    def _settled(self) -> bool:
        """Whether there is one good plan for all values; else PostgreSQL had better see them."""
        given = len(self._by_field) - (self._merchants is not None)
        if given == 0 or self._shape.by_amount:
            return given == 0
        return given == 1 or not _LED.isdisjoint(self._by_field) or self._span() is not None

    def _sources(self) -> Iterator[sa.Select[Any]]:
        if EMAIL in self._by_field:
            yield self._of_customers()
        elif "text" in self._by_field:
            yield from self._with_words()
        elif self._of_pairs():
            yield from self._with_pair()
        elif (field := self._span()) is not None:
            yield from self._within(field)
        else:
            for conditions in self._split(self._split_list()):
                yield self._page(sa.select(*self._chosen(_T)), [*conditions, *self._following(_T)])

    def _key(self, table: sa.FromClause) -> sa.ColumnElement[Any]:
        return table.c.amount_scaled if self._shape.by_amount else table.c.created_at

    def _order(
        self, table: sa.FromClause, whose: Whose | None = None
    ) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
        return in_order(self._key(table), table.c.id, downward=self._shape.downward, whose=whose or self._whose)

    def _following(self, table: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        if not self._shape.continued:
            return []
        return [beyond(self._key(table), table.c.id, downward=self._shape.downward)]

    def _page(self, query: sa.Select[Any], conditions: Clauses, table: sa.FromClause = _T) -> sa.Select[Any]:
        """As many rows as a page can have, in the order of a table's columns."""
        return query.where(*conditions).order_by(*self._order(table)).limit(number(self._shape.most))

    def _clauses(self, *but: str, table: sa.FromClause = _T) -> list[sa.ColumnElement[bool]]:
        return [condition.clause(table) for condition in self._shape.conditions if condition.field not in but]

    def _split(self, given: Condition | None = None, *but: str) -> Iterator[list[sa.ColumnElement[bool]]]:
        """The conditions, except those of some fields, for each merchant and each value of a list by itself.

        An index has the order of one of them, not of several.
        """
        split = [one for one in (self._merchants, given) if one is not None and len(one.values) > 1]
        while prod(len(one.values) for one in split) > _MOST_BRANCHES:
            split.pop()
        rest = self._clauses(*but, *(one.field for one in split))
        for indexes in product(*(range(len(one.values)) for one in split)):
            yield [*(one.equals(index) for one, index in zip(split, indexes, strict=True)), *rest]

    def _split_list(self) -> Condition | None:
        """The list of values to read one by one, if there is an index for each of them in the order of the list."""
        if self._shape.by_amount or self._selective:
            return None
        indexed = LISTS if self._each_merchant else _LEADING
        given = [self._by_field[name] for name in indexed if name in self._by_field and self._by_field[name].values]
        # A single value has an order already; the fewest values are the fewest pages to read.
        return min(given, key=lambda one: len(one.values), default=None)

    def _span(self) -> str | None:
        """A field with an index of its own whose span the order does not follow."""
        field = next((name for name in _GATHERED if name in self._by_field), None)
        if field is None or self._shape.by_amount or self._selective:
            return None
        if len(self._each_merchant) != 1 and (self._merchants or not _GATHERED[field]):
            return None
        return field

    def _within(self, field: str) -> Iterator[sa.Select[Any]]:
        """Few payments within a span are gathered; else the list is walked by what its index knows."""
        table = payments.alias("within")
        spans = [one.clause(table) for one in self._shape.conditions if one.field in {field, MERCHANT}]
        within = sa.select(table.c.merchant_id, table.c.id).where(*spans).limit(number(MAX_PAGE + 1)).cte("found")
        many = _count(within) > number(MAX_PAGE)
        yield self._gathered(within, sa.not_(many))
        yield self._walked(many)

    def _gathered(self, found: sa.CTE, few: sa.ColumnElement[bool]) -> sa.Select[Any]:
        """The payments found, when they are few."""
        query, row = self._looked_up(sa.select(found).distinct().subquery("named"))
        return self._page(query, [few, *self._clauses(table=row), *self._following(row)], row)

    def _looked_up(self, keys: sa.FromClause) -> tuple[sa.Select[Any], sa.FromClause]:
        """The payments that keys name, and the table they are read as."""
        names = dict.fromkeys([*(self._wanted() if self._whole else ()), *ASKED_FOR])
        row = _row_of(keys, [_T.c[name] for name in names])
        return sa.select(*self._chosen(row)).select_from(keys.join(row, sa.true())), row

    def _with_words(self) -> Iterator[sa.Select[Any]]:
        """Few candidates are gathered; else the list is walked, though not for long; else all matches are sorted."""
        text = self._by_field["text"]
        count, _, emails = text.kind.partition("+")
        found = candidates(self._each_merchant, emails=bool(emails))
        many = _count(found) > number(MOST_CANDIDATES)
        yield self._gathered(found, sa.not_(many))
        if any(one.leads for field, one in self._by_field.items() if field != MERCHANT):
            # The list has an index of its own, and may be short.
            for conditions in self._split(None, "text"):
                here = [many, *conditions, presumed(text.clause()), *self._following(_T)]
                yield self._page(sa.select(*self._chosen(_T)), here)
            return
        by_amount = self._shape.by_amount
        apart = [field for field in self._by_field if field != MERCHANT and (by_amount or field != "created_at")]
        window = self._window(apart)
        query, row = self._looked_up(window)
        fits = sa.and_(*self._clauses(MERCHANT, table=row))
        walked = self._page(query, [many, presumed(fits)], window).limit(MOST).cte("walked")
        full = _count(walked) >= MOST
        yield sa.select(walked).where(full)
        matching = matches(self._each_merchant, int(count), emails=bool(emails))
        query, row = self._looked_up(matching)
        leading = row if by_amount else matching
        rest = [*self._clauses("text", table=row), *self._following(leading)]
        yield self._page(query, [many, sa.not_(full), *rest], leading)

    def _window(self, apart: list[str]) -> sa.Subquery:
        """The first rows of the list of all its merchants together, whatever some fields are."""
        columns = [_T.c.merchant_id, _T.c.id, self._key(_T)]
        lists = [
            sa.select(*columns)
            .where(*conditions, *self._following(_T))
            .order_by(*self._order(_T))
            .limit(number(WINDOW))
            for conditions in self._split(None, *apart)
        ]
        if len(lists) == 1:
            return lists[0].subquery("window")
        rows = sa.union_all(*(sa.select(one.subquery()) for one in lists)).subquery()
        return sa.select(rows).order_by(*self._order(rows)).limit(number(WINDOW)).subquery("window")

    def _walked(self, gate: sa.ColumnElement[bool]) -> sa.Select[Any]:
        """The list from its beginning on, by what its index knows, until enough rows are within the spans."""
        known = [name for name in SPANS if name != "created_at"]
        columns = [_T.c.merchant_id, _T.c.created_at, _T.c.id, *(SPANS[name] for name in known)]
        leading = [one.clause() for one in self._shape.conditions if one.field in {MERCHANT, "created_at"}]
        keys = sa.select(*columns).where(*leading, *self._following(_T)).order_by(*self._order(_T))
        # Planned by itself, so that no span of it leads elsewhere.
        walk = keys.offset(number(0)).subquery("walk")
        spans = [presumed(one.clause(walk)) for one in self._shape.conditions if one.field in known]
        others = [field for field in self._by_field if field not in {MERCHANT, "created_at", *known}]
        if not others:
            return self._page(sa.select(*self._chosen(walk)), [gate, *spans], walk)
        query, row = self._looked_up(walk)
        return self._page(query, [gate, *spans, *self._clauses(MERCHANT, "created_at", *known, table=row)], walk)

    def _with_pair(self) -> Iterator[sa.Select[Any]]:
        """The payments of a pair of metadata, in the order of its words."""
        named = [MERCHANT] if self._each_merchant else []
        for merchant in self._each_merchant or [None]:
            pair = pair_of(merchant)
            query, row = self._looked_up(pair)
            leading = row if self._shape.by_amount else pair
            yield self._page(query, [*self._clauses(*named, table=row), *self._following(leading)], leading)

    def _of_customers(self) -> sa.Select[Any]:
        """A page of each customer who has the address: one at most of a merchant."""
        same = (_T.c.merchant_id == customers.c.merchant_id, _T.c.customer_id == customers.c.id)
        own = [*same, *self._clauses(EMAIL), *self._following(_T)]
        first = (
            sa.select(*self._chosen(_T)).correlate(customers).where(*own).order_by(*self._order(_T, Whose.A_MERCHANTS))
        )
        page = first.limit(number(self._shape.most)).subquery()
        rows = sa.select(page).limit(MOST).lateral()
        return sa.select(rows).select_from(customers.join(rows, sa.true())).where(has_email())


def _count(found: sa.CTE) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(found).scalar_subquery()


def _row_of(keys: sa.FromClause, columns: Iterable[sa.ColumnElement[Any]]) -> sa.FromClause:
    """The payment that a row of keys names: looked up by its id alone and by itself, on which the limit insists."""
    same = presumed(_T.c.merchant_id == keys.c.merchant_id)
    one = sa.select(*columns).where(_T.c.id == keys.c.id, same)
    return one.correlate(keys).limit(number(1)).lateral("row")
