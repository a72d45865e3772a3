"""Weighted choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

Choice = TypeVar("Choice")


def pick(dice: Random, weights: Mapping[Choice, int]) -> Choice:
    """One of the keys, as often as its weight says."""
    return dice.choices(list(weights), list(weights.values()))[0]


def percent(dice: Random, chance: int) -> bool:
    """True in so many of a hundred cases."""
    return dice.randrange(100) < chance
