"""A payment filter as conditions: their names decide a statement's text, their values are bound."""

from __future__ import annotations

import operator
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.payments.tables import customers, payments
from adapters.postgres.payments.words import has_words, pair_values, word_values
from domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from domain.identity.actor import Scope
    from domain.kernel.span import Span
    from domain.payments.filter import PaymentFilter

_T = payments
MERCHANT = "merchant_id"
EMAIL = "customer_email"
LISTS: dict[str, sa.Column[Any]] = {
    "status": _T.c.status,
    "decline_code": _T.c.decline_code,
    "currency": _T.c.currency,
    "gateway": _T.c.gateway,
    "brand": _T.c.brand,
    "method": _T.c.method_type,
}
SPANS: dict[str, sa.Column[Any]] = {
    "amount": _T.c.amount_scaled,
    "created_at": _T.c.created_at,
    "captured_at": _T.c.captured_at,
    "risk_score": _T.c.risk_score,
}
EXACT: dict[str, sa.Column[Any]] = {
    "payment_id": _T.c.id,
    "last4": _T.c.last4,
    "reference": _T.c.reference,
    "customer_id": _T.c.customer_id,
}
_COLUMNS = {MERCHANT: _T.c.merchant_id, **LISTS, **EXACT}
# Zero stands in the text: of an argument PostgreSQL would not know that the partial indexes serve.
_ZERO = sa.literal_column("0", sa.BigInteger)
_FLAGS: dict[str, Callable[[Any], sa.ColumnElement[bool]]] = {
    "has_dispute": lambda payment: payment.disputed_minor > _ZERO,
    "has_refund": lambda payment: payment.refunded_minor + payment.refund_pending_minor > _ZERO,
    "has_unknown_outcome": lambda payment: payment.unknown_operations > _ZERO,
}
ASKED_FOR = (
    *dict.fromkeys(column.key for column in (*_COLUMNS.values(), *SPANS.values())),
    *("disputed_minor", "refunded_minor", "refund_pending_minor", "unknown_operations", "metadata_"),
)
"""The columns that conditions are about, and with them the keys of every list."""
_BOUNDS = {"gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt}
_MOST_WORDS = 5
_MOST_NAMED = 8
_ANY = "any"
# Nothing is captured before it is created, but two servers' clocks may say so.
_CLOCKS_APART = timedelta(hours=1)


class Condition(NamedTuple):
    """One condition of a statement.

    `kind` is the number of values to compare with, a bound's name, whether a flag is set, or how many words.
    """

    field: str
    kind: str = ""

    def of(self, index: int) -> sa.BindParameter[Any]:
        """One of the values that a column is compared with."""
        return sa.bindparam(f"{self.field}_{index}", type_=_COLUMNS[self.field].type)

    @property
    def values(self) -> list[sa.BindParameter[Any]]:
        """The values, when there are few enough for each to have an argument of its own."""
        compared = self.field in _COLUMNS and self.kind != _ANY
        return [self.of(index) for index in range(int(self.kind))] if compared else []

    @property
    def leads(self) -> bool:
        """Whether an index that begins with the field can be read for it: by few values, or by a flag that is set."""
        return self.kind == "yes" or bool(self.values)

    def equals(self, index: int) -> sa.ColumnElement[bool]:
        """That the column has this one of the values."""
        return _COLUMNS[self.field] == self.of(index)

    def clause(self, table: sa.FromClause = payments) -> sa.ColumnElement[bool]:
        """As SQL, on a table that has the columns of payments."""
        field, kind = self
        if field in SPANS:
            column = table.c[SPANS[field].key]
            return _BOUNDS[kind](column, sa.bindparam(f"{field}_{kind}", type_=column.type))
        if field in _COLUMNS:
            column = table.c[_COLUMNS[field].key]
            if kind == _ANY:
                return column == sa.any_(sa.bindparam(field, type_=ARRAY(column.type)))
            return column == self.of(0) if kind == "1" else column.in_(self.values)
        if field in _FLAGS:
            flag = _FLAGS[field](table.c)
            return flag if kind == "yes" else sa.not_(flag)
        if field == "text":
            count, _, emails = kind.partition("+")
            return has_words(table, int(count), emails=bool(emails))
        return table.c.metadata_.contains(sa.bindparam("metadata_", type_=JSONB))


def has_email() -> sa.ColumnElement[bool]:
    """Whether a customer has the address that is looked for."""
    return customers.c.email_key == sa.bindparam(EMAIL, type_=sa.Text)


def search(scope: Scope, wanted: PaymentFilter) -> tuple[tuple[Condition, ...], dict[str, Any]]:
    """A filter's conditions, and the values that they bind; raise `Invalid` for a text of no words or too many."""
    found = _Found([], {})
    if scope.merchant_ids is not None:
        found.any_of(MERCHANT, sorted(scope.merchant_ids))
    for name in LISTS:
        found.any_of(name, getattr(wanted, name))
    for name in EXACT:
        given = getattr(wanted, name)
        found.any_of(name, None if given is None else (given,))
    for name in SPANS:
        found.span(name, getattr(wanted, name))
    found.created_before_captured(wanted.captured_at)
    for name in _FLAGS:
        found.flag(name, getattr(wanted, name))
    if wanted.customer_email is not None:
        found.add(Condition(EMAIL), customer_email=wanted.customer_email.lower())
    if wanted.metadata:
        found.add(Condition("metadata"), metadata_=dict(wanted.metadata), **pair_values(wanted.metadata))
    if wanted.text is not None:
        found.words(wanted.text, emails=wanted.text_finds_emails)
    return tuple(found.conditions), found.values


class _Found(NamedTuple):
    """Conditions and values, gathered side by side."""

    conditions: list[Condition]
    values: dict[str, Any]

    def add(self, condition: Condition, **values: object) -> None:
        self.conditions.append(condition)
        self.values.update(values)

    def flag(self, name: str, given: bool | None) -> None:  # noqa: FBT001 - the filter's own value
        if given is not None:
            self.add(Condition(name, "yes" if given else "no"))

    def any_of(self, name: str, given: Collection[Any] | None) -> None:
        if given is None:
            return
        # Few values have an argument each: PostgreSQL then may read one list a value, each in the right order.
        distinct = list(dict.fromkeys(str(one) if name in LISTS else one for one in given))
        if 1 <= len(distinct) <= _MOST_NAMED:
            self.add(Condition(name, str(len(distinct))))
            self.values.update({f"{name}_{index}": value for index, value in enumerate(distinct)})
        else:
            self.add(Condition(name, _ANY), **{name: distinct})

    def words(self, text: str, *, emails: bool) -> None:
        words = re.findall(r"[^\W_]+", text.lower())
        if not 1 <= len(words) <= _MOST_WORDS:
            rule = f"Give 1 to {_MOST_WORDS} words of letters and digits."
            raise Invalid(("filter", "text"), rule)
        self.add(Condition("text", f"{len(words)}{'+emails' if emails else ''}"), **word_values(words))

    def span(self, name: str, span: Span[Any] | None) -> None:
        for bound in _BOUNDS if span is not None else ():
            given = getattr(span, bound)
            if given is not None:
                self.add(Condition(name, bound), **{f"{name}_{bound}": given})

    def created_before_captured(self, span: Span[Any] | None) -> None:
        """Say of the order's own column what follows from when it was captured: the walk begins there."""
        ends = [end for end in (span.lt, span.lte) if end is not None] if span is not None else []
        if ends and "created_at_lte" not in self.values:
            self.add(Condition("created_at", "lte"), created_at_lte=min(ends) + _CLOCKS_APART)
