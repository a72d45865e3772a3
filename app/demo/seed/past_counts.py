"""What the payments told so far have in common: the counts and lists that rules ask for, in memory.

PostgreSQL would count the same, one statement for each of twenty thousand payments.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.postgres.fraud.networks import networks_of
from domain.fraud.list_kind import ListKind
from domain.fraud.velocity import Dimension, VelocityFigures, window_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.trace import Trace
    from domain.fraud.velocity import VelocityQuery


class Sightings:
    """The payments so far, by what they have in common; they come in the order of time."""

    def __init__(self) -> None:
        self._by: defaultdict[tuple[Dimension, object], list[Trace]] = defaultdict(list)

    def add(self, trace: Trace) -> None:
        """Count a payment from now on."""
        self._by[Dimension.MERCHANT, trace.merchant_id].append(trace)
        for dimension, value in trace.hashes.items():
            self._by[dimension, value].append(trace)

    def figures(self, trace: Trace, query: VelocityQuery, merchant_id: UUID | None) -> VelocityFigures:
        """What is counted for a payment, over all merchants or at one."""
        start = window_start(query.dimension, trace.at, query.window)
        seen = [
            one
            for one in self._by.get((query.dimension, _value(trace, query.dimension)), ())
            if one.at >= start and merchant_id in {None, one.merchant_id}
        ]
        return VelocityFigures(
            count=len(seen),
            sum_minor=sum(one.amount.minor for one in seen if one.amount.currency == trace.amount.currency),
            distinct={
                dimension: len({value for one in seen if (value := _value(one, dimension)) is not None})
                for dimension in query.distinct
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A value on somebody's list, for a while or for good."""

    author: UUID
    name: str
    since: datetime
    until: datetime | None


class ListedValues:
    """What is on whose lists."""

    def __init__(self) -> None:
        self._by: defaultdict[tuple[ListKind, str], list[Listed]] = defaultdict(list)

    def add(self, kind: ListKind, value: str, listed: Listed) -> None:
        """One more."""
        self._by[kind, value].append(listed)

    def of(
        self, values: Mapping[ListKind, frozenset[str]], authors: Iterable[UUID], at: datetime
    ) -> dict[UUID, frozenset[tuple[str, str]]]:
        """By author, the lists that have one of the values, with it."""
        found: dict[UUID, set[tuple[str, str]]] = {author: set() for author in authors}
        for kind, candidates in values.items():
            for value in candidates:
                for text in networks_of(value) if kind is ListKind.IP else (value,):
                    for one in self._by.get((kind, text), ()):
                        if one.author in found and one.since <= at and (one.until is None or at < one.until):
                            found[one.author].add((one.name, value))
        return {author: frozenset(hits) for author, hits in found.items()}


def _value(trace: Trace, dimension: Dimension) -> object:
    return trace.merchant_id if dimension is Dimension.MERCHANT else trace.hashes.get(dimension)
