"""Errors of single values: which of them an answer tells, and where they leave a null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql.error import located_error

from api.execution.places import column_of, locate

if TYPE_CHECKING:
    from graphql import GraphQLError

    from api.execution.places import Place, Position


class CutShort(Exception):
    """An iterator failed when its next item was asked for: the error of its list, after those of the items before."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with one value."""

    place: Place
    index: int
    error: Exception


def settle_failures(
    failures: list[Failure], data: dict[str, Any]
) -> tuple[dict[str, Any] | None, list[GraphQLError] | None]:
    """The data with its nulls, and the errors in the order of the document.

    Where a null has landed all that stood below is gone, and so are the errors of it that come later: the
    specification wants one error for a null, and an executor that goes depth-first would not have met the others
    (https://spec.graphql.org/draft/#sec-Handling-Execution-Errors).
    """
    located = [(locate(failure.place, failure.index), failure) for failure in failures]
    located.sort(key=lambda pair: pair[0].ranks)
    located = [_of_list(position, failure) for position, failure in located]
    nulls: set[tuple[int, ...]] = set()
    errors: list[GraphQLError] = []
    for position, failure in located:
        if any(position.ranks[:length] in nulls for length in range(len(position.ranks) + 1)):
            continue
        errors.append(
            located_error(failure.error, column_of(failure.place, failure.index)[0].field.nodes, list(position.path))
        )
        nulls.add(position.ranks[: position.landing])
        _leave_null(data, position)
    return None if () in nulls else data, errors or None


def _of_list(position: Position, failure: Failure) -> tuple[Position, Failure]:
    """A failure in the place of an item that never came is told of its list, and leaves its null there."""
    if not isinstance(failure.error, CutShort):
        return position, failure
    assert isinstance(failure.error.__cause__, Exception), "it is raised from what went wrong"
    place, index = failure.place.above(failure.index)
    return locate(place, index), Failure(place, index, failure.error.__cause__)


def _leave_null(data: Any, position: Position) -> None:  # noqa: ANN401 - dicts and lists of an answer
    if position.landing == 0:
        return
    *steps, last = position.path[: position.landing]
    for step in steps:
        data = data[step]
    data[last] = None
