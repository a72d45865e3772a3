"""What is counted and listed for a payment, said as plainly as it can be."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from domain.fraud.list_kind import STANDARD_LISTS, ListKind
from domain.fraud.velocity import MOST_COUNTED, Dimension, VelocityFigures, window_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.trace import Trace
    from domain.fraud.velocity import VelocityQuery
    from tests.fakes.fraud_tables import FraudTables


def counted(traces: Iterable[Trace], of: Trace, query: VelocityQuery) -> VelocityFigures:
    """Of these earlier payments, those that share the query's dimension and are within its window."""
    mine = _value(of, query.dimension)
    since = window_start(query.dimension, of.at, query.window)
    found = [one for one in traces if mine is not None and _value(one, query.dimension) == mine and one.at >= since]
    if query.dimension is not Dimension.MERCHANT:
        found = sorted(found, key=lambda one: one.at, reverse=True)[:MOST_COUNTED]
    return VelocityFigures(
        count=len(found),
        sum_minor=sum(one.amount.minor for one in found if one.amount.currency == of.amount.currency),
        distinct={dimension: len({_value(one, dimension) for one in found} - {None}) for dimension in query.distinct},
    )


def _value(trace: Trace, dimension: Dimension) -> int | UUID | None:
    return trace.merchant_id if dimension is Dimension.MERCHANT else trace.hashes.get(dimension)


def listed(
    tables: FraudTables, author: UUID, values: Mapping[ListKind, frozenset[str]], at: datetime
) -> frozenset[tuple[str, str]]:
    """The author's lists that have one of these values now, each with the value."""
    kinds = {name: kind for name, (kind, _) in STANDARD_LISTS.items()}
    kinds |= {name: one.kind for (owner, name), one in tables.lists.items() if owner == author}
    return frozenset(
        (entry.list_name, value)
        for entry in tables.entries.values()
        if entry.merchant_id == author and (entry.expires_at is None or entry.expires_at > at)
        for value in values.get(kinds[entry.list_name], ())
        if _matches(kinds[entry.list_name], entry.value, value)
    )


def _matches(kind: ListKind, entry: str, value: str) -> bool:
    if kind is ListKind.IP:
        return ip_address(value) in ip_network(entry)
    # A card whose eight digits are known has the six digits of a list too.
    return value.startswith(entry) if kind is ListKind.BIN else entry == value
