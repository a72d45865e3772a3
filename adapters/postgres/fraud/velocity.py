"""What is counted for a payment: the questions that one statement answers, and the figures from its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.velocity import Dimension, VelocityFigures, window_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.sighting import Wanted
    from domain.fraud.trace import Trace
    from domain.fraud.velocity import VelocityQuery

_COUNT, _SUM = "count", "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that is wanted of one dimension, over all merchants (`merchant_id` is None) or at one.

    `starts` are the beginnings of the windows, the earliest first; `queries` say which of them each asks for, from 1.
    """

    merchant_id: UUID | None
    dimension: Dimension
    value: int
    starts: tuple[datetime, ...]
    distinct: tuple[str, ...]
    queries: Mapping[VelocityQuery, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The questions of one payment: what is counted over all merchants, then what at its own.

    A merchant's own payments are the same for everybody, and asked for once, at that merchant. A dimension of which
    the payment has no value is not asked for: nothing was seen of it.
    """

    everywhere: tuple[Question, ...]
    here: tuple[Question, ...]

    @classmethod
    def of(cls, trace: Trace, wanted: Wanted) -> Questions:
        """What is to be asked."""
        of_merchant = frozenset(query for query in wanted.everywhere if query.dimension is Dimension.MERCHANT)
        return cls(
            everywhere=tuple(_questions(trace, wanted.everywhere - of_merchant, None)),
            here=tuple(_questions(trace, wanted.here | of_merchant, trace.merchant_id)),
        )

    def arguments(self) -> tuple[list[object], ...]:
        """The arrays for the statement, one element a question; the windows lie behind each other in one array."""
        starts: list[object] = []
        columns: tuple[list[object], ...] = ([], [], [], [], [], [])
        for one in (*self.everywhere, *self.here):
            first = len(starts) + 1
            starts += one.starts
            row = (one.merchant_id, one.dimension.value, one.value, first, len(starts), ",".join(one.distinct))
            for column, value in zip(columns, row, strict=True):
                column.append(value)
        return (*columns, starts)

    def figures(
        self, answers: Iterable[tuple[int, int, str, int]], wanted: Wanted
    ) -> tuple[dict[VelocityQuery, VelocityFigures], dict[VelocityQuery, VelocityFigures]]:
        """What was counted everywhere and here; an answer is a question's and a window's number, a figure, a value."""
        found: dict[tuple[int, int], dict[str, int]] = {}
        for question, window, figure, value in answers:
            found.setdefault((question, window), {})[figure] = value
        everywhere, here = _places(self.everywhere, 1), _places(self.here, len(self.everywhere) + 1)
        of_merchant = {query: place for query, place in here.items() if query.dimension is Dimension.MERCHANT}
        return _figures(wanted.everywhere, everywhere | of_merchant, found), _figures(wanted.here, here, found)


def _questions(trace: Trace, queries: Iterable[VelocityQuery], merchant_id: UUID | None) -> list[Question]:
    by_dimension: dict[Dimension, list[VelocityQuery]] = {}
    for query in queries:
        if query.dimension in trace.hashes or query.dimension is Dimension.MERCHANT:
            by_dimension.setdefault(query.dimension, []).append(query)
    questions: list[Question] = []
    for dimension, own in by_dimension.items():
        begins = {query: window_start(dimension, trace.at, query.window) for query in own}
        starts = sorted(set(begins.values()))
        places = {start: place for place, start in enumerate(starts, 1)}
        questions.append(
            Question(
                merchant_id=merchant_id,
                dimension=dimension,
                value=trace.hashes.get(dimension, 0),
                starts=tuple(starts),
                distinct=tuple(sorted({wanted.value for query in own for wanted in query.distinct})),
                queries={query: places[start] for query, start in begins.items()},
            )
        )
    return questions


def _places(questions: Iterable[Question], first: int) -> dict[VelocityQuery, tuple[int, int]]:
    """Which question answers a query, and by which of its windows."""
    return {
        query: (number, window)
        for number, question in enumerate(questions, first)
        for query, window in question.queries.items()
    }


def _figures(
    wanted: Iterable[VelocityQuery],
    places: Mapping[VelocityQuery, tuple[int, int]],
    found: Mapping[tuple[int, int], Mapping[str, int]],
) -> dict[VelocityQuery, VelocityFigures]:
    figures: dict[VelocityQuery, VelocityFigures] = {}
    for query in wanted:
        own = found.get(places[query], {}) if query in places else {}
        figures[query] = VelocityFigures(
            count=own.get(_COUNT, 0),
            sum_minor=own.get(_SUM, 0),
            distinct={dimension: own.get(dimension.value, 0) for dimension in query.distinct},
        )
    return figures
