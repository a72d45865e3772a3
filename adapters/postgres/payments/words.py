"""What payments are found by beside their columns: words of their texts, and pairs of their metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from adapters.postgres.keyset import number
from adapters.postgres.payments.tables import customer_words, customers, payment_words, payments

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CANDIDATES = 500
"""So many payments that a text may mean are gathered and sorted; with more, the list is walked in its own order."""
WINDOW = 2000
"""So many rows of the list are walked for a page; when that does not fill it, all matches are put in order."""

_BEYOND = chr(0x10FFFF)
_WORD = "word"
_AT_WORD = "(^|[^[:alnum:]])"
_SEPARATOR = 31


def word_values(words: Sequence[str]) -> dict[str, str]:
    """What the conditions of these words bind; the longest is the first, and leads: it likely means the fewest."""
    values: dict[str, str] = {}
    for index, word in enumerate(sorted(words, key=len, reverse=True)):
        values |= {f"begin_{index}": word, f"beyond_{index}": word + _BEYOND, f"{_WORD}_{index}": _AT_WORD + word}
    return values


def pair_values(metadata: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The pair that leads to the payments: the longest value, which is more likely a number than a kind."""
    key, value = max(metadata, key=lambda pair: len(pair[1]))
    return {"pair_key": key, "pair_value": value}


def has_words(table: sa.FromClause, count: int, *, emails: bool) -> sa.ColumnElement[bool]:
    """Whether a payment's reference, or its customer's e-mail address, has words that begin so, all of them.

    Seen in the texts themselves, by the rule after which the triggers split them: the tables of words only lead there.
    """
    found = _begin_in(sa.func.lower(table.c.reference), count)
    if not emails:
        return found
    payer = customers.alias("payer")
    own = (payer.c.merchant_id == table.c.merchant_id, payer.c.id == table.c.customer_id)
    # A value and not EXISTS: that might be answered by reading all customers first.
    address = sa.select(sa.func.lower(payer.c.email)).where(*own).correlate(table).scalar_subquery()
    return found | _begin_in(address, count)


def candidates(merchants: Sequence[sa.BindParameter[Any]], *, emails: bool) -> sa.CTE:
    """The payments that the leading word may mean, some of them twice; no more than tell that there are too many."""
    most = number(MOST_CANDIDATES + 1)
    word, payer = payment_words, customer_words
    found = sa.select(word.c.merchant_id, word.c.payment_id.label("id")).where(*_begins(word, 0, merchants)).limit(most)
    if not emails:
        return found.cte("found")
    paid = payments.alias("paid")
    by_payer = sa.select(paid.c.merchant_id, paid.c.id).select_from(payer.join(paid, _pays(payer, paid)))
    also = by_payer.where(*_begins(payer, 0, merchants)).limit(most)
    return sa.union_all(sa.select(found.subquery()), sa.select(also.subquery())).cte("found")


def matches(merchants: Sequence[sa.BindParameter[Any]], count: int, *, emails: bool) -> sa.Subquery:
    """All payments that have all of the words, with their moments: read from indexes alone, however many they are."""
    rows, first = _with_all(payment_words, "payment_id", merchants, count)
    found = sa.select(first.c.merchant_id, first.c.created_at, first.c.payment_id.label("id")).select_from(rows)
    if not emails:
        return found.distinct().subquery("matching")
    payers, payer = _with_all(customer_words, "customer_id", merchants, count)
    paid = payments.alias("paid")
    also = sa.select(paid.c.merchant_id, paid.c.created_at, paid.c.id).select_from(
        payers.join(paid, _pays(payer, paid))
    )
    return sa.union(found, also).subquery("matching")


def _with_all(
    table: sa.Table, own: str, merchants: Sequence[sa.BindParameter[Any]], count: int
) -> tuple[sa.FromClause, sa.FromClause]:
    """The parents of each word, joined, and the first of these; planned apart, so that none is asked row by row."""
    parts = [
        sa.select(*table.primary_key.columns).where(*_begins(table, index, merchants)).offset(number(0)).subquery()
        for index in range(count)
    ]
    first, *others = parts
    rows: sa.FromClause = first
    for other in others:
        rows = rows.join(other, (other.c.merchant_id == first.c.merchant_id) & (other.c[own] == first.c[own]))
    return rows, first


def _pays(payer: sa.FromClause, paid: sa.FromClause) -> sa.ColumnElement[bool]:
    return (paid.c.merchant_id == payer.c.merchant_id) & (paid.c.customer_id == payer.c.customer_id)


def pair_of(merchant: sa.BindParameter[Any] | None) -> sa.Subquery:
    """Payments that have a pair of metadata (bound as `pair_key` and `pair_value`), in an index's order by moment.

    The rows name a digest: that a payment really has the pair is still to be asked of the payment.
    """
    word = payment_words
    key, value = (sa.bindparam(f"pair_{part}", type_=sa.Text) for part in ("key", "value"))
    digest = sa.func.md5(key + sa.func.chr(number(_SEPARATOR)) + value, type_=sa.Text)
    found = sa.select(word.c.merchant_id, word.c.created_at, word.c.payment_id.label("id"))
    found = found.where(word.c.word == sa.literal_column("'='", sa.Text) + digest)
    return (found if merchant is None else found.where(word.c.merchant_id == merchant)).subquery("pair")


def _begins(table: sa.Table, index: int, merchants: Sequence[sa.BindParameter[Any]]) -> list[sa.ColumnElement[bool]]:
    text = sa.Text(collation="C")
    begins = [
        table.c.word >= sa.bindparam(f"begin_{index}", type_=text),
        table.c.word < sa.bindparam(f"beyond_{index}", type_=text),
    ]
    return begins + ([table.c.merchant_id.in_(merchants)] if merchants else [])


def _begin_in(column: sa.ColumnElement[Any], count: int) -> sa.ColumnElement[bool]:
    patterns = [sa.bindparam(f"{_WORD}_{index}", type_=sa.Text) for index in range(count)]
    return sa.and_(*(column.op("~")(pattern) for pattern in patterns))
