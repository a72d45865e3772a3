"""Entities made of rows are those that their constructors make."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, replace
from enum import StrEnum
from typing import Any

import pytest

from adapters.postgres.hydration import hydrator, view


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ball:
    size: int
    colour: Colour | None
    price: str
    weight: int
    history: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("a ball is never smaller than nothing")


def _kilograms(row: Any) -> int:
    return row["grams"] // 1000


def _nothing(_: Any) -> tuple[()]:
    return ()


_MADE: dict[str, Any] = {
    "colour": Colour,
    "price": {100: "cheap", 200: "dear"},
    "weight": _kilograms,
    "history": _nothing,
}
_ROW: Any = {"size": 3, "colour": "RED", "price": 200, "grams": 5000}
ball_of = hydrator(Ball, _MADE)


def test_an_entity_is_the_one_of_its_constructor() -> None:
    ball = ball_of(_ROW)
    assert ball == Ball(size=3, colour=Colour.RED, price="dear", weight=5)
    assert type(ball) is Ball
    assert hash(ball) == hash(replace(ball))


def test_it_is_as_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        ball_of(_ROW).size = 4  # pyright: ignore[reportAttributeAccessIssue]


def test_a_null_is_none_for_an_enum() -> None:
    assert ball_of({**_ROW, "colour": None}).colour is None  # pyright: ignore[reportArgumentType]


def test_its_own_checks_are_made() -> None:
    with pytest.raises(ValueError, match="smaller than nothing"):
        ball_of({**_ROW, "size": -1})  # pyright: ignore[reportArgumentType]


def test_unless_rows_were_checked_before() -> None:
    unchecked = hydrator(Ball, _MADE, checked=False)
    assert unchecked({**_ROW, "size": -1}).size == -1  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("broken", [{"colour": "GREEN"}, {"price": 300}])
def test_a_value_that_nobody_knows_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        ball_of({**_ROW, **broken})  # pyright: ignore[reportArgumentType]


def test_a_row_without_a_column_is_refused() -> None:
    with pytest.raises(KeyError):
        ball_of({"size": 3})  # pyright: ignore[reportArgumentType]


looked_at = view(Ball, _MADE)


def test_what_is_looked_at_is_the_same_entity() -> None:
    ball = looked_at(_ROW)
    assert isinstance(ball, Ball)
    assert (ball.size, ball.colour, ball.price, ball.weight, ball.history) == (3, Colour.RED, "dear", 5, ())
    assert ball == ball_of(_ROW)
    assert ball_of(_ROW) == ball
    assert ball != ball_of({**_ROW, "size": 4})  # pyright: ignore[reportArgumentType]


def test_only_what_is_asked_for_is_taken() -> None:
    sparse: Any = {"size": 3}
    assert looked_at(sparse).size == 3
    with pytest.raises(KeyError):
        _ = looked_at(sparse).price


def test_nobody_changes_what_is_only_looked_at() -> None:
    with pytest.raises(FrozenInstanceError):
        looked_at(_ROW).size = 4  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(AttributeError):
        replace(looked_at(_ROW), size=4)
