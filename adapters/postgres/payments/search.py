"""A payment filter as SQL: the shape of a filter is compiled once, its values are bound."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.keyset import page
from adapters.postgres.payments.tables import customer_words, customers, payment_words, payments
from adapters.postgres.statement import Statement
from domain.kernel.errors import Invalid
from domain.kernel.paging import PageRequest
from domain.payments.filter import PaymentFilter, PaymentOrder

if TYPE_CHECKING:
    from domain.identity.actor import Scope
    from domain.kernel.span import Span

_T = payments
_LISTS = {
    "status": _T.c.status,
    "currency": _T.c.currency,
    "method": _T.c.method_type,
    "brand": _T.c.brand,
    "gateway": _T.c.gateway,
    "decline_code": _T.c.decline_code,
}
_SPANS = {
    "amount": _T.c.amount_scaled,
    "created_at": _T.c.created_at,
    "captured_at": _T.c.captured_at,
    "risk_score": _T.c.risk_score,
}
_EXACT = {
    "payment_id": _T.c.id,
    "last4": _T.c.last4,
    "reference": _T.c.reference,
    "customer_id": _T.c.customer_id,
}
_FLAGS = {
    "has_dispute": _T.c.disputed_minor > 0,
    "has_refund": _T.c.refunded_minor + _T.c.refund_pending_minor > 0,
    "has_unknown_outcome": _T.c.unknown_operations > 0,
}
_BOUNDS = {"gte": sa.Column.__ge__, "gt": sa.Column.__gt__, "lte": sa.Column.__le__, "lt": sa.Column.__lt__}
_MOST_WORDS = 5
_BEYOND = chr(0x10FFFF)
_ONE = "one"
_SOME = "some"


def _among(ids: sa.Select[Any], column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    # An array made once, not a join: the index on the column then finds each of its elements.
    return column == sa.any_(sa.func.array(ids.scalar_subquery(), type_=ARRAY(sa.UUID)))


_COLUMNS = {"merchant_id": _T.c.merchant_id, **_LISTS, **_EXACT}
_OTHERS = {
    "customer_email": _among(
        sa.select(customers.c.id).where(customers.c.email_key == sa.bindparam("customer_email", type_=sa.Text)),
        _T.c.customer_id,
    ),
    "metadata": _T.c.metadata_.contains(sa.bindparam("metadata_", type_=JSONB)),
}


class Shape(NamedTuple):
    """What decides a statement's text; the values do not."""

    conditions: tuple[str, ...]
    order: PaymentOrder
    backward: bool
    continued: bool


def search(scope: Scope, wanted: PaymentFilter) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The names of a filter's conditions, and the values that they bind."""
    found = _Found([], {})
    if scope.merchant_ids is not None:
        found.any_of("merchant_id", list(scope.merchant_ids))
    for name in _LISTS:
        given = getattr(wanted, name)
        if given is not None:
            found.any_of(name, [str(member) for member in given])
    for name in _SPANS:
        found.span(name, getattr(wanted, name))
    for name in _EXACT:
        found.value(f"{name}.{_ONE}", name, getattr(wanted, name))
    for name in _FLAGS:
        given = getattr(wanted, name)
        if given is not None:
            found.names.append(f"{name}.{'yes' if given else 'no'}")
    email = wanted.customer_email
    found.value("customer_email", "customer_email", None if email is None else email.lower())
    found.value("metadata", "metadata_", None if wanted.metadata is None else dict(wanted.metadata))
    if wanted.text is not None:
        found.words(wanted.text, emails=wanted.text_finds_emails)
    return tuple(found.names), found.values


