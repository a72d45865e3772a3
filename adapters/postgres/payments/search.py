"""A payment filter as SQL: the shape of a filter is compiled once, its values are bound."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.keyset import page
from adapters.postgres.payments.tables import customers, payments
from adapters.postgres.statement import Statement
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
_MOST_FOUND = 5000
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
    "text": _among(
        sa.select(
            sa.func.search_payments(
                sa.bindparam("terms", type_=sa.Text),
                sa.bindparam("emails", type_=sa.Boolean),
                sa.bindparam("found", type_=sa.Integer),
            )
        ),
        _T.c.id,
    ),
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
    found.value("customer_email", "customer_email", None if email is None else email.casefold())
    found.value("metadata", "metadata_", None if wanted.metadata is None else dict(wanted.metadata))
    if wanted.text is not None:
        found.value("text", "terms", _terms(wanted.text))
        found.values.update(emails=wanted.text_finds_emails, found=_MOST_FOUND)
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
    column = _COLUMNS[field]
    if kind == _ONE:
        return column == sa.bindparam(field, type_=column.type)
    return column == sa.any_(sa.bindparam(field, type_=ARRAY(column.type)))


def _terms(text: str) -> str:
    """Each word of the text as a prefix; words are what stands between other than letters and digits."""
    words = re.findall(r"[^\W_]+", text)
    return " & ".join(f"'{word}':*" for word in words) or "'-'"