class _Found(NamedTuple):
    """Conditions and values, gathered side by side."""

    names: list[str]
    values: dict[str, Any]

    def value(self, condition: str, name: str, given: object) -> None:
        if given is not None:
            self.names.append(condition)
            self.values[name] = given

    def any_of(self, name: str, given: list[Any]) -> None:
        # One value is compared by equality: an index on it then also gives the order of the list.
        single = len(given) == 1
        self.value(f"{name}.{_ONE if single else _SOME}", name, given[0] if single else given)

    def words(self, text: str, *, emails: bool) -> None:
        words = re.findall(r"[^\W_]+", text.lower())
        if not 1 <= len(words) <= _MOST_WORDS:
            rule = f"Give 1 to {_MOST_WORDS} words of letters and digits."
            raise Invalid(("filter", "text"), rule)
        merchants = next((name for name in self.names if name.startswith("merchant_id.")), "")
        self.names.append(f"text.{len(words)}.{int(emails)}.{merchants}")
        for index, word in enumerate(words):
            self.values.update({f"word_{index}": word, f"beyond_{index}": word + _BEYOND})

    def span(self, name: str, span: Span[Any] | None) -> None:
        for bound in _BOUNDS if span is not None else ():
            self.value(f"{name}.{bound}", f"{name}_{bound}", getattr(span, bound))


@lru_cache(maxsize=512)
def statement(shape: Shape) -> Statement:
    """The statement of a shape."""
    query = sa.select(_T)
    for name in shape.conditions:
        query = query.where(_condition(name))
    by_amount = shape.order in {PaymentOrder.AMOUNT_ASC, PaymentOrder.AMOUNT_DESC}
    request = PageRequest(cursor="" if shape.continued else None, backward=shape.backward)
    return Statement(
        page(
            query,
            _T.c.amount_scaled if by_amount else _T.c.created_at,
            _T.c.id,
            descending=shape.order in {PaymentOrder.AMOUNT_DESC, PaymentOrder.CREATED_AT_DESC},
            request=request,
        )
    )


def _condition(name: str) -> sa.ColumnElement[bool]:
    field, _, kind = name.partition(".")
    if field in _SPANS:
        column = _SPANS[field]
        return _BOUNDS[kind](column, sa.bindparam(f"{field}_{kind}", type_=column.type))
    if field in _FLAGS:
        return _FLAGS[field] if kind == "yes" else sa.not_(_FLAGS[field])
    if field in _OTHERS:
        return _OTHERS[field]
    if field == "text":
        return _T.c.id.in_(_with_words(*kind.split(".", 2)))
    return _matches(_COLUMNS[field], field, kind)


def _with_words(count: str, emails: str, merchants: str) -> sa.SelectBase:
    """The payments whose reference, or whose customer's e-mail address, has words that begin so, all of them."""
    found: list[sa.SelectBase] = [_all_words(payment_words, payment_words.c.payment_id, int(count), merchants)]
    if emails == "1":
        payer = payments.alias("payer")
        customer_ids = _all_words(customer_words, customer_words.c.customer_id, int(count), merchants)
        paid = sa.select(payer.c.id).where(payer.c.customer_id.in_(customer_ids))
        found.append(paid.where(_merchants(payer, merchants)) if merchants else paid)
    return sa.union(*found) if len(found) > 1 else found[0]


def _all_words(table: sa.Table, row_id: sa.Column[Any], count: int, merchants: str) -> sa.SelectBase:
    parts = [
        sa.select(row_id).where(
            table.c.word >= sa.bindparam(f"word_{index}", type_=sa.Text),
            table.c.word < sa.bindparam(f"beyond_{index}", type_=sa.Text),
            *([_merchants(table, merchants)] if merchants else []),
        )
        for index in range(count)
    ]
    return sa.intersect(*parts) if count > 1 else parts[0]


def _merchants(table: sa.FromClause, name: str) -> sa.ColumnElement[bool]:
    # Said again of the inner table: its index begins with the merchant, too.
    return _matches(table.c.merchant_id, *name.split("."))


def _matches(column: sa.ColumnElement[Any], field: str, kind: str) -> sa.ColumnElement[bool]:
    if kind == _ONE:
        return column == sa.bindparam(field, type_=column.type)
    return column == sa.any_(sa.bindparam(field, type_=ARRAY(column.type)))
